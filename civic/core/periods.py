"""Academic years and quarters, and dates known only to the month or year.

A year runs from the first day of `settings.YEAR_START_MONTH` (August unless set). Quarter 1 is its
first three months. A moment belongs to the quarter of its local date (Europe/London).
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

_KEY = re.compile(r"^(\d{4})-(\d{2})-Q([1-4])$")

DAY, MONTH, YEAR = "day", "month", "year"


def local_date(moment: dt.date | dt.datetime) -> dt.date:
    """The calendar date in the portal's time zone."""
    if isinstance(moment, dt.datetime):
        return timezone.localtime(moment).date() if timezone.is_aware(moment) else moment.date()
    return moment


def long_date(day: dt.date) -> str:
    """'21 November 2026'."""
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


@dataclass(frozen=True, order=True)
class Period:
    """One quarter of one academic year. `year` is the calendar year in which that year starts."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 4:
            raise ValueError(f"A quarter is numbered 1 to 4, not {self.number}.")

    @classmethod
    def containing(cls, moment: dt.date | dt.datetime) -> Period:
        day = local_date(moment)
        months = (day.year * 12 + day.month - 1) - (settings.YEAR_START_MONTH - 1)
        return cls(months // 12, months % 12 // 3 + 1)

    @classmethod
    def parse(cls, key: str) -> Period:
        """Read '2025-26-Q1'. Raises ValueError with a sentence that says the right form."""
        match = _KEY.match(key.strip())
        if match and int(match[2]) == (int(match[1]) + 1) % 100:
            return cls(int(match[1]), int(match[3]))
        raise ValueError(f"“{key}” is not a quarter. Write it like 2025-26-Q1.")

    @property
    def key(self) -> str:
        return f"{self.year_key}-Q{self.number}"

    @property
    def year_key(self) -> str:
        return f"{self.year}-{(self.year + 1) % 100:02d}"

    @property
    def starts_on(self) -> dt.date:
        months = self.year * 12 + settings.YEAR_START_MONTH - 1 + (self.number - 1) * 3
        return dt.date(months // 12, months % 12 + 1, 1)

    @property
    def ends_on(self) -> dt.date:
        return self.next().starts_on - dt.timedelta(days=1)

    @property
    def months(self) -> str:
        """'August to October 2025', or 'November 2025 to January 2026'."""
        first, last = self.starts_on, self.ends_on
        start = calendar.month_name[first.month]
        if first.year != last.year:
            start = f"{start} {first.year}"
        return f"{start} to {calendar.month_name[last.month]} {last.year}"

    def next(self) -> Period:
        return Period(self.year + self.number // 4, self.number % 4 + 1)

    def previous(self) -> Period:
        return Period(self.year - (self.number == 1), (self.number - 2) % 4 + 1)

    def __str__(self) -> str:
        return self.key


@dataclass(frozen=True)
class PartialDate:
    """A date as precisely as somebody gave it: a day, a month or a year."""

    year: int
    month: int | None = None
    day: int | None = None

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read '2016', '2016-05' or '2016-05-03'. Raises ValueError."""
        parts = text.strip().split("-")
        if not 1 <= len(parts) <= 3 or not all(part.isdigit() for part in parts):
            raise ValueError(f"“{text}” is not a date. Write it like 2016, 2016-05 or 2016-05-03.")
        if len(parts[0]) != 4:
            raise ValueError(
                f"“{text}” is not a date. Begin with a year of four figures, like 2016."
            )
        numbers = [int(part) for part in parts]
        try:
            dt.date(numbers[0], *(numbers[1:] + [1, 1])[:2])
        except ValueError as error:
            raise ValueError(f"“{text}” is not a date in the calendar.") from error
        return cls(*numbers)

    @property
    def precision(self) -> str:
        return DAY if self.day else MONTH if self.month else YEAR

    @property
    def first_day(self) -> dt.date:
        return dt.date(self.year, self.month or 1, self.day or 1)

    @property
    def last_day(self) -> dt.date:
        month = self.month or 12
        return dt.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])


def partial_words(day: dt.date | None, precision: str) -> str:
    """A stored date in the precision it was given in: '2016', 'May 2016' or '3 May 2016'."""
    if day is None:
        return ""
    if precision == YEAR:
        return str(day.year)
    if precision == MONTH:
        return f"{calendar.month_name[day.month]} {day.year}"
    return long_date(day)


def partial_iso(day: dt.date | None, precision: str) -> str:
    """A stored date as an import file writes it: '2016', '2016-05' or '2016-05-03'."""
    if day is None:
        return ""
    return day.isoformat()[: {YEAR: 4, MONTH: 7}.get(precision, 10)]
