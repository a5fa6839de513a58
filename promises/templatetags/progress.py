"""Shapes, gauges and tides for templates. Usage: docs/components.md."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from promises import drawings
from promises.marks import SCHEDULE_CLASSES
from promises.words import Delivery, EvidenceGrade, Schedule

register = template.Library()


def _status(name: str, mark: SafeString, word: Any) -> SafeString:
    return format_html(
        '<span class="civic-status civic-status--{}">{}<span>{}</span></span>', name, mark, word
    )


@register.simple_tag
def delivery_status(value: str, label: str = "") -> SafeString:
    """What the owner says: shape and word."""
    word = label or Delivery(value).label
    return _status(drawings.css_name(value), drawings.delivery_mark(value), word)


@register.simple_tag
def schedule_status(value: str, days: int | None = None, label: str = "") -> SafeString:
    """What the calendar says. `days` are those overdue, or those left when due soon."""
    word = label or _schedule_word(value, days)
    return _status(SCHEDULE_CLASSES[value], drawings.schedule_mark(value), word)


def _schedule_word(value: str, days: int | None) -> str:
    if days is None or value not in (Schedule.OVERDUE, Schedule.DUE_SOON):
        return str(Schedule(value).label)
    amount = "1 day" if days == 1 else f"{days} days"
    if value == Schedule.OVERDUE:
        return f"Overdue by {amount}"
    return f"Due in {amount}" if days else "Due today"


@register.simple_tag
def evidence_status(value: str, label: str = "") -> SafeString:
    """What can be shown: the grade of the best item held."""
    return _status("evidence", drawings.evidence_mark(value), label or EvidenceGrade(value).label)


@register.simple_tag
def update_status(value: str, label: str = "") -> SafeString:
    """Where an update stands in its round."""
    word = label or drawings.UPDATE_WORDS[value].capitalize()
    return _status("update", drawings.update_mark(value), word)


@register.simple_tag
def delivery_mark(value: str, css_class: str = "civic-status__mark") -> SafeString:
    """The shape alone, where the word stands beside it already."""
    return drawings.delivery_mark(value, css_class)


@register.simple_tag
def gauge(delivery: str, percent: Any, size: str = "s", title: str = "") -> SafeString:
    """One activity as a gauge; decorative unless it has a title."""
    return drawings.gauge(delivery, percent, size, title=title)


@register.simple_tag
def tide(
    items: Iterable[Any], title: str = "", across: int | None = None, id: str = ""
) -> SafeString:
    """A row of gauges, one for each item with `delivery` and `percent`."""
    return drawings.tide(items, title=title, across=across, uid=id)


@register.simple_tag
def unit_bar(counts: Mapping[Any, int], title: str = "", id: str = "") -> SafeString:
    """One box for each activity, by delivery."""
    return drawings.unit_bar(counts, title=title, uid=id)


@register.simple_tag
def round_bar(counts: Mapping[str, int]) -> SafeString:
    """One box for each update of a round."""
    return drawings.round_bar(counts)


@register.simple_tag
def counts_words(counts: Mapping[Any, int]) -> str:
    """`4 complete, 3 on track`: what is not zero, in fixed order."""
    return drawings.counts_words(counts)


@register.inclusion_tag("components/status_key.html")
def status_key() -> dict[str, Any]:
    """The key to the seven shapes."""
    return {"values": [value for value, _ in drawings.in_order({})]}


@register.inclusion_tag("components/score.html")
def score(counts: Mapping[Any, int]) -> dict[str, Any]:
    """Seven counts in a ruled line, zeros kept."""
    return {"counts": drawings.in_order(counts)}


@register.inclusion_tag("components/counts_table.html")
def counts_table(
    rows: Iterable[Any],
    caption: str,
    note: str = "",
    total: Any = None,
    head: str = "",
) -> dict[str, Any]:
    """Counts by delivery, a line for each row: `title`, `counts`, `total`, maybe `url`, `mean`."""
    lines = [_counts_line(row) for row in rows]
    last = _counts_line(total) if total else None
    return {
        "caption": caption,
        "note": note,
        "head": head,
        "columns": [value.label for value, _ in drawings.in_order({})],
        "rows": lines,
        "total": last,
        "has_mean": any(line["mean"] is not None for line in [*lines, *([last] if last else [])]),
    }


def _counts_line(row: Any) -> dict[str, Any]:
    counts = drawings.in_order(drawings.value_of(row, "counts"))
    line = {name: drawings.value_of(row, name) for name in ("title", "url", "total", "mean")}
    return line | {"counts": [(value.label, number) for value, number in counts]}
