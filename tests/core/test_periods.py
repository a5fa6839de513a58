"""Quarters and partial dates."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic.core.periods import PartialDate, Period, partial_iso, partial_words

DATES = st.dates(min_value=dt.date(1950, 1, 1), max_value=dt.date(2150, 12, 31))


@pytest.mark.parametrize(
    ("day", "key"),
    [
        (dt.date(2025, 7, 31), "2024-25-Q4"),
        (dt.date(2025, 8, 1), "2025-26-Q1"),
        (dt.date(2025, 10, 31), "2025-26-Q1"),
        (dt.date(2025, 11, 1), "2025-26-Q2"),
        (dt.date(2026, 1, 31), "2025-26-Q2"),
        (dt.date(2026, 2, 28), "2025-26-Q3"),
        (dt.date(2099, 12, 31), "2099-00-Q2"),
    ],
)
def test_period_containing_a_day(day, key):
    assert Period.containing(day).key == key


def test_period_of_a_moment_is_that_of_its_local_date():
    # Half past midnight on 1 August in Liverpool is still 31 July in UTC.
    moment = dt.datetime(2025, 7, 31, 23, 30, tzinfo=dt.UTC)
    assert Period.containing(moment).key == "2025-26-Q1"


@pytest.mark.parametrize("month", range(1, 13))
@given(day=DATES)
def test_periods_tile_the_calendar_whatever_the_first_month(month, day):
    from django.test import override_settings

    with override_settings(YEAR_START_MONTH=month):
        period = Period.containing(day)
        assert period.starts_on <= day <= period.ends_on
        assert period.next().starts_on == period.ends_on + dt.timedelta(days=1)
        assert period.next().previous() == period
        assert Period.parse(period.key) == period


@pytest.mark.parametrize(
    "key", ["", "2025", "2025-26", "2025-27-Q1", "2025-26-Q5", "25-26-Q1", "x"]
)
def test_period_parse_says_how_a_quarter_is_written(key):
    with pytest.raises(ValueError, match="Write it like 2025-26-Q1"):
        Period.parse(key)


def test_period_months_name_both_years_when_it_crosses_them():
    assert Period(2025, 1).months == "August to October 2025"
    assert Period(2025, 2).months == "November 2025 to January 2026"


@pytest.mark.parametrize(
    ("text", "first", "last", "words"),
    [
        ("2016", dt.date(2016, 1, 1), dt.date(2016, 12, 31), "2016"),
        ("2024-02", dt.date(2024, 2, 1), dt.date(2024, 2, 29), "February 2024"),
        ("2016-05-03", dt.date(2016, 5, 3), dt.date(2016, 5, 3), "3 May 2016"),
    ],
)
def test_partial_date_keeps_its_precision(text, first, last, words):
    date = PartialDate.parse(text)
    assert (date.first_day, date.last_day) == (first, last)
    assert partial_words(date.last_day, date.precision) == words
    assert partial_iso(date.last_day, date.precision) == text


@pytest.mark.parametrize("text", ["", "16", "2016-13", "2016-02-30", "2016-1-1-1", "May 2016"])
def test_partial_date_refuses_what_is_no_date(text):
    with pytest.raises(ValueError, match="is not a date"):
        PartialDate.parse(text)


def test_no_date_has_no_words():
    assert (partial_words(None, ""), partial_iso(None, "")) == ("", "")
