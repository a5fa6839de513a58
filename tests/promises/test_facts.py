"""The derived facts: schedule and evidence."""

import datetime as dt

import pytest

from promises.facts import evidence_fact, milestone_fact, schedule_fact

AS_OF = dt.date(2025, 10, 31)


def days(number):
    return AS_OF + dt.timedelta(days=number)


@pytest.mark.parametrize(
    ("delivery", "target", "expected"),
    [
        ("on_track", days(31), ("not_due", 31)),
        ("on_track", days(30), ("due_soon", 30)),
        ("on_track", days(0), ("due_soon", 0)),
        ("on_track", days(-1), ("overdue", 1)),
        ("not_reported", days(-41), ("overdue", 41)),
        ("delayed", None, ("no_date", None)),
        ("complete", days(-41), ("finished", None)),
        ("complete", None, ("finished", None)),
        ("stopped", days(-41), ("stopped", None)),
    ],
)
def test_schedule_follows_from_the_dates(delivery, target, expected):
    assert schedule_fact(delivery=delivery, target_on=target, as_of=AS_OF) == expected


@pytest.mark.parametrize(
    ("due", "done", "expected"),
    [
        (days(-5), days(-9), ("finished", None)),
        (days(-5), None, ("overdue", 5)),
        # Done after the quarter had ended: on its last day it was still overdue.
        (days(-5), days(1), ("overdue", 5)),
        (days(40), None, ("not_due", 40)),
    ],
)
def test_milestone_is_judged_on_the_last_day(due, done, expected):
    assert milestone_fact(due_on=due, done_on=done, as_of=AS_OF) == expected


@pytest.mark.parametrize(
    ("grades", "best"),
    [
        ([], "none"),
        (["stated"], "stated"),
        (["documented", "stated"], "documented"),
        (["stated", "independently_verified", "documented"], "independently_verified"),
    ],
)
def test_evidence_is_the_best_accepted_grade(grades, best):
    assert evidence_fact(grades) == best
