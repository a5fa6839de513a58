"""Opening files: what is read row by row, and every bad file with its own clear refusal."""

import csv
import datetime as dt
import io
import zipfile

import pytest
from openpyxl import Workbook

from civic.core.errors import FileRefused
from civic.core.imports import tables
from civic.core.imports.outcomes import Problem, Rejection
from civic.core.imports.rejects import REASON_HEADING, rejects_write
from civic.core.imports.tables import Heading, open_table

HEADINGS = (
    Heading("name", "Name", also=("title",), required=True),
    Heading("people", "People"),
    Heading("note", "Note"),
    REASON_HEADING,
)


@pytest.fixture
def write(tmp_path):
    def write(content, name="rows.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def workbook(tmp_path, *rows, name="rows.xlsx", sheets=1):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for _ in range(sheets - 1):
        book.create_sheet()
    path = tmp_path / name
    book.save(path)
    return path


def refusal(path):
    with pytest.raises(FileRefused) as caught:
        list(open_table(path, HEADINGS).rows())
    return caught.value.message


def test_rows_keep_their_number_and_line(write):
    path = write('\ufeffTitle,People,Note\r\nA,1,"two\nlines"\r\n,,\r\nB,,\r\n,,\r\n,,\r\n')
    rows = list(open_table(path, HEADINGS).rows())
    assert [(row.number, row.line, row["name"], row.is_blank) for row in rows] == [
        (1, 2, "A", False),
        (2, 4, "", True),
        (3, 5, "B", False),
    ]
    assert rows[0]["note"] == "two\nlines"
    assert rows[0]["reason"] == ""


def test_semicolons_as_some_spreadsheets_write_them(write):
    rows = list(open_table(write("Name;People\nA;3\n"), HEADINGS).rows())
    assert (rows[0]["name"], rows[0]["people"]) == ("A", "3")


def test_workbook_reads_as_its_csv_would(tmp_path):
    path = workbook(
        tmp_path,
        ("Name", "People", "Note"),
        ("A", 3, dt.datetime(2025, 9, 12)),
        (None, None, None),
        ("=1+1", 2.5, None),
        sheets=2,
    )
    table = open_table(path, HEADINGS)
    assert [row.cells for row in table.rows()] == [
        ("A", "3", "2025-09-12"),
        ("", "", ""),
        ("=1+1", "2.5", ""),
    ]
    assert table.notices == ["Only the first sheet, “Sheet”, was read; the file has 2."]


def test_workbook_code_shown_with_two_places_keeps_them(tmp_path):
    book = Workbook()
    book.active.append(("Name",))
    book.active.append((1.1,))
    book.active["A2"].number_format = "0.00"
    book.save(tmp_path / "codes.xlsx")
    assert [row["name"] for row in open_table(tmp_path / "codes.xlsx", HEADINGS).rows()] == ["1.10"]


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "rows.csv", "“rows.csv” is empty"),
        (b" \n\n", "rows.csv", "“rows.csv” is empty"),
        (b"Name,People\n", "rows.csv", "has a header and no rows"),
        (b"Name,People\n,\n", "rows.csv", "has a header and no rows"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "rows.csv", "of the old kind (.xls)"),
        (b"%PDF-1.7 ...", "rows.csv", "is a PDF"),
        (b"Name\nA\n", "rows.txt", "must end in .csv or .xlsx"),
        (b"Name\nA\n", "rows.xlsx", "is not an Excel workbook"),
        (b"PK\x03\x04 not a zip", "rows.xlsx", "cannot be read as an Excel workbook"),
        ("Name\nA\n".encode("utf-16"), "rows.csv", "is written in UTF-16"),
        (b"Name\nA\0B\n", "rows.csv", "line 2 holds a NUL byte"),
        ("Name\nA\nCafé Rouge\n".encode("cp1252"), "rows.csv", "line 3"),
        (b"Name,People\nA,1,2\n", "rows.csv", "Row 1 (line 2 of the file) has 3 cells"),
        (b"Name,People\nA\n", "rows.csv", "has 1 cells, but the header has 2"),
        (b'Name,People\n"A,1\nB,2\n', "rows.csv", "quotation mark that is never closed"),
        (b"Name,People,name\nA,1,B\n", "rows.csv", "has the column “name” twice"),
        (b"People\n1\n", "rows.csv", "lacks the column “Name”"),
        (b"Name,Peeple\nA,1\n", "rows.csv", "“Peeple” may be “People”"),
        (b"Name,Shoe size\nA,1\n", "rows.csv", "which this import does not read"),
        (b"Name\n" + b"x" * 5001 + b"\n", "rows.csv", "the cell holds 5,001 characters"),
    ],
)
def test_bad_files_are_refused(write, content, name, said):
    assert said in refusal(write(content, name))


