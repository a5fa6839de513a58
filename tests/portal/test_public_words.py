"""Findings in sentences."""

import datetime as dt
from decimal import Decimal

import pytest

from civic.portal.summaries import change_sample, days_words
from civic.portal.words import answer, comparison, shortfall, uncounted, unreported
from promises.models import PublishedActivity
from promises.queries import Change
from promises.words import figure_words, unit_stands_apart


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({}, "There are no activities here yet."),
        ({"complete": 1}, "One activity, and it is complete or on track."),
        ({"delayed": 1}, "One activity, and it is not complete or on track."),
        ({"complete": 2}, "All 2 activities are complete or on track."),
        ({"delayed": 2}, "None of 2 activities is complete or on track."),
        ({"on_track": 1, "delayed": 1}, "1 of 2 activities is complete or on track. One is not."),
        (
            {"complete": 13, "on_track": 13, "at_risk": 11},
            "26 of 37 activities are complete or on track. Eleven are not.",
        ),
    ],
)
def test_answer(counts, words):
    assert str(answer(counts)) == words


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({"complete": 3}, ""),
        ({"delayed": 1, "stopped": 1}, "One is delayed and one was stopped."),
        ({"at_risk": 2}, "Two are at risk."),
        (
            {"at_risk": 3, "delayed": 3, "not_started": 1, "stopped": 1, "not_reported": 3},
            "Six are at risk or delayed, one has not started, one was stopped and three sent us "
            "no update.",
        ),
    ],
)
def test_shortfall(counts, words):
    assert shortfall(counts) == words


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        ({"complete": 2}, {"complete": 2}, ""),
        ({"complete": 3}, {"complete": 2}, "One more is complete than in July."),
        ({"complete": 1}, {"complete": 3}, "Two fewer are complete than in July."),
        ({"not_reported": 1}, {}, "One more went unreported than in July."),
        (
            {"complete": 4, "not_reported": 2},
            {"complete": 2, "not_reported": 0},
            "Two more are complete than in July and two more went unreported.",
        ),
    ],
)
def test_comparison(now, before, words):
    assert comparison(now, before, "July") == words


def test_unreported_says_nothing_of_nobody():
    assert unreported({"complete": 2}) == ""
    assert unreported({"not_reported": 3}) == "Three did not report this time."


def test_uncounted_says_what_adds_nobody():
    assert uncounted(0).endswith("a range adds its middle.")
    assert uncounted(1).endswith("One was not counted and adds nobody.")
    assert uncounted(4).endswith("Four were not counted and add nobody.")


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ((2025, 10, 3), (2025, 10, 3), "3 October 2025"),
        ((2025, 10, 3), (2025, 10, 5), "3 to 5 October 2025"),
        ((2025, 9, 30), (2025, 10, 2), "30 September 2025 to 2 October 2025"),
    ],
)
def test_days_words(first, last, words):
    assert days_words(dt.date(*first), dt.date(*last)) == words


def test_sample_of_changes_holds_one_of_every_kind_before_a_second():
    changes = [
        Change(PublishedActivity(reference=str(place)), "on_track", after)
        for place, after in enumerate(
            ["complete", "complete", "complete", "delayed", "stopped", "not_reported"]
        )
    ]
    sample = change_sample(changes, 5)
    assert [change.after for change in sample] == [
        "complete",
        "complete",
        "delayed",
        "stopped",
        "not_reported",
    ]
    assert change_sample(changes[:2], 5) == changes[:2]


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        ("3050000", "GBP", "£3,050,000"),
        ("4000", "£", "£4,000"),
        ("31.40", "per cent", "31.4%"),
        ("18240", "people", "18,240"),
        ("7", "", "7"),
    ],
)
def test_sign_stands_close_to_its_figure(value: str, unit: str, written: str) -> None:
    assert figure_words(Decimal(value), unit) == written
    assert unit_stands_apart(unit) is (unit == "people")
