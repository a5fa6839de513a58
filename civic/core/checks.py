"""What `manage.py check` says of the settings."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register


@register()
def mail_has_a_way_out(**_kwargs: Any) -> list[CheckMessage]:
    """A server without EMAIL_URL sends no mail."""
    if settings.EMAIL_URL or settings.LOCAL_OUTBOX:
        return []
    return [
        Warning(
            "No mail will leave this portal.",
            hint="Set EMAIL_URL, like smtp+tls://USER:PASSWORD@mail.example.org:587",
            id="civic.W001",
        )
    ]
