"""WeasyPrint at work, which may fetch nothing but what this module hands it.

Imported by `civic.core.pdf` when a document is drawn, for WeasyPrint takes seconds to import."""

import mimetypes
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Any

from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from civic.core.attachments import IMAGE_TYPES
from civic.core.models import Attachment

STATIC = "static:"
ATTACHMENT = "attachment:"
# Relative addresses are joined to this, so that they too reach the fetcher and are refused there.
NOWHERE = "https://page.invalid/"

_STATIC_SUFFIXES = frozenset({".css", ".svg", ".png", ".jpg", ".woff2", ".ttf"})
_DATA_IMAGES = ("data:image/svg+xml", "data:image/png", "data:image/jpeg")
_DATA_LIMIT = 64 * 1024
_SHOWN = 200


class LockedFetcher(URLFetcher):
    """Gives out the site's own static files (`static:`), the attachments of this document
    (`attachment:<id>`) and small pictures written in the page (`data:`). All else is refused and
    noted; the document is drawn without it."""

    def __init__(self, attachments: Iterable[Attachment] = ()) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self.refused: list[str] = []
        self._attachments = {str(attachment.pk): attachment for attachment in attachments}

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        body = self._body(url)
        if body is None:
            self.refused.append(url[:_SHOWN])
            raise ValueError(f"Refused: {url[:_SHOWN]}")
        if isinstance(body, URLFetcherResponse):
            return body
        content, content_type = body
        return URLFetcherResponse(url, content, {"Content-Type": content_type})

    def _body(self, url: str) -> tuple[bytes, str] | URLFetcherResponse | None:
        if url.startswith(STATIC):
            return _static_body(url.removeprefix(STATIC))
        if url.startswith(ATTACHMENT):
            return self._attachment_body(url.removeprefix(ATTACHMENT))
        if url.startswith(_DATA_IMAGES) and len(url) <= _DATA_LIMIT:
            return URLFetcher(allowed_protocols=("data",)).fetch(url)
        return None

    def _attachment_body(self, key: str) -> tuple[bytes, str] | None:
        attachment = self._attachments.get(key)
        if attachment is None or attachment.content_type not in IMAGE_TYPES:
            return None
        with attachment.file.open("rb") as stored:
            return stored.read(), attachment.content_type


def _static_body(path: str) -> tuple[bytes, str] | None:
    if PurePosixPath(path).suffix not in _STATIC_SUFFIXES:
        return None
    try:
        found = finders.find(path)
    except SuspiciousFileOperation:
        return None
    if not isinstance(found, str):
        return None
    with open(found, "rb") as file:
        return file.read(), mimetypes.guess_type(path)[0] or "application/octet-stream"


def draw(
    html: str, stylesheets: Sequence[str], css: str, attachments: Iterable[Attachment]
) -> tuple[bytes, int, list[str]]:
    """The file, how many pages it has, and the addresses it was denied."""
    fetcher = LockedFetcher(attachments)
    fonts = FontConfiguration()
    sheets = [
        CSS(url=f"{STATIC}{path}", url_fetcher=fetcher, font_config=fonts) for path in stylesheets
    ]
    if css:
        sheets.append(CSS(string=css, base_url=NOWHERE, url_fetcher=fetcher, font_config=fonts))
    page = HTML(string=html, base_url=NOWHERE, url_fetcher=fetcher)
    document = page.render(font_config=fonts, stylesheets=sheets, pdf_variant="pdf/ua-1")
    return document.write_pdf(pdf_variant="pdf/ua-1"), len(document.pages), fetcher.refused
