"""Reading a PDF back."""

import io

from pypdf import PdfReader


def read_pdf(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def words_of(reader: PdfReader) -> str:
    """All the text, with single spaces, as lines are broken anywhere."""
    return plain(" ".join(page.extract_text() for page in reader.pages))


def plain(text: str) -> str:
    return " ".join(text.split())


def outline_of(reader: PdfReader) -> list[str]:
    """The bookmarks of the first level."""
    return [entry.title for entry in reader.outline if not isinstance(entry, list)]


def fonts_of(reader: PdfReader) -> dict[str, bool]:
    """{name: whether it is embedded}."""
    found = {}
    for page in reader.pages:
        for reference in page["/Resources"].get("/Font", {}).values():
            font = reference.get_object()
            for part in font.get("/DescendantFonts", [font]):
                descriptor = part.get_object()["/FontDescriptor"]
                found[font["/BaseFont"]] = any(
                    key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")
                )
    return found


def heading_levels(reader: PdfReader) -> list[int]:
    """The levels of the heading tags, in reading order."""
    levels: list[int] = []

    def walk(element: object) -> None:
        node = element.get_object() if hasattr(element, "get_object") else element
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            tag = str(node.get("/S", ""))
            if tag[:2] == "/H" and tag[2:].isdigit():
                levels.append(int(tag[2:]))
            if "/K" in node:
                walk(node["/K"])

    walk(reader.trailer["/Root"]["/StructTreeRoot"]["/K"])
    return levels
