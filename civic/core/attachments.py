"""Files that a person uploaded or the portal made: checked by looking, stored, served."""

import hashlib
import io
import logging
import zipfile
from datetime import timedelta
from typing import Any

import puremagic
from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import FileResponse
from django.utils import timezone

from civic.core.errors import FileRefused, NotFound
from civic.core.jobs import on_tick
from civic.core.models import Attachment

logger = logging.getLogger(__name__)

_OFFICE = "application/vnd.openxmlformats-officedocument"
CSV = "text/csv"
PLAIN = "text/plain"
# What each kind is called when a person is told.
ALLOWED_TYPES = {
    "application/pdf": "PDF",
    "image/png": "PNG picture",
    "image/jpeg": "JPEG picture",
    "image/webp": "WebP picture",
    f"{_OFFICE}.wordprocessingml.document": "Word document",
    f"{_OFFICE}.spreadsheetml.sheet": "Excel workbook",
    f"{_OFFICE}.presentationml.presentation": "PowerPoint presentation",
    CSV: "CSV file",
    PLAIN: "plain text",
}
IMAGE_TYPES = frozenset({"image/png", "image/jpeg", "image/webp"})
_TEXT_TYPES = frozenset({CSV, PLAIN})
# All three are zip archives; the part that each must hold tells them apart.
_OFFICE_PARTS = {
    "word/document.xml": f"{_OFFICE}.wordprocessingml.document",
    "xl/workbook.xml": f"{_OFFICE}.spreadsheetml.sheet",
    "ppt/presentation.xml": f"{_OFFICE}.presentationml.presentation",
}
# Text that a browser would run; it is not what the person said it was.
_ACTIVE_TYPES = frozenset({"text/html", "image/svg+xml", "application/xhtml+xml"})

FOLDER = "attachments"
STRAY_AFTER = timedelta(hours=6)
SWEEP_SECONDS = 3600


def attachment_store(
    *, content: bytes | File, name: str, content_type: str = "", actor: Any
) -> Attachment:
    """Check a file by its content, store it under a made-up name and save its row.

    `content_type` is what the sender says; "" when nobody said. It decides only between kinds of
    text: a binary file that is not what it claims to be is refused. The row exists only when the
    whole file does; a file whose transaction is rolled back is removed by `strays_remove`.

    Raises FileRefused when the file is empty, too large, of a kind not allowed or not as claimed.
    """
    data = _checked_size(content)
    found = _found_type(data, content_type)
    attachment = Attachment(
        name=name.strip()[:200] or "file",
        content_type=found,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        created_by=actor,
    )
    attachment.file.save(attachment.name, ContentFile(data), save=False)
    try:
        with transaction.atomic():
            attachment.save(force_insert=True)
    except BaseException:
        attachment.file.delete(save=False)
        raise
    return attachment


def attachment_response(attachment: Attachment, download_name: str) -> FileResponse:
    """The file as a download, never shown inside the site. Raises NotFound when it is missing."""
    try:
        stored = attachment.file.open("rb")
    except FileNotFoundError as error:
        logger.error("The file of attachment %s is missing", attachment.pk)
        raise NotFound(
            "The stored file is missing. Tell the office, and give this address."
        ) from error
    response = FileResponse(
        stored,
        as_attachment=True,
        filename=download_name,
        content_type=_served_type(attachment.content_type),
    )
    response["Content-Length"] = str(attachment.size)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _served_type(content_type: str) -> str:
    return f"{content_type}; charset=utf-8" if content_type in _TEXT_TYPES else content_type


def _checked_size(content: bytes | File) -> bytes:
    size = len(content) if isinstance(content, bytes) else content.size
    limit = settings.UPLOAD_LIMIT_BYTES
    if not size:
        raise FileRefused("The file is empty. Choose a file with something in it.")
    if size > limit:
        raise FileRefused(
            f"The file is {_megabytes(size)} MB. The limit is {_megabytes(limit)} MB: "
            "choose a smaller file."
        )
    if isinstance(content, bytes):
        return content
    content.seek(0)
    data: bytes = content.read(limit + 1)
    return data


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f}".removesuffix(".0")


def _found_type(data: bytes, claimed: str) -> str:
    claimed = claimed.split(";")[0].strip().lower()
    found = _binary_type(data) or _text_type(data, claimed)
    if claimed in ALLOWED_TYPES and found != claimed:
        raise FileRefused(
            f"The file says it is a {ALLOWED_TYPES[claimed]}, but its content is "
            f"{_article(ALLOWED_TYPES[found])}. Save it again in the right kind."
        )
    return found


def _article(words: str) -> str:
    return words if words == ALLOWED_TYPES[PLAIN] else f"a {words}"


def _binary_type(data: bytes) -> str | None:
    """The allowed kind that the first bytes show, None for text; refuses what is neither."""
    if data.startswith(b"PK\x03\x04"):
        return _office_type(data)
    try:
        matches = puremagic.magic_string(data)
    except puremagic.PureError:
        return None
    seen = [match.mime_type for match in matches]
    allowed = [kind for kind in seen if kind in ALLOWED_TYPES and kind not in _TEXT_TYPES]
    if allowed:
        return allowed[0]
    if _ACTIVE_TYPES.intersection(seen):
        raise _not_allowed()
    return None


def _office_type(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile as error:
        raise FileRefused("The file is damaged. Open it, save it again, and choose it.") from error
    for part, kind in _OFFICE_PARTS.items():
        if part in names and "[Content_Types].xml" in names:
            return kind
    raise _not_allowed()


def _text_type(data: bytes, claimed: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if claimed in _TEXT_TYPES:
            raise FileRefused(
                "The text is not in UTF-8. Save it again and choose “UTF-8” as its encoding."
            ) from error
        raise _not_allowed() from error
    if any(character < " " and character not in "\t\n\r\f" for character in text):
        raise _not_allowed()
    return CSV if claimed == CSV else PLAIN


def _not_allowed() -> FileRefused:
    kinds = ", ".join(ALLOWED_TYPES.values())
    return FileRefused(f"Files of this kind are not accepted. These are: {kinds}.")


@on_tick
def sweep() -> None:
    """Look for stray files once an hour, whichever worker comes first."""
    if cache.add("attachments-swept", value=True, timeout=SWEEP_SECONDS):
        strays_remove()


def strays_remove(*, older_than: timedelta = STRAY_AFTER) -> int:
    """Remove stored files that no row names, left by a transaction that was rolled back.

    Younger files are left alone: their transaction may still be open. Returns how many went.
    """
    removed = 0
    before = timezone.now() - older_than
    if not default_storage.exists(FOLDER):
        return removed
    for folder in default_storage.listdir(FOLDER)[0]:
        paths = [
            f"{FOLDER}/{folder}/{name}" for name in default_storage.listdir(f"{FOLDER}/{folder}")[1]
        ]
        kept = set(Attachment.objects.filter(file__in=paths).values_list("file", flat=True))
        for path in set(paths) - kept:
            if default_storage.get_modified_time(path) < before:
                default_storage.delete(path)
                logger.warning("Removed the stray file %s", path)
                removed += 1
    return removed
