"""Reading a strategy file (YAML) into `StrategyData`."""

import re
from pathlib import Path

from civic.core.imports.yaml_files import Mapping, open_yaml
from civic.core.periods import PartialDate
from promises.services.strategies import (
    LABEL_KEYS,
    CommitmentData,
    PromiseData,
    StrategyData,
)

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# A code stands in an address, so it keeps to what an address may hold.
_CODE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")


def read_strategy(path: Path | str) -> StrategyData:
    """The strategy in a YAML file, text word for word. Raises FileRefused with line and remedy."""
    top = open_yaml(path)
    top.keys(needed=("strategy",))
    body = top.mapping("strategy")
    assert body is not None
    body.keys(
        needed=("slug", "title", "institution", "promises"),
        others=("responsible", "introduced", "review", "next_review", "labels")
        + ("enablers", "themes"),
    )
    slug = body.text("slug", most=80, needed=True)
    if not _SLUG.fullmatch(slug):
        raise body.refused(
            f"has the slug “{slug}”. Write small letters, figures and hyphens", "slug"
        )
    return StrategyData(
        slug=slug,
        title=body.text("title", most=200, needed=True),
        institution=body.text("institution", most=200, needed=True),
        responsible=body.text("responsible", most=200),
        introduced=body.number("introduced", least=1900, most=2999),
        review=body.text("review", most=60),
        next_review=_next_review(body),
        labels=_labels(body),
        enablers=body.texts("enablers", most=160),
        themes=body.texts("themes", most=160),
        promises=_promises(body),
    )


def _next_review(body: Mapping) -> PartialDate | None:
    text = body.text("next_review")
    if not text:
        return None
    try:
        return PartialDate.parse(text)
    except ValueError as error:
        raise body.refused(
            f"has “{text}” as “next_review”. Write it like 2023, 2023-09 or 2023-09-30",
            "next_review",
        ) from error


def _labels(body: Mapping) -> dict[str, str]:
    labels = body.mapping("labels")
    if labels is None:
        return {}
    labels.keys(needed=(), others=LABEL_KEYS)
    found = {key: labels.text(key, most=40) for key in LABEL_KEYS}
    return {key: text for key, text in found.items() if text}


def _promises(body: Mapping) -> tuple[PromiseData, ...]:
    promises: list[PromiseData] = []
    numbers: set[int] = set()
    codes: dict[str, int] = {}
    for entry in body.mappings("promises", "promise"):
        entry.keys(needed=("number", "title", "commitments"))
        number = entry.number("number", least=1, most=9999, needed=True)
        assert number is not None
        if number in numbers:
            raise entry.refused(
                f"has the number {number}, which another promise has. Give it its own", "number"
            )
        numbers.add(number)
        promises.append(
            PromiseData(
                number=number,
                title=entry.text("title", most=400, needed=True),
                commitments=_commitments(entry, number, codes),
            )
        )
    if not promises:
        raise body.refused("has no promises. List at least one", "promises")
    return tuple(promises)


def _commitments(
    promise: Mapping, number: int, codes: dict[str, int]
) -> tuple[CommitmentData, ...]:
    commitments = []
    for entry in promise.mappings("commitments", f"promise {number}, commitment"):
        entry.keys(needed=("code", "text"), others=("list",))
        code = entry.text("code", most=20, needed=True)
        if not _CODE.fullmatch(code):
            raise entry.refused(
                f"has the code “{code}”. Write letters, figures, full stops and hyphens", "code"
            )
        if code in codes:
            raise entry.refused(
                f"has the code “{code}”, which stands in promise {codes[code]} already. Give "
                "it its own",
                "code",
            )
        codes[code] = number
        commitments.append(
            CommitmentData(
                code=code,
                text=entry.text("text", needed=True),
                items=entry.texts("list", most=1000),
            )
        )
    return tuple(commitments)
