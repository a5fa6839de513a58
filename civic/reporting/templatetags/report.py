"""Tags of the printed report."""

import calendar
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from civic.core import words
from promises.drawings import counts_words, css_name, tide, unit_bar
from promises.models import Reading
from promises.queries.public import people_words
from promises.words import Delivery, EvidenceGrade, figure_words, unit_stands_apart

register = template.Library()
register.filter("spelled", words.spelled)
register.filter("shortened", words.shortened)
register.filter("people_words", people_words)
register.filter("stands_apart", unit_stands_apart)
register.filter("figure", figure_words)


@register.simple_tag
def print_tide(items: Iterable[Any], title: str, across: int | None = None) -> SafeString:
    """A row of gauges that needs no style sheet."""
    return tide(items, title=title, across=across, medium="print")


@register.simple_tag
def print_units(counts: dict[str, int], title: str) -> SafeString:
    """One box for each activity, for plans too long to draw as gauges."""
    return unit_bar(counts, title=title, medium="print")


@register.simple_tag
def delivery_word(value: str) -> SafeString:
    """Shape and word."""
    return format_html(
        '<span class="status m-{}">{}</span>', css_name(value), Delivery(value).label
    )


@register.filter
def cells(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    """(value, word, count) for each delivery, in the fixed order."""
    return [(value, str(Delivery(value).label), count) for value, count in counts.items()]


@register.filter
def delivery_label(value: str) -> str:
    return str(Delivery(value).label)


@register.filter
def evidence_label(value: str) -> str:
    return str(EvidenceGrade(value).label)


@register.filter
def css(value: str) -> str:
    return css_name(value)


@register.filter
def counts_in_words(counts: dict[str, int]) -> str:
    """`4 complete, 3 on track`."""
    return counts_words(counts)


@register.filter
def reading_method(value: str) -> str:
    return str(Reading.Method(value).label)


@register.filter
def uncapital(text: str) -> str:
    """The words as they stand within a sentence; names of months keep their capital."""
    first = text.split(" ", 1)[0]
    if first in calendar.month_name:
        return text
    return text[:1].lower() + text[1:]


@register.filter
def amount(value: Decimal, unit: str) -> str:
    """The figure and its unit: `63%`, `£4,000`, `1,160 hours`."""
    written = figure_words(value, unit)
    return f"{written} {unit}" if unit_stands_apart(unit) else written


@register.filter
def references(records: Iterable[Any]) -> str:
    """The references of some records, separated by commas."""
    return ", ".join(sorted(record.row.reference for record in records))
