"""Dates, numbers and fingerprints as they are written everywhere."""

import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone


def date_long(value: Any) -> str:
    """`21 November 2026`, in local time; an empty string where there is no date."""
    if isinstance(value, datetime.datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
    elif not isinstance(value, datetime.date):
        return ""
    return f"{value.day} {value:%B %Y}"


def number(value: Any) -> str:
    """`1,200`, `31.4`: groups of three, no useless zeros, no rounding; words stay as they are."""
    if value is None or value == "":
        return ""
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if not exact.is_finite():
        return str(value)
    written = f"{exact:,f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def hash_groups(value: Any) -> str:
    """A fingerprint in groups of four, so that two can be compared by eye."""
    text = str(value or "")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))