def test_windows_encoding_shows_the_place_and_the_remedy(write):
    message = refusal(write("Name\nA\nCafé Rouge\n".encode("cp1252")))
    assert "near “Café Rouge”" in message
    assert "CSV UTF-8" in message


def test_workbook_renamed_csv_is_refused(tmp_path):
    path = workbook(tmp_path, ("Name",), ("A",)).rename(tmp_path / "rows.csv")
    assert "ends in .csv but is an Excel workbook" in refusal(path)


def test_missing_file_and_folder_are_refused(tmp_path):
    assert "There is no file" in refusal(tmp_path / "none.csv")
    assert "is not a file" in refusal(tmp_path)


def test_size_is_checked_before_reading(tmp_path, settings):
    settings.UPLOAD_LIMIT_BYTES = 50_000_000
    path = tmp_path / "big.csv"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    assert refusal(path).startswith("“big.csv” has 200 MB; the limit is 50 MB.")


def test_workbook_bomb_is_refused(tmp_path):
    path = workbook(tmp_path, ("Name",), ("A",))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/more.xml", b"0" * 40_000_000)
    assert "would unpack to 40 MB" in refusal(path)


def test_workbook_with_entities_is_refused(tmp_path):
    path = workbook(tmp_path, ("Name",), ("A",))
    content = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(content, "w") as new:
        for part in old.infolist():
            text = old.read(part)
            if part.filename == "xl/workbook.xml":
                text = b'<!DOCTYPE w [<!ENTITY a "b">]>' + text
            new.writestr(part.filename, text)
    path.write_bytes(content.getvalue())
    assert "cannot be read as an Excel workbook" in refusal(path)


def test_a_path_that_the_system_cannot_look_up_is_refused(tmp_path):
    assert "cannot be opened: File name too long" in refusal(tmp_path / f"{'x' * 300}.csv")


def test_too_many_rows_are_refused(write, monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    assert "has more than 2 rows" in refusal(write("Name\nA\nB\nC\n"))
    # Before any row is handed out: reading 200,000 against the register takes minutes.
    with pytest.raises(FileRefused, match="has more than 2 rows"):
        open_table(write("Name\nA\nB\nC\n"), HEADINGS)


def test_rejects_come_back_as_they_were(write, tmp_path):
    table = open_table(write('Name,Note,Reason\n=cmd,"-15, or so",old reason\n'), HEADINGS)
    problem = Problem("Note", "-15", "below zero", "Write zero or more.")
    rejections = [Rejection(row, (problem,)) for row in table.rows()]
    out = tmp_path / "rejects.csv"
    rejects_write(path=out, table=table, rejections=rejections)
    with out.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["Name", "Note", "Reason"],
            ["'=cmd", "'-15, or so", "Note: below zero. Write zero or more."],
        ]
    again = next(open_table(out, HEADINGS).rows())
    assert (again["name"], again["note"]) == ("=cmd", "-15, or so")


def test_rejects_that_cannot_be_written_are_refused(write, tmp_path):
    table = open_table(write("Name\nA\n"), HEADINGS)
    with pytest.raises(FileRefused, match="cannot be written"):
        rejects_write(path=tmp_path / "no" / "rejects.csv", table=table, rejections=[])
