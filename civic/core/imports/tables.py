"""Opening a table somebody sends: CSV in UTF-8, or an XLSX workbook. Rows come one at a time."""

import csv
import datetime as dt
import difflib
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from defusedxml.common import DefusedXmlException
from django.conf import settings
from openpyxl import load_workbook

from civic.core.errors import FileRefused
from civic.core.imports.cells import plain, tidy
from civic.core.imports.files import check_file, decode_error

LONGEST_CELL = 5_000
MOST_ROWS = 200_000
MOST_COLUMNS = 200
# An honest workbook shrinks to about a tenth; these leave room and still stop a bomb.
_UNPACKED_TIMES = 10
_RATIO = 200
_RATIO_FROM_BYTES = 1024 * 1024
_SPREADSHEET_ERRORS = (
    zipfile.BadZipFile,
    DefusedXmlException,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    SyntaxError,
    OSError,
    EOFError,
)
_TWO_PLACES = re.compile(r"0\.(0+)")


@dataclass(frozen=True)
class Heading:
    """One column an import reads: its own name, and the other names it goes by in files."""

    key: str
    name: str
    also: tuple[str, ...] = ()
    required: bool = False
    # Understood and left aside, like the reason column of a rejects file.
    ignored: bool = False


@dataclass(frozen=True)
class Row:
    """One row of data. `number` counts from 1 below the header; `line` is that of the file."""

    number: int
    line: int
    cells: tuple[str, ...]
    places: dict[str, int] = field(repr=False)

    def __getitem__(self, key: str) -> str:
        place = self.places.get(key)
        return "" if place is None else self.cells[place]

    @property
    def is_blank(self) -> bool:
        return not any(cell.strip() for cell in self.cells)


@dataclass
class Table:
    """An opened file. `rows()` reads it afresh each time and holds one row at a time."""

    path: Path
    name: str
    sha256: str
    header: tuple[str, ...]
    places: dict[str, int]
    headings: dict[str, str]
    notices: list[str]
    is_workbook: bool

    def column(self, key: str) -> str:
        """The column's name as the file has it, or as we call it where the file lacks it."""
        place = self.places.get(key)
        return self.header[place] if place is not None else self.headings[key]

    def rows(self) -> Iterator[Row]:
        """Every row, blank ones too, but not the blank ones at the end. Raises FileRefused."""
        records = _workbook_records(self.path) if self.is_workbook else _csv_records(self.path)
        next(records)
        waiting: list[Row] = []
        for number, (line, cells) in enumerate(records, start=1):
            if number > MOST_ROWS:
                raise _too_many(self.name)
            row = Row(number, line, self._fitted(number, line, cells), self.places)
            waiting.append(row)
            if not row.is_blank:
                yield from waiting
                waiting.clear()

    def _fitted(self, number: int, line: int, cells: list[str]) -> tuple[str, ...]:
        width = len(self.header)
        if not any(cell.strip() for cell in cells):
            return ("",) * width
        if self.is_workbook and len(cells) < width:
            cells = cells + [""] * (width - len(cells))
        while len(cells) > width and not cells[-1].strip():
            cells = cells[:-1]
        if len(cells) != width:
            raise FileRefused(
                f"{_where(number, line)} has {len(cells)} cells, but the header has {width}. "
                "A comma inside a cell needs quotation marks round the cell; add or remove the "
                "cells that are out of step."
            )
        for place, cell in enumerate(cells):
            if len(cell) > LONGEST_CELL:
                raise FileRefused(
                    f"{_where(number, line)}, column “{self.header[place]}”: the cell holds "
                    f"{len(cell):,} characters and begins “{tidy(cell[:40])}”. Shorten it to "
                    f"{LONGEST_CELL:,}, and look for a quotation mark that is never closed."
                )
        return tuple(plain(cell) for cell in cells)


def open_table(path: Path | str, headings: Sequence[Heading]) -> Table:
    """Check the file and its header. Raises FileRefused with what is wrong and what to do."""
    path = Path(path)
    start = check_file(path, limit=settings.UPLOAD_LIMIT_BYTES, kinds={".csv", ".xlsx"})
    is_workbook = start.startswith(b"PK\x03\x04")
    notices: list[str] = []
    if is_workbook:
        _check_workbook(path)
        sha256 = _digest(path)
        notices += _sheet_notice(path)
        records = _workbook_records(path)
    else:
        sha256 = _check_text(path)
        records = _csv_records(path)
        # Counting takes seconds; reading each row against the register first takes minutes.
        if sum(1 for _record in _csv_records(path)) > MOST_ROWS + 1:
            raise _too_many(path.name)
    first = next(records, None)
    if first is None or not any(cell.strip() for cell in first[1]):
        raise FileRefused(
            f"“{path.name}” has no header. Its first row must name the columns: "
            f"{_expected(headings)}."
        )
    header = tuple(tidy(plain(cell)) for cell in first[1])
    while header and not header[-1]:
        header = header[:-1]
    if len(header) > MOST_COLUMNS:
        raise FileRefused(
            f"“{path.name}” has {len(header)} columns. This import reads {_expected(headings)}."
        )
    table = Table(
        path=path,
        name=path.name,
        sha256=sha256,
        header=header,
        places=_places(path.name, header, headings),
        headings={heading.key: heading.name for heading in headings},
        notices=notices,
        is_workbook=is_workbook,
    )
    if next(table.rows(), None) is None:
        raise FileRefused(f"“{path.name}” has a header and no rows. Add rows below the header.")
    return table


