"""One cell at a time: what is read, and what is refused with a reason and a remedy."""

import contextlib
import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic.core.exports import neutralise
from civic.core.imports.cells import (
    CellError,
    Count,
    plain,
    read_count,
    read_date,
    read_decimal,
    read_hours,
    read_list,
    read_money,
    read_partial_date,
)
from civic.core.periods import PartialDate

MOST = 10_000_000
DAYS = st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2099, 12, 31))
NUMBERS = st.integers(min_value=0, max_value=MOST)


def count(text):
    return read_count(text, name="attendees", most=MOST)


def reason_of(reader, *args, **kwargs):
    with pytest.raises(CellError) as caught:
        reader(*args, **kwargs)
    assert caught.value.remedy.endswith(".")
    return caught.value.reason


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12/09/2025", dt.date(2025, 9, 12)),
        ("2025-09-18", dt.date(2025, 9, 18)),
        ("2025-09-18 10:30", dt.date(2025, 9, 18)),
        ("18 Sep 2025", dt.date(2025, 9, 18)),
        ("18th September 2025", dt.date(2025, 9, 18)),
        ("Thu 18 Sept 2025", dt.date(2025, 9, 18)),
        ("12-Nov-2025", dt.date(2025, 11, 12)),
        ("3.10.25", dt.date(2025, 10, 3)),
        ("  03/10/25 ", dt.date(2025, 10, 3)),
        ("29/02/2024", dt.date(2024, 2, 29)),
        ("", None),
    ],
)
def test_read_date(text, day):
    assert read_date(text) == day


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2025-11-31", "no such date"),
        ("29/02/2026", "no such date"),
        ("09/25/2025", "no such date"),
        ("01/01/0205", "no such date: the year 205"),
        ("next week", "not a date"),
        ("45912", "not a date"),
        ("=TODAY()", "not a date"),
    ],
)
def test_read_date_refused(text, reason):
    assert reason_of(read_date, text) == reason


def test_read_date_today_stands_and_tomorrow_is_refused():
    today = dt.date(2026, 3, 1)
    assert read_date("01/03/2026", today=today) == today
    assert reason_of(read_date, "02/03/2026", today=today) == "date later than today"


@given(DAYS)
def test_read_date_every_way_of_writing_a_day(day):
    for text in (
        day.isoformat(),
        f"{day.day}/{day.month}/{day.year}",
        f"{day.day:02}.{day.month:02}.{day.year}",
        f"{day.day} {day:%b} {day.year}",
        f"{day.day}-{day:%B}-{day.year}",
    ):
        assert read_date(text) == day


@given(st.text(max_size=30), st.sampled_from([read_date, read_partial_date, count]))
def test_readers_read_or_refuse_whatever_is_typed(text, reader):
    # Anything but CellError would fail the test.
    with contextlib.suppress(CellError):
        reader(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,200", Count(1200, 1200)),
        ("  210 ", Count(210, 210)),
        ("18 people", Count(18, 18)),
        ("0", Count(0, 0)),
        ("c. 40", Count(40, 40, is_estimate=True)),
        ("c40", Count(40, 40, is_estimate=True)),
        ("about 1,500 visitors", Count(1500, 1500, is_estimate=True)),
        ("30-40", Count(30, 40, is_estimate=True)),
        ("30 – 40 people", Count(30, 40, is_estimate=True)),
        ("30 to 40", Count(30, 40, is_estimate=True)),
        ("", None),
        ("n/a", None),
    ],
)
def test_read_count(text, expected):
    assert count(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("sixty", "attendees is not a number"),
        ("1,20", "attendees is not a number"),
        ("12.5", "attendees is not a number"),
        ("-15", "attendees below zero"),
        ("−15", "attendees below zero"),
        ("=SUM(A1:A9)", "formula in a number column"),
        ("+44", "formula in a number column"),
        ("@now", "formula in a number column"),
        ("40-30", "attendees: the range runs backwards"),
        ("10,000,001", "attendees above 10,000,000"),
        ("٣٠", None),
    ],
)
def test_read_count_refused(text, reason):
    if reason is None:
        # Figures of another script mean a number just the same.
        assert count(text) == Count(30, 30)
    else:
        assert reason_of(count, text) == reason


@given(NUMBERS, NUMBERS)
def test_read_count_numbers_and_ranges(one, other):
    low, high = sorted((one, other))
    assert count(f"{one:,}") == Count(one, one)
    assert count(f"c. {one}") == Count(one, one, is_estimate=True)
    assert count(f"{low}-{high:,}") == Count(low, high, is_estimate=True)


def test_read_decimal_and_its_kin():
    assert read_hours("4,250", name="hours") == Decimal(4250)
    assert read_hours("22.5 hours", name="hours") == Decimal("22.5")
    assert read_money("£1,250.50", name="price") == Decimal("1250.50")
    assert read_money("", name="price") is None
    assert read_decimal("-2.5", name="value", signed=True) == Decimal("-2.5")
    assert reason_of(read_hours, "-3", name="volunteer hours") == "volunteer hours below zero"
    assert reason_of(read_hours, "1.234", name="hours") == "hours has more than 2 decimals"
    assert reason_of(read_hours, "NaN", name="hours") == "hours is not a number"
    assert reason_of(read_hours, "1e9", name="hours") == "hours is not a number"


def test_read_partial_date_keeps_its_precision():
    assert read_partial_date("2016") == PartialDate(2016)
    assert read_partial_date("2016-05") == PartialDate(2016, 5)
    assert read_partial_date("3/5/2016") == PartialDate(2016, 5, 3)
    assert read_partial_date("") is None
    assert reason_of(read_partial_date, "2016-13") == "no such date"


def test_read_list_drops_blanks_and_repeats():
    assert read_list(" B ;A;;B; A  b") == ["B", "A", "A b"]


@given(st.text(alphabet="=+-@ab \t'", max_size=12).filter(lambda text: not text.startswith("'")))
def test_plain_undoes_what_an_export_does(text):
    assert plain(neutralise(text)) == text


def test_plain_leaves_an_apostrophe_that_belongs_to_the_text():
    assert plain("'Tis the season") == "'Tis the season"
    assert plain("'=1+1") == "=1+1"
