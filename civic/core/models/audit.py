from django.conf import settings
from django.db import models


class AuditEvent(models.Model):
    """One act by one person (or by the portal itself) on one record. Never changed."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    verb = models.CharField(max_length=60, help_text="entity_action, as the service is called.")
    entity = models.CharField(max_length=60, help_text="app.model, or blank for an act on many.")
    entity_id = models.CharField(max_length=64, blank=True)
    changes = models.JSONField(default=dict, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["entity", "entity_id"], name="audit_entity")]

    def __str__(self) -> str:
        return f"{self.verb} {self.entity} {self.entity_id}"
