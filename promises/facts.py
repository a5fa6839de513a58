"""The two facts about progress that are derived: schedule and evidence. Pure functions."""

import datetime as dt
from collections.abc import Iterable

from promises.words import EVIDENCE_ORDER, Delivery, EvidenceGrade, Schedule

DUE_SOON_DAYS = 30


def schedule_fact(
    *, delivery: str, target_on: dt.date | None, as_of: dt.date
) -> tuple[str, int | None]:
    """(schedule, days) on `as_of`: days overdue, or days left while it is not yet due.

    `target_on` is the last day of the target as precisely as it was given.
    """
    if delivery == Delivery.COMPLETE:
        return Schedule.FINISHED.value, None
    if delivery == Delivery.STOPPED:
        return Schedule.STOPPED.value, None
    return _against_date(target_on, as_of)


def milestone_fact(
    *, due_on: dt.date, done_on: dt.date | None, as_of: dt.date
) -> tuple[str, int | None]:
    """The same for a milestone, which is finished once it was done on or before `as_of`."""
    if done_on is not None and done_on <= as_of:
        return Schedule.FINISHED.value, None
    return _against_date(due_on, as_of)


def evidence_fact(grades: Iterable[str]) -> str:
    """The best of the accepted grades; none when there are none."""
    return max(grades, key=EVIDENCE_ORDER.index, default=EvidenceGrade.NONE.value)


def _against_date(due_on: dt.date | None, as_of: dt.date) -> tuple[str, int | None]:
    if due_on is None:
        return Schedule.NO_DATE.value, None
    days = (due_on - as_of).days
    if days < 0:
        return Schedule.OVERDUE.value, -days
    return (Schedule.DUE_SOON if days <= DUE_SOON_DAYS else Schedule.NOT_DUE).value, days
