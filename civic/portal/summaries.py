"""Published rows arranged as the public pages show them. Pure: nothing here asks the database."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from civic.core.periods import YEAR, local_date, long_date
from civic.portal.scope import Scope
from promises.models import (
    PublishedActivity,
    PublishedEngagement,
    PublishedIndicator,
    PublishedReading,
    Snapshot,
)
from promises.queries import Change, PromiseRow
from promises.queries.public import QuarterScore, people_words
from promises.words import CountMethod, Delivery

Basis = PublishedActivity.Basis
# A score table names the basis of its mean; the same words stand on every page.
MEAN_NOTE = (
    "Done so far: the mean of percent complete, weighted by the weight of each activity (1 unless "
    "the plan says otherwise). One that did not report counts at its last approved figure; one "
    "that never reported is left out."
)
ONCE_NOTE = (
    "An activity that serves several {promises} stands in each of their rows and once in the "
    "total, so the rows may add up to more than the total."
)


def tide_rows(
    rows: Iterable[PromiseRow], scope: Scope, *, means: bool = True
) -> list[dict[str, Any]]:
    """The promises as the tides component wants them, with or without how far they are done."""
    return [
        {
            "number": row.number,
            "title": row.title,
            "url": scope.url("promise", row.number),
            "items": row.activities,
            "counts": row.counts,
            "total": row.total,
            "mean": row.percent if means else None,
        }
        for row in rows
    ]


def longest(rows: Iterable[PromiseRow]) -> int:
    """The length of the longest row of gauges, which sets the scale of them all."""
    return max((row.total for row in rows), default=0)


def count_rows(rows: Iterable[PromiseRow], scope: Scope) -> list[dict[str, Any]]:
    """The promises as lines of a table of counts."""
    return [
        {
            "title": f"{row.number}. {row.title}",
            "url": scope.url("promise", row.number),
            "counts": row.counts,
            "total": row.total,
            "mean": row.percent,
        }
        for row in rows
    ]


def total_row(score: Any, how_many: str) -> dict[str, Any]:
    """The last line of that table: every activity once."""
    return {
        "title": how_many,
        "counts": score.counts,
        "total": score.total,
        "mean": score.percent,
    }


def roll_up_note(rows: Sequence[PromiseRow], total: int, labels: dict[str, str]) -> str:
    """How the numbers were made; where rows overlap, that they do."""
    overlaps = sum(row.total for row in rows) > total
    once = ONCE_NOTE.format(promises=labels["promises_lower"])
    return f"{MEAN_NOTE} {once}" if overlaps else MEAN_NOTE


def compare_rows(scores: Iterable[QuarterScore], scope: Scope) -> list[dict[str, Any]]:
    """One line for each published quarter, newest first."""
    return [
        {
            "key": score.snapshot.key,
            "months": score.snapshot.period.months if score.snapshot.period else "",
            "url": scope.url("quarter", score.snapshot.key),
            "counts": score.counts,
            "total": score.total,
        }
        for score in scores
    ]


def history_entries(
    rows: Sequence[PublishedActivity], snapshots: Sequence[Snapshot]
) -> list[dict[str, Any]]:
    """The timeline of one activity, newest first, from the first quarter that had it.

    A quarter without an update keeps its place; so does one whose plan did not hold the activity.
    """
    by_key = {row.snapshot.key: row for row in rows}
    oldest = min((row.snapshot.period for row in rows if row.snapshot.period), default=None)
    return [
        _history_entry(by_key.get(snapshot.key), snapshot)
        for snapshot in snapshots
        if oldest is not None and snapshot.period is not None and snapshot.period >= oldest
    ]


def _history_entry(row: PublishedActivity | None, snapshot: Snapshot) -> dict[str, Any]:
    months = snapshot.period.months if snapshot.period else ""
    if row is None:
        return {
            "when": months,
            "what": "Not in the plan",
            "delivery": Delivery.NOT_REPORTED,
            "is_missing": True,
        }
    missing = row.delivery == Delivery.NOT_REPORTED
    notes = [f"Reason: {row.reason}" if row.reason and row.delivery_basis == Basis.UPDATE else ""]
    notes.append(f"Next: {row.next_steps}" if row.next_steps else "")
    return {
        "when": f"{months}, published {long_date(local_date(row.snapshot.published_at))}",
        "what": done_words(row),
        "delivery": row.delivery,
        "text": _said(row),
        "note": " ".join(note for note in notes if note),
        "is_missing": missing,
    }


def done_words(row: PublishedActivity) -> str:
    """`Delayed, 20% done`; for one that did not report, where it last stood."""
    word = Delivery(row.delivery).label
    if row.percent is None or row.delivery == Delivery.NOT_STARTED:
        return word
    if row.delivery == Delivery.NOT_REPORTED:
        return f"{word}, last at {row.percent}% done in {row.percent_quarter}"
    return f"{word}, {row.percent}% done"


def _said(row: PublishedActivity) -> str:
    if row.delivery_basis == Basis.NONE:
        return "No update reached the office before the round closed."
    if row.delivery_basis == Basis.CARRIED:
        return "Carried forward: it had already ended, so no update was due."
    if row.delivery_basis == Basis.OPENING:
        return "Stated when the plan was loaded; no update was due."
    return row.narrative


def readings_in_order(indicator: PublishedIndicator) -> list[PublishedReading]:
    """Dated readings, oldest first, then the undated one."""
    rows = list(indicator.readings.all())
    return sorted(rows, key=lambda row: (row.period_end or row.period_start or dt.date.max, row.pk))


def reading_points(readings: Iterable[PublishedReading]) -> list[dict[str, Any]]:
    """Dated readings as columns of a chart; empty below two of them."""
    dated = [row for row in readings if row.period_start or row.period_end]
    if len(dated) < 2:
        return []
    return [{"label": _short_period(row), "amount": row.value} for row in dated]


def _short_period(reading: PublishedReading) -> str:
    """`2024-25`, `2024` or `Oct 2025`: what fits under a column."""
    first, last = reading.period_start, reading.period_end or reading.period_start
    if last is None:
        return ""
    if first is None or (last - first).days < 300:
        return str(last.year) if reading.period_precision == YEAR else f"{last:%b %Y}"
    return str(last.year) if first.year == last.year else f"{first.year}-{last:%y}"


def engagement_rows(engagements: Iterable[PublishedEngagement]) -> list[dict[str, Any]]:
    """Engagements as lines of a table."""
    return [
        {
            "title": row.title,
            "when": days_words(row.starts_on, row.ends_on),
            "place": row.place,
            "people": people_words(row),
            "method": CountMethod(row.count_method).label if row.count_method else "",
            "late": f"Late entry of {row.quarter}" if row.is_late else "",
        }
        for row in engagements
    ]


def days_words(first: dt.date, last: dt.date) -> str:
    """`3 October 2025`, `3 to 5 October 2025` or `30 September 2025 to 2 October 2025`."""
    if first == last:
        return long_date(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {long_date(last)}"
    return f"{long_date(first)} to {long_date(last)}"


def wording_line(number: int, since: dt.datetime | None) -> str:
    """One line about the history of a wording: how many there were, since when this one.

    `since` is the day of the present wording; the first one counts from the adoption.
    """
    if since is None:
        return "Wording unchanged since adoption."
    day = long_date(local_date(since))
    if number > 1:
        return f"Wording {number}, since {day}. Earlier wordings stay readable."
    return f"Wording unchanged since {day}."


def change_sample(changes: Sequence[Change], most: int) -> list[Change]:
    """A few changes, one of every kind before a second of any, in their fixed order."""
    chosen: list[Change] = []
    waiting = list(changes)
    while waiting and len(chosen) < most:
        kinds: set[str] = set()
        rest = []
        for change in waiting:
            if change.after in kinds or len(chosen) == most:
                rest.append(change)
            else:
                kinds.add(change.after)
                chosen.append(change)
        waiting = rest
    return sorted(chosen, key=changes.index)
