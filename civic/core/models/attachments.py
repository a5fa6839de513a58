import uuid

from django.conf import settings
from django.db import models


def storage_name(attachment: "Attachment", _filename: str) -> str:
    """Files are stored under made-up names; the person's own name for it is only a label."""
    return f"attachments/{attachment.pk.hex[:2]}/{attachment.pk.hex}"


class Attachment(models.Model):
    """A stored file. Its content type was found by looking at it, never taken from its name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.FileField(upload_to=storage_name, max_length=200)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    def __str__(self) -> str:
        return self.name
