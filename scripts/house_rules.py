"""House rules that no linter knows, over every file that git would commit. Prints one line for
each breach; exit status 1 when there is one."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts.paths import ROOT

# The content security policy lets no such thing run, so it must not be written.
INLINE = {
    r"<style\b": "a <style> element; write it in static/src/",
    r"<script(?![^>]*\bsrc=)": "a script without src; write it in static/src/js/",
    r"<[^>]*\sstyle\s*=": "a style attribute; use a class",
    r"<[^>]*\son[a-z]+\s*=\s*[\"']": "an on… attribute; write it in static/src/js/",
    r"javascript:": "a javascript: address",
}
# Written so that the rules do not break themselves.
MACHINE = {
    r"(?<![\w.<}/])/(?:work|root|home/[a-z]\w*|Users/\w+|opt/wheels|opt/pypi)/": (
        "a path of one machine"
    ),
    r"\b(?:registry\.npm[j]s|files\.python[h]osted|pypi\.[o]rg/simple|deb\.[d]ebian)\b": (
        "a package registry's address"
    ),
}
# Mail readers know no style sheets, so mail alone may carry style attributes.
MAIL = "templates/mail/"
TEXT = {
    *(".py", ".html", ".txt", ".md", ".toml", ".ini", ".cfg", ".yaml", ".yml", ".json", ".js"),
    *(".mjs", ".scss", ".css", ".svg", ".sh", ".in", ".csv", ""),
}


def committed_files() -> list[Path]:
    """Everything git tracks or would add: what .gitignore names is left out."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def template_breaches(name: str, text: str) -> Iterator[str]:
    """'name:line: what' for each inline style or script in one template."""
    # Comments of the template language never reach a browser.
    visible = re.sub(
        r"{#.*?#}|{% comment %}.*?{% endcomment %}",
        lambda match: re.sub(r"[^\n]", " ", match[0]),
        text,
        flags=re.DOTALL,
    )
    for pattern, words in INLINE.items():
        if "style" in pattern and name.startswith(MAIL):
            continue
        for match in re.finditer(pattern, visible, flags=re.IGNORECASE):
            yield f"{name}:{_line(visible, match)}: {words}"


def machine_breaches(name: str, text: str) -> Iterator[str]:
    """'name:line: what' for each thing that is true of one machine only."""
    for pattern, words in MACHINE.items():
        for match in re.finditer(pattern, text):
            yield f"{name}:{_line(text, match)}: {words}"


def lock_breaches(name: str, text: str) -> Iterator[str]:
    """npm's lock file must hold for every registry, so it names none."""
    for package, facts in json.loads(text)["packages"].items():
        if "resolved" in facts:
            yield f"{name}: {package} names where it came from; run npm install again"


def _line(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start()) + 1


def all_breaches() -> Iterator[str]:
    for path in committed_files():
        name = path.relative_to(ROOT).as_posix()
        if path.suffix not in TEXT:
            continue
        text = path.read_text(errors="replace")
        yield from machine_breaches(name, text)
        if path.suffix == ".html":
            yield from template_breaches(name, text)
        if path.name == "package-lock.json":
            yield from lock_breaches(name, text)


if __name__ == "__main__":
    breaches = list(all_breaches())
    print("\n".join(breaches))
    sys.exit(bool(breaches))
