"""Reading a YAML file strictly: no anchors, no tags, no key twice, every fault with its line.

Scalars are taken as the text that stands in the file, so that the code 1.10 is not the number 1.1.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from civic.core.errors import FileRefused
from civic.core.imports.files import check_file, decode_error

LIMIT_BYTES = 2 * 1024 * 1024
DEEPEST = 20
# A strategy of a thousand commitments has some ten thousand.
MOST_PARTS = 50_000
LONGEST_TEXT = 20_000
# An escape such as "\\0" may name what no database, page or workbook can hold.
_UNSAVEABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True)
class Mapping:
    """A mapping of the file, read key by key; `where` names it in messages."""

    file: str
    node: yaml.MappingNode
    where: str

    def keys(self, *, needed: tuple[str, ...], others: tuple[str, ...] = ()) -> None:
        """Refuse a key that is missing, and one that nobody reads."""
        present = {key.value for key, _ in self.node.value}
        allowed = ", ".join((*needed, *others))
        for key in needed:
            if key not in present:
                raise self.refused(f"lacks “{key}”. Add it")
        for key, _ in self.node.value:
            if key.value not in (*needed, *others):
                raise refused(
                    self.file,
                    key,
                    f"{self.where} has the key “{key.value}”, which is not read here. "
                    f"Use: {allowed}",
                )

    def text(self, key: str, *, most: int = LONGEST_TEXT, needed: bool = False) -> str:
        """The text of a key, word for word; blank where it is missing or null."""
        node = self._get(key)
        where = f"{self.where}, “{key}”"
        text = "" if node is None else scalar(self.file, node, where)
        if needed and not text.strip():
            raise self.refused(f"has no “{key}”. Write one")
        if len(text) > most:
            raise refused(
                self.file,
                node or self.node,
                f"{where} has {len(text):,} characters. Shorten it to {most:,}",
            )
        return text

    def number(self, key: str, *, least: int, most: int, needed: bool = False) -> int | None:
        text = self.text(key, needed=needed)
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and least <= int(text[:9]) <= most):
            raise self.refused(
                f"has “{text}” as “{key}”. Write a whole number from {least} to {most}", key
            )
        return int(text)

    def texts(self, key: str, *, most: int = LONGEST_TEXT) -> tuple[str, ...]:
        """A list of texts, none of them twice; empty where the key is missing."""
        found: list[str] = []
        for node in self._items(key):
            where = f"{self.where}, “{key}”"
            text = scalar(self.file, node, where)
            if not text.strip() or len(text) > most:
                raise refused(
                    self.file, node, f"{where}: write 1 to {most} characters in each entry"
                )
            if text in found:
                raise refused(self.file, node, f"{where} holds “{text}” twice. Remove one of them")
            found.append(text)
        return tuple(found)

    def mappings(self, key: str, name: str) -> Iterator["Mapping"]:
        """The mappings of a list, called `name` 1, 2, ... in messages."""
        for number, node in enumerate(self._items(key), start=1):
            yield as_mapping(self.file, node, f"{name} {number}")

    def mapping(self, key: str) -> "Mapping | None":
        node = self._get(key)
        return None if node is None else as_mapping(self.file, node, f"“{key}”")

    def refused(self, said: str, key: str | None = None) -> FileRefused:
        """A refusal that names this mapping and its line, or the line of one of its keys."""
        node = self._get(key) if key else None
        return refused(self.file, node or self.node, f"{self.where} {said}")

    def _get(self, key: str) -> yaml.Node | None:
        return next((value for name, value in self.node.value if name.value == key), None)

    def _items(self, key: str) -> list[yaml.Node]:
        node = self._get(key)
        if node is None or (isinstance(node, yaml.ScalarNode) and _is_nothing(node)):
            return []
        if not isinstance(node, yaml.SequenceNode):
            raise self.refused(f"must have a list as “{key}”: lines that begin with “- ”", key)
        items: list[yaml.Node] = node.value
        return items


def open_yaml(path: Path | str) -> Mapping:
    """The mapping a YAML file holds. Raises FileRefused naming the line and what to do."""
    path = Path(path)
    check_file(path, limit=LIMIT_BYTES, kinds={".yaml", ".yml"})
    content = path.read_bytes()
    for number, encoded in enumerate(content.splitlines(), start=1):
        try:
            encoded.decode("utf-8")
        except UnicodeDecodeError as error:
            raise decode_error(path.name, number, encoded) from error
    text = content.decode("utf-8-sig")
    try:
        _check_events(path.name, text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}" if mark else "the whole file"
        raise FileRefused(
            f"“{path.name}”, {place}: this is not YAML ({error.problem or error.context}). Check "
            "the spaces at the start of the line, and put quotation marks round text with a colon."
        ) from error
    except yaml.YAMLError as error:
        raise FileRefused(
            f"“{path.name}” holds a character that YAML does not allow. Remove control characters."
        ) from error
    if node is None:
        raise FileRefused(f"“{path.name}” holds nothing but comments. Check that it was saved.")
    _check_keys(path.name, node)
    return as_mapping(path.name, node, "The file")


def refused(file: str, node: yaml.Node, said: str) -> FileRefused:
    return FileRefused(f"“{file}”, line {_line(node)}: {said}.")


def _line(node: yaml.Node) -> int:
    return node.start_mark.line + 1 if node.start_mark else 1


def as_mapping(file: str, node: yaml.Node, where: str) -> Mapping:
    if not isinstance(node, yaml.MappingNode):
        raise refused(file, node, f"{where} must hold keys with values, like “title: ...”")
    return Mapping(file, node, where)


def scalar(file: str, node: yaml.Node, where: str) -> str:
    """The text of a plain value, as it stands in the file."""
    if not isinstance(node, yaml.ScalarNode):
        raise refused(file, node, f"{where} must be text, not a list or further keys")
    text = "" if _is_nothing(node) else str(node.value)
    if _UNSAVEABLE.search(text):
        raise refused(
            file, node, f"{where} holds a control character, such as “\\0”. Remove it and retype it"
        )
    return text


def _is_nothing(node: yaml.ScalarNode) -> bool:
    return node.style is None and node.value in _NOTHING


def _check_events(file: str, text: str) -> None:
    """Refuse anchors, tags, several documents, deep nesting and endless lists unbuilt."""
    depth = documents = 0
    for number, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if getattr(event, "anchor", None) is not None:
            raise FileRefused(
                f"“{file}”, line {line}: anchors and aliases (“&name”, “*name”) are not read. "
                "Write the text out, and put quotation marks round text that begins with & or *."
            )
        if getattr(event, "tag", None) is not None:
            raise FileRefused(
                f"“{file}”, line {line}: tags (“!name”) are not read. Remove it, or put quotation "
                "marks round text that begins with “!”."
            )
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if number > MOST_PARTS:
            raise FileRefused(
                f"“{file}”, line {line}: here begins part {number:,} of the file; the limit is "
                f"{MOST_PARTS:,}. Look for a list that was pasted many times."
            )
        if depth > DEEPEST:
            raise FileRefused(f"“{file}”, line {line}: nested too deeply. Use the plain layout.")
        if documents > 1:
            raise FileRefused(
                f"“{file}”, line {line}: a second document begins here (“---”). Keep one a file."
            )


def _check_keys(file: str, node: yaml.Node) -> None:
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _check_keys(file, item)
    if isinstance(node, yaml.MappingNode):
        lines: dict[str, int] = {}
        for key, value in node.value:
            name = scalar(file, key, "A key")
            if name in lines:
                raise refused(
                    file,
                    key,
                    f"the key “{name}” stands here again (first in line {lines[name]}). Remove "
                    "one of them",
                )
            lines[name] = _line(key)
            _check_keys(file, value)
