"""Mail: a row for each message, sent by a job after commit."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from civic.core.jobs import Progress, job_request
from civic.core.models import Job, MailMessage

# With pauses that double: a mail server may be away for nearly three hours and nothing is lost.
ATTEMPTS = 12


@transaction.atomic
def mail_send(*, to: str, template: str, context: dict[str, Any], key: str) -> MailMessage:
    """Write a message and ask for its delivery once.

    `template` names a folder-free base: `mail/<template>.subject.txt`, `.txt` and `.html`. The
    same `key` gives back the same message and sends nothing more.
    """
    existing = MailMessage.objects.filter(key=key).first()
    if existing:
        return existing
    context = {"site_url": settings.SITE_URL, "institution": settings.INSTITUTION_NAME, **context}
    subject = render_to_string(f"mail/{template}.subject.txt", context)
    message, created = MailMessage.objects.get_or_create(
        key=key,
        defaults={
            "to": to,
            "subject": " ".join(subject.split()),
            "text": render_to_string(f"mail/{template}.txt", context),
            "html": render_to_string(f"mail/{template}.html", context),
        },
    )
    if created:
        message.job = job_request(
            kind="mail",
            key=f"mail:{message.pk}",
            payload={"message": message.pk},
            max_attempts=ATTEMPTS,
        )
        message.save(update_fields=["job"])
    return message


def deliver(job: Job, progress: Progress) -> dict[str, Any]:
    """Hand one message to the mail server. One already sent is left alone.

    A worker killed between sending and noting it sends again, under the same Message-ID, by which
    mailboxes tell the second as a copy. Raises JobLost before sending what another worker now has,
    and ImproperlyConfigured where mail has no way out: what waits is sent once it has one.
    """
    if not (settings.EMAIL_URL or settings.LOCAL_OUTBOX):
        raise ImproperlyConfigured("No mail server is named. Set EMAIL_URL.")
    message = MailMessage.objects.get(pk=job.payload["message"])
    if message.sent_at is None:
        host = urlsplit(settings.SITE_URL).hostname
        outgoing = EmailMultiAlternatives(
            message.subject,
            message.text,
            to=[message.to],
            headers={"Message-ID": f"<{job.pk}@{host}>"},
        )
        outgoing.attach_alternative(message.html, "text/html")
        progress("Sending", 50)
        outgoing.send()
        MailMessage.objects.filter(pk=message.pk).update(sent_at=timezone.now())
    return {}
