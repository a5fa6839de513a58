import datetime as dt
import hashlib
import io
from pathlib import Path

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.db import transaction

from civic.core.attachments import (
    attachment_response,
    attachment_store,
    strays_remove,
)
from civic.core.errors import FileRefused, NotFound
from civic.core.models import Attachment
from tests.core.pictures import PNG

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def stored_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def workbook() -> bytes:
    content = io.BytesIO()
    openpyxl.Workbook().save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "claimed", "found"),
    [
        (PDF, "", "application/pdf"),
        (PDF, "application/pdf", "application/pdf"),
        (PNG, "application/octet-stream", "image/png"),
        (workbook(), "", XLSX),
        (b"name,people\nLab,12\n", "text/csv", "text/csv"),
        (b"name,people\nLab,12\n", "application/vnd.ms-excel", "text/plain"),
        ("Café".encode(), "text/plain; charset=utf-8", "text/plain"),
        (b"BMI,people\n1,2\n", "text/csv", "text/csv"),
    ],
    ids=[
        "pdf",
        "pdf-so-named",
        "png",
        "workbook",
        "csv",
        "csv-called-excel",
        "text",
        "csv-that-begins-like-a-bitmap",
    ],
)
def test_kind_is_found_by_looking(content: bytes, claimed: str, found: str):
    attachment = attachment_store(content=content, name="a.bin", content_type=claimed, actor=None)

    assert attachment.content_type == found


def test_stored_file_has_made_up_name_digest_and_size(folder: Path):
    attachment = attachment_store(content=PDF, name="../Evidence of May.pdf", actor=None)

    (path,) = stored_files(folder)
    assert path.name == attachment.pk.hex
    assert path.read_bytes() == PDF
    assert attachment.name == "../Evidence of May.pdf"
    assert attachment.size == len(PDF)
    assert attachment.sha256 == hashlib.sha256(PDF).hexdigest()


def test_uploaded_file_is_read_from_its_beginning():
    upload = ContentFile(PDF)
    upload.read()

    attachment = attachment_store(content=upload, name="a.pdf", actor=None)

    assert attachment.size == len(PDF)


@pytest.mark.parametrize(
    ("content", "claimed", "words"),
    [
        (b"", "", "empty"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "", "not accepted"),
        (b"<html><script>go()</script></html>", "", "not accepted"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/png", "not accepted"),
        (b"name,people\nCaf\xe9,12\n", "text/csv", "UTF-8"),
        (b"plain words", "application/pdf", "says it is a PDF"),
        (PDF, "image/png", "its content is a PDF"),
        (b"PK\x03\x04broken", "", "damaged"),
    ],
    ids=["empty", "program", "html", "svg", "latin-1", "no-pdf", "pdf-called-png", "half-a-zip"],
)
def test_file_of_another_kind_is_refused_and_nothing_stays(
    content: bytes, claimed: str, words: str, folder: Path
):
    with pytest.raises(FileRefused, match=words):
        attachment_store(content=content, name="a.pdf", content_type=claimed, actor=None)

    assert stored_files(folder) == []
    assert not Attachment.objects.exists()


def test_file_over_the_limit_is_refused_with_the_limit(settings):
    settings.UPLOAD_LIMIT_BYTES = 1024 * 1024

    with pytest.raises(FileRefused, match=r"2 MB. The limit is 1 MB"):
        attachment_store(content=b"a" * 2 * 1024 * 1024, name="a.txt", actor=None)


def test_file_of_a_transaction_rolled_back_is_removed(folder: Path):
    kept = attachment_store(content=PDF, name="kept.pdf", actor=None)
    with transaction.atomic():
        attachment_store(content=PNG, name="lost.png", actor=None)
        transaction.set_rollback(True)

    removed = strays_remove(older_than=dt.timedelta(seconds=-1))

    assert removed == 1
    assert [path.name for path in stored_files(folder)] == [kept.pk.hex]


def test_file_of_an_open_transaction_is_left_alone(folder: Path):
    with transaction.atomic():
        attachment_store(content=PNG, name="lost.png", actor=None)
        transaction.set_rollback(True)

    assert strays_remove() == 0
    assert len(stored_files(folder)) == 1


def test_response_is_a_download_of_the_right_kind():
    attachment = attachment_store(content=PDF, name="a.pdf", actor=None)

    response = attachment_response(attachment, "progress report.pdf")

    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="progress report.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    response.close()


def test_missing_file_is_a_named_error(folder: Path):
    attachment = attachment_store(content=PDF, name="a.pdf", actor=None)
    stored_files(folder)[0].unlink()

    with pytest.raises(NotFound, match="missing"):
        attachment_response(attachment, "a.pdf")
