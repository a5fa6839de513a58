from django.conf import settings
from django.db import models

from civic.core.models import Attachment, Job
from promises.models import Snapshot


class Report(models.Model):
    """A document made from snapshots. Asked for once; every version made of it is kept."""

    class Kind(models.TextChoices):
        QUARTERLY = "quarterly", "Quarterly report"

    kind = models.CharField(max_length=12, choices=Kind, default=Kind.QUARTERLY)
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="reports")
    job = models.OneToOneField(Job, null=True, on_delete=models.SET_NULL, related_name="report")
    attachment = models.ForeignKey(
        Attachment, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    pages = models.PositiveSmallIntegerField(null=True, blank=True)
    requested_at = models.DateTimeField(auto_now_add=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "snapshot"], name="report_once_a_snapshot"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.snapshot}"
