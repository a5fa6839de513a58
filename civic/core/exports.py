"""Tables as files: CSV and XLSX from the same columns.

Text that a spreadsheet would run as a formula is made harmless in both, so that a file saved again
under the other format stays harmless. Numbers and dates stay numbers and dates.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpResponse, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

Kind = Literal["text", "number", "date"]

BOM = "\ufeff"
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A formula sign, ASCII or full width, behind anything that a spreadsheet does not see.
_FORMULA = re.compile(
    r"^(?:[\s\x00-\x20\u00a0\u200b-\u200f\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])"
)
_SHEET_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_SHEET_LONGEST = 31
_WIDTHS = {"text": 28, "number": 14, "date": 14}


@dataclass(frozen=True)
class Column:
    """One column: its heading, how to read a row, and what kind of value that gives."""

    heading: str
    value: Callable[[Any], Any]
    kind: Kind = "text"


def neutralise(text: str) -> str:
    """The text with an apostrophe before it when a spreadsheet would take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def csv_stream(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[bytes]:
    """A CSV file piece by piece: UTF-8 with byte order mark, lines ended by CR LF."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write(BOM)
    writer.writerow([neutralise(column.heading) for column in columns])
    yield _taken(buffer)
    for row in rows:
        writer.writerow([_csv_value(column.value(row)) for column in columns])
        yield _taken(buffer)


def csv_bytes(columns: Sequence[Column], rows: Iterable[Any]) -> bytes:
    """A whole CSV file."""
    return b"".join(csv_stream(columns, rows))


def xlsx_bytes(columns: Sequence[Column], rows: Iterable[Any], sheet: str = "Data") -> bytes:
    """A workbook of one sheet. The heading row is bold and stays in view; nothing is a formula."""
    book = Workbook(write_only=True)
    page = book.create_sheet(_sheet_name(sheet))
    page.freeze_panes = "A2"
    for number, column in enumerate(columns, start=1):
        page.column_dimensions[get_column_letter(number)].width = _WIDTHS[column.kind]
    page.append([_heading_cell(page, column.heading) for column in columns])
    for row in rows:
        page.append([_xlsx_value(page, column.value(row)) for column in columns])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def csv_download(
    name: str, columns: Sequence[Column], rows: Iterable[Any]
) -> StreamingHttpResponse:
    """A CSV file sent as it is written. `name` is the file name without its ending."""
    response = StreamingHttpResponse(csv_stream(columns, rows), content_type=CSV_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def xlsx_download(
    name: str, columns: Sequence[Column], rows: Iterable[Any], sheet: str = "Data"
) -> HttpResponse:
    """An XLSX file. `name` is the file name without its ending."""
    response = HttpResponse(xlsx_bytes(columns, rows, sheet), content_type=XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def _taken(buffer: io.StringIO) -> bytes:
    piece = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return piece


def _csv_value(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, int | float):
        return value
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return neutralise(_text(value))


def _xlsx_value(page: Any, value: Any) -> Any:
    if value is None or (isinstance(value, int | float | Decimal) and not isinstance(value, bool)):
        return value
    if isinstance(value, dt.datetime):
        return _text_cell(page, value.isoformat())
    if isinstance(value, dt.date):
        cell = WriteOnlyCell(page, value=dt.datetime.combine(value, dt.time()))
        cell.number_format = "yyyy-mm-dd"
        return cell
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _text_cell(page, neutralise(_text(value)))


def _text(value: Any) -> str:
    """Lists parted by semicolons; characters that no file may hold are left out."""
    if isinstance(value, list | tuple):
        value = "; ".join(str(part) for part in value)
    return ILLEGAL_CHARACTERS_RE.sub("", str(value))


def _text_cell(page: Any, text: str) -> Cell:
    cell = WriteOnlyCell(page, value=text)
    # openpyxl guesses formulas and error values from the text; this is a string whatever it says.
    cell.data_type = "s"
    return cell


def _heading_cell(page: Any, heading: str) -> Cell:
    cell = _text_cell(page, neutralise(heading))
    cell.font = Font(bold=True)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _sheet_name(text: str) -> str:
    return _SHEET_FORBIDDEN.sub(" ", text).strip()[:_SHEET_LONGEST] or "Data"
