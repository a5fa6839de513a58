"""What only the office's pages draw."""

from django import template
from django.utils.safestring import SafeString

from promises import drawings

register = template.Library()


@register.simple_tag
def update_mark(value: str) -> SafeString:
    """The box of an update without its word: `approved` done, `submitted` under way, `missing`."""
    return drawings.update_mark(value)
