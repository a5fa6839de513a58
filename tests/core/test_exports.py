import datetime as dt
import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from civic.core.exports import BOM, Column, csv_bytes, csv_stream, neutralise, xlsx_bytes

COLUMNS = [
    Column("Title", lambda row: row["title"]),
    Column("People", lambda row: row["people"], "number"),
    Column("Day", lambda row: row["day"], "date"),
]
ROW = {"title": "Open gardens", "people": 45, "day": dt.date(2025, 10, 3)}


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+44 151",
        "-5",
        "@here",
        "\tx",
        "\rx",
        "\nx",
        "  =1+1",
        "\u00a0=1+1",
        "\ufeff=1+1",
        "\u200b=1+1",
        "\uff1d1+1",
        "\uff0b1",
        "\uff0d1",
        "\uff20here",
    ],
)
def test_neutralise_puts_an_apostrophe_before_a_formula(text):
    assert neutralise(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "plain", "1,200", "a=b", "c. 40", "“=1+1”", "'=1+1", "3-4"])
def test_neutralise_leaves_other_text_alone(text):
    assert neutralise(text) == text


def test_csv_has_a_byte_order_mark_and_windows_line_ends():
    content = csv_bytes(COLUMNS, [ROW])
    assert content.decode() == f"{BOM}Title,People,Day\r\nOpen gardens,45,2025-10-03\r\n"


def test_csv_neutralises_text_and_leaves_negative_numbers_as_numbers():
    row = {"title": "=HYPERLINK(1)", "people": Decimal("-4.500"), "day": None}
    assert csv_bytes(COLUMNS, [row]).decode().splitlines()[1] == "'=HYPERLINK(1),-4.5,"


def test_csv_parts_lists_with_semicolons_and_writes_yes_and_no():
    row = {"title": ["Halton", "Wirral"], "people": True, "day": None}
    assert csv_bytes(COLUMNS, [row]).decode().splitlines()[1] == "Halton; Wirral,yes,"


def test_csv_is_written_row_by_row():
    asked = []

    def rows():
        for number in range(3):
            asked.append(number)
            yield ROW

    stream = csv_stream(COLUMNS, rows())
    next(stream)
    next(stream)
    assert asked == [0]


def test_csv_keeps_line_breaks_within_one_quoted_field():
    row = {**ROW, "title": 'Two\nlines, "quoted"'}
    assert '"Two\nlines, ""quoted""",45' in csv_bytes(COLUMNS, [row]).decode()


def sheet(rows, **options):
    return load_workbook(io.BytesIO(xlsx_bytes(COLUMNS, rows, **options))).worksheets[0]


def test_xlsx_keeps_numbers_and_dates_and_freezes_a_bold_heading():
    page = sheet([ROW], sheet="Activities")
    assert page.title == "Activities"
    assert [cell.value for cell in page[1]] == ["Title", "People", "Day"]
    assert page["A1"].font.b is True
    assert page.freeze_panes == "A2"
    assert (page["B2"].value, page["B2"].data_type) == (45, "n")
    assert page["C2"].value.date() == ROW["day"]


@pytest.mark.parametrize("text", ["=1+1", "=cmd|' /C calc'!A0", "+1", "@x", "\uff1d1+1", "#REF!"])
def test_xlsx_never_holds_a_formula(text):
    cell = sheet([{**ROW, "title": text}])["A2"]
    assert cell.data_type == "s"
    assert cell.value == neutralise(text)


def test_xlsx_drops_characters_that_no_workbook_may_hold():
    assert sheet([{**ROW, "title": "a\x0bb\x00c"}])["A2"].value == "abc"


def test_xlsx_sheet_names_are_made_legal():
    assert sheet([ROW], sheet="2025-26-Q1: [every/activity] of the plan").title == (
        "2025-26-Q1   every activity  of"
    )
