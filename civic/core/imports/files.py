"""What every imported file must be before anybody reads it."""

from pathlib import Path

from civic.core.errors import FileRefused

_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_FOREIGN = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x1f\x8b": "a compressed file",
    b"Rar!": "a compressed file",
    b"SQLite format 3": "a database",
    b"{\\rtf": "a word-processor document",
}
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_SAVE_AS = "In Excel choose “Save as” and “CSV UTF-8 (comma delimited)”"
_SAVE_TEXT = "In your text editor choose “Save as” and the encoding UTF-8"


def check_file(path: Path, *, limit: int, kinds: set[str]) -> bytes:
    """The first bytes of a file that is there, of a size up to `limit` bytes, and what it says.

    The size is checked before anything is read. Raises FileRefused.
    """
    name, ending = path.name, path.suffix.casefold()
    try:
        if not path.exists():
            raise FileRefused(f"There is no file “{name}” there. Check the path.")
        if not path.is_file():
            raise FileRefused(f"“{name}” is not a file. Name a file ending in {_endings(kinds)}.")
        size = path.stat().st_size
        if size > limit:
            raise FileRefused(
                f"“{name}” has {size / 1_000_000:,.0f} MB; the limit is "
                f"{limit / 1_000_000:,.0f} MB. Split it into smaller files."
            )
        with path.open("rb") as file:
            start = file.read(16)
    except OSError as error:
        raise FileRefused(f"“{name}” cannot be opened: {error.strerror}.") from error
    if not start.strip():
        raise FileRefused(f"“{name}” is empty. Check that it was saved before it was sent.")
    if start.startswith(_OLD_EXCEL):
        raise FileRefused(
            f"“{name}” is an Excel workbook of the old kind (.xls), whatever its name ends in. "
            + (
                f"{_SAVE_AS}, or save it as .xlsx."
                if ".xlsx" in kinds
                else f"Send a text file of the kind {_endings(kinds)}."
            )
        )
    for sign, kind in _FOREIGN.items():
        if start.startswith(sign):
            raise FileRefused(f"“{name}” is {kind}. Send a file of the kind {_endings(kinds)}.")
    if ending not in kinds:
        raise FileRefused(f"“{name}” must end in {_endings(kinds)}. Save it as one of these.")
    is_zip = start.startswith(_ZIP)
    if is_zip and ending != ".xlsx":
        raise FileRefused(
            f"“{name}” ends in {ending} but is an Excel workbook or another packed file. "
            + (
                f"Rename it to end in .xlsx, or: {_SAVE_AS}."
                if ".xlsx" in kinds
                else f"Send a text file of the kind {_endings(kinds)}."
            )
        )
    if ending == ".xlsx" and not is_zip:
        raise FileRefused(
            f"“{name}” ends in .xlsx but is not an Excel workbook. Open it in Excel and save it "
            "again as .xlsx, or rename it to .csv if it is plain text."
        )
    if start.startswith(_WIDE):
        raise FileRefused(f"“{name}” is written in UTF-16. {_save_as(name)}.")
    return start


def decode_error(name: str, line_number: int, line: bytes) -> FileRefused:
    """The refusal of a line that is not UTF-8, showing the place as Windows would have meant it."""
    try:
        line.decode("utf-8")
        place = 0
    except UnicodeDecodeError as error:
        place = error.start
    near = line[max(0, place - 15) : place + 15].decode("cp1252", errors="replace").strip()
    return FileRefused(
        f"“{name}” is not written in UTF-8: line {line_number} has a character it cannot hold, "
        f"near “{near}”. It looks like the older Windows encoding. {_save_as(name)}, and check the "
        "accents, pound signs and curly quotes."
    )


def _save_as(name: str) -> str:
    """How to save a file of this kind in UTF-8."""
    return _SAVE_AS if name.casefold().endswith((".csv", ".xlsx")) else _SAVE_TEXT


def _endings(kinds: set[str]) -> str:
    return " or ".join(sorted(kinds))
