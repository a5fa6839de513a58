from django.db import models

from civic.core.models.jobs import Job


class MailMessage(models.Model):
    """One message to one address. Sent by a job; kept so that staff can see what became of it."""

    to = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    key = models.CharField(max_length=200, unique=True, help_text="The same key is sent once.")
    job = models.OneToOneField(Job, null=True, on_delete=models.SET_NULL, related_name="mail")
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.subject
