"""HTML to PDF."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from civic.core.models import Attachment


@dataclass(frozen=True)
class PdfResult:
    """A finished document: its bytes, how many pages, and the addresses it was denied."""

    content: bytes
    pages: int
    refused: list[str] = field(default_factory=list)


def render_pdf(
    html: str,
    *,
    stylesheets: Sequence[str],
    css: str = "",
    attachments: Iterable[Attachment] = (),
) -> PdfResult:
    """Draw a page of HTML as a tagged PDF, built to PDF/UA-1.

    `stylesheets` are paths below `static/`; `css` is styling made for this document alone. An
    address that may not be fetched never stops the drawing: it stands in `refused`.
    """
    # WeasyPrint takes seconds to import, and only a process that draws needs it.
    from civic.core.pdf_engine import draw

    return PdfResult(*draw(html, stylesheets, css, attachments))