def _places(name: str, header: tuple[str, ...], headings: Sequence[Heading]) -> dict[str, int]:
    known = {
        _column_key(word): heading
        for heading in headings
        for word in (heading.name, heading.key, *heading.also)
    }
    places: dict[str, int] = {}
    unknown: list[str] = []
    for place, word in enumerate(header):
        heading = known.get(_column_key(word))
        if heading is None:
            unknown.append(word or f"column {place + 1}, which has no name")
        elif heading.key in places:
            raise FileRefused(
                f"“{name}” has the column “{word}” twice (columns {places[heading.key] + 1} and "
                f"{place + 1}, header “{header[places[heading.key]]}”). Remove one of them."
            )
        else:
            places[heading.key] = place
    missing = [h.name for h in headings if h.required and h.key not in places]
    if missing or unknown:
        said = []
        if missing:
            said.append(f"lacks the {_quoted(missing)}")
        if unknown:
            said.append(f"has the {_quoted(unknown)}, which this import does not read")
        near = [
            f"“{word}” may be “{known[match[0]].name}”"
            for word in unknown
            if (match := difflib.get_close_matches(_column_key(word), list(known), n=1, cutoff=0.7))
        ]
        hint = f" {'; '.join(near)}." if near else ""
        raise FileRefused(
            f"“{name}” {' and '.join(said)}.{hint} Rename or remove columns so that the first row "
            f"holds: {_expected(headings)}."
        )
    return {key: place for key, place in places.items() if not _is_ignored(key, headings)}


def _is_ignored(key: str, headings: Sequence[Heading]) -> bool:
    return any(heading.key == key and heading.ignored for heading in headings)


def _column_key(word: str) -> str:
    return re.sub(r"[\s_]+", " ", word.strip().casefold()).rstrip("?: ")


def _quoted(words: list[str]) -> str:
    plural = "" if len(words) == 1 else "s"
    return f"column{plural} " + ", ".join(f"“{word}”" for word in words)


def _expected(headings: Sequence[Heading]) -> str:
    needed = ", ".join(h.name for h in headings if h.required)
    others = ", ".join(h.name for h in headings if not h.required and not h.ignored)
    return f"{needed} (needed); {others}"


def _where(number: int, line: int) -> str:
    return f"Row {number} (line {line} of the file)"


# CSV ---------------------------------------------------------------------------------------------


def _check_text(path: Path) -> str:
    """The file's SHA-256, once every line proved to be UTF-8 without NUL."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            digest.update(line)
            if b"\x00" in line:
                raise FileRefused(
                    f"“{path.name}” is not a text file: line {number} holds a NUL byte. In Excel "
                    "choose “Save as” and “CSV UTF-8 (comma delimited)”."
                )
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                raise decode_error(path.name, number, line) from error
    return digest.hexdigest()


def _csv_records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of each record, the header first."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        delimiter = _delimiter(file)
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        line = 1
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise FileRefused(
                    f"“{path.name}” cannot be read from line {line} on: {error}. Look for a "
                    "quotation mark that is never closed, or one inside a cell: write it twice."
                ) from error
            yield line, cells
            line = reader.line_num + 1


def _delimiter(file: io.TextIOWrapper) -> str:
    """Comma, unless the header holds semicolons or tabs and no comma, as some Excels write it."""
    header = file.readline()
    file.seek(0)
    return next((sign for sign in ",;\t" if sign in header), ",")


def _too_many(name: str) -> FileRefused:
    return FileRefused(f"“{name}” has more than {MOST_ROWS:,} rows. Split it into smaller files.")


# XLSX --------------------------------------------------------------------------------------------


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_workbook(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise _unreadable(path.name) from error
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise _unreadable(path.name)
    unpacked = sum(part.file_size for part in parts)
    swollen = any(
        part.file_size > _RATIO_FROM_BYTES and part.file_size > _RATIO * max(part.compress_size, 1)
        for part in parts
    )
    if swollen or unpacked > _UNPACKED_TIMES * settings.UPLOAD_LIMIT_BYTES:
        raise FileRefused(
            f"“{path.name}” would unpack to {unpacked // 1_000_000:,} MB, which no honest workbook "
            "of its size does. Copy the rows into a new workbook, or save as CSV UTF-8."
        )


def _unreadable(name: str) -> FileRefused:
    return FileRefused(
        f"“{name}” cannot be read as an Excel workbook. Open it in Excel and save it again as "
        ".xlsx, or save it as CSV UTF-8."
    )


def _sheet_notice(path: Path) -> list[str]:
    try:
        book = load_workbook(path, read_only=True)
        names = book.sheetnames
        book.close()
    except _SPREADSHEET_ERRORS as error:
        raise _unreadable(path.name) from error
    if len(names) > 1:
        return [f"Only the first sheet, “{names[0]}”, was read; the file has {len(names)}."]
    return []


def _workbook_records(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        with path.open("rb") as file:
            yield from _sheet_records(file)
    except FileRefused:
        raise
    except _SPREADSHEET_ERRORS as error:
        raise _unreadable(path.name) from error


def _sheet_records(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    book = load_workbook(file, read_only=True)
    try:
        sheet = book.worksheets[0]
        # The size a workbook states of itself may be wrong or huge: read what is there.
        sheet.reset_dimensions()
        for line, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), start=1):
            yield line, [_cell_text(cell) for cell in cells]
    finally:
        book.close()


def _cell_text(cell: Any) -> str:
    """A cell as a person would have typed it: days as 2025-09-12, whole numbers without .0."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time.min
        return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, int | float):
        # A code such as 1.10 is stored as 1.1 and shown with two places.
        if shown := _TWO_PLACES.fullmatch(str(cell.number_format)):
            return f"{value:.{len(shown[1])}f}"
        return str(int(value)) if float(value).is_integer() else repr(value)
    return str(value)
