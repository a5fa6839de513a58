import base64
import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from civic.core.attachments import attachment_store
from civic.core.pdf import render_pdf
from tests.core.pictures import PNG

PAGE = "<!doctype html><html lang='en-GB'><head><title>A page</title></head><body>{}</body></html>"


def drawn(body: str, **options) -> tuple[PdfReader, list[str]]:
    options.setdefault("stylesheets", [])
    result = render_pdf(PAGE.format(body), **options)
    return PdfReader(io.BytesIO(result.content)), result.refused


def pictures(reader: PdfReader) -> int:
    return sum(len(page.images) for page in reader.pages)


def test_page_is_tagged_titled_and_in_its_language():
    reader, refused = drawn("<h1>Kept</h1><p>Every word.</p>")

    root = reader.trailer["/Root"]
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert reader.metadata.title == "A page"
    assert "Every word." in reader.pages[0].extract_text()
    assert refused == []


def test_pages_are_counted():
    result = render_pdf(
        PAGE.format("<p>One</p><p style='break-before: page'>Two</p>"), stylesheets=[]
    )

    assert result.pages == 2


@pytest.mark.parametrize(
    ("body", "address"),
    [
        ("<img src='file:///etc/passwd' alt='a'>", "file:///etc/passwd"),
        ("<img src='http://127.0.0.1:1/a.png' alt='a'>", "http://127.0.0.1:1/a.png"),
        ("<img src='https://example.org/a.png' alt='a'>", "https://example.org/a.png"),
        ("<img src='../../settings.py' alt='a'>", "https://page.invalid/settings.py"),
        ("<link rel='stylesheet' href='file:///etc/hosts'>", "file:///etc/hosts"),
        ("<link rel='attachment' href='file:///etc/hosts'>", "file:///etc/hosts"),
        ("<style>@import 'http://127.0.0.1:1/a.css';</style>", "http://127.0.0.1:1/a.css"),
        ("<style>p{background:url(ftp://example.org/a)}</style><p>a</p>", "ftp://example.org/a"),
        ("<object data='file:///etc/hosts'>a</object>", "file:///etc/hosts"),
        ("<img src='static:../civic/settings.py' alt='a'>", "static:../civic/settings.py"),
        ("<img src='static:../../etc/a.png' alt='a'>", "static:../../etc/a.png"),
        ("<img src='data:text/html,hello' alt='a'>", "data:text/html,hello"),
        ("<img src='attachment:0f0f' alt='a'>", "attachment:0f0f"),
        (
            "<svg width='9' height='9'><image href='file:///etc/hosts' width='9' height='9'/></svg>",
            "file:///etc/hosts",
        ),
    ],
)
def test_address_is_refused_noted_and_never_stops_the_drawing(body: str, address: str):
    reader, refused = drawn(f"{body}<p>Drawn all the same.</p>")

    assert address in refused
    assert "Drawn all the same." in reader.pages[0].extract_text()
    assert pictures(reader) == 0
    assert reader.attachments == {}


def test_own_static_file_and_small_picture_are_given_out():
    picture = base64.b64encode(PNG).decode()

    reader, refused = drawn(
        f"<img src='data:image/png;base64,{picture}' alt='A dot'>",
        stylesheets=["report/report.css"],
    )

    assert refused == []
    assert pictures(reader) == 1
    assert any("Atkinson" in str(font) for font in fonts_of(reader))


def test_large_picture_in_the_page_is_refused():
    picture = base64.b64encode(PNG + b"\0" * 70_000).decode()

    _reader, refused = drawn(f"<img src='data:image/png;base64,{picture}' alt='A dot'>")

    assert len(refused) == 1
    assert len(refused[0]) == 200


@pytest.mark.django_db
def test_only_the_attachments_of_the_document_are_given_out(settings, tmp_path: Path):
    settings.MEDIA_ROOT = tmp_path
    own = attachment_store(content=PNG, name="own.png", actor=None)
    other = attachment_store(content=PNG, name="other.png", actor=None)

    reader, refused = drawn(
        f"<img src='attachment:{own.pk}' alt='A'><img src='attachment:{other.pk}' alt='B'>",
        attachments=[own],
    )

    assert pictures(reader) == 1
    assert refused == [f"attachment:{other.pk}"]


def fonts_of(reader: PdfReader) -> set[str]:
    return {
        font.get_object()["/BaseFont"]
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
