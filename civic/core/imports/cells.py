"""Reading one cell: text, dates, counts of people, hours, money. Nothing is guessed at.

Each reader takes the text of a cell and returns None for an empty one. What cannot be read raises
CellError with a reason (what is wrong) and a remedy (what to write instead).
"""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal

from civic.core.exports import neutralise
from civic.core.periods import PartialDate

_MONTHS = (
    "january february march april may june july august september october november december"
).split()
_NUMERIC_DATE = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4}|\d{2})")
_ISO_DATE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?")
_NAMED_DATE = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[\s\-/.]*([A-Za-z]{3,9})\.?,?[\s\-/.]*(\d{4}|\d{2})"
)
_WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", re.IGNORECASE)
_WHOLE = r"\d{1,3}(?:,\d{3})+|\d+"
_HEADS = (
    r"(?:people|persons?|attendees?|participants?|pupils?|students?|visitors?|guests?|"
    r"children|adults|members|delegates)"
)
_COUNT = re.compile(rf"({_WHOLE})(?:\s*{_HEADS})?", re.IGNORECASE)
_ABOUT = re.compile(
    r"(?:c\.?|ca\.?|circa|about|approx\.?|approximately|around|roughly|some|~|≈)\s*",
    re.IGNORECASE,
)
_RANGE = re.compile(rf"({_WHOLE})\s*(?:-|–|—|to)\s*({_WHOLE})(?:\s*{_HEADS})?", re.IGNORECASE)
_DECIMAL = re.compile(rf"(?:{_WHOLE})(?:\.\d+)?|\.\d+")
_NEGATIVE = re.compile(rf"[-−–]\s*(?:£\s*)?(?:{_WHOLE})(?:\.\d+)?.*")
_HOURS = re.compile(r"\s*(?:hours?|hrs?|h)\.?$", re.IGNORECASE)
FORMULA_SIGNS = ("=", "+", "-", "@")
EARLIEST_YEAR = 1900
NOTHING_SAID = frozenset({"", "n/a", "na", "n.a.", "not applicable", "not known", "-", "–", "?"})


class CellError(Exception):
    """One cell that cannot be read: why, and what to write instead."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


@dataclass(frozen=True)
class Count:
    """A number of people: exact where `low` equals `high` and it is not an estimate."""

    low: int
    high: int
    is_estimate: bool = False


def plain(text: str) -> str:
    """The text without the apostrophe that an export of ours put before a formula sign."""
    bare = text[1:]
    return bare if text[:1] == "'" and neutralise(bare) == text else text


def tidy(text: str) -> str:
    """Without white space at the ends and with single spaces inside; line breaks count as space."""
    return " ".join(text.split())


def read_date(text: str, *, today: dt.date | None = None) -> dt.date | None:
    """A day, day first: 12/09/2025, 2025-09-18, 18 Sep 2025, 12-Nov-2025, 3.10.25.

    With `today`, a later day is refused.
    """
    text = _WEEKDAY.sub("", tidy(text))
    if not text:
        return None
    year, month, day = _date_parts(text)
    if not year >= EARLIEST_YEAR:
        raise CellError(f"no such date: the year {year}", "Write the year in full, like 2025.")
    try:
        found = dt.date(year, month, day)
    except ValueError as error:
        raise CellError(
            "no such date", "Write a day of the calendar, day first, like 12/09/2025."
        ) from error
    if today is not None and found > today:
        raise CellError("date later than today", "Leave the row out until it has happened.")
    return found


def _date_parts(text: str) -> tuple[int, int, int]:
    if match := _ISO_DATE.fullmatch(text):
        return int(match[1]), int(match[2]), int(match[3])
    if match := _NUMERIC_DATE.fullmatch(text):
        return _century(match[3]), int(match[2]), int(match[1])
    if match := _NAMED_DATE.fullmatch(text):
        name = match[2].lower()
        for number, month in enumerate(_MONTHS, start=1):
            if month.startswith(name) or (name == "sept" and number == 9):
                return _century(match[3]), number, int(match[1])
    raise CellError(
        "not a date", "Write the day first, like 12/09/2025, 2025-09-12 or 12 Sep 2025."
    )


def _century(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)


def read_partial_date(text: str) -> PartialDate | None:
    """2016, 2016-05, or a day written in any way `read_date` knows."""
    text = tidy(text)
    if not text:
        return None
    if re.fullmatch(r"\d{4}|\d{4}-\d{2}", text):
        try:
            found = PartialDate.parse(text)
        except ValueError as error:
            raise CellError("no such date", "Write it like 2016 or 2016-05.") from error
        if found.year < EARLIEST_YEAR:
            raise CellError(f"no such date: the year {found.year}", "Write a year like 2016.")
        return found
    day = read_date(text)
    return PartialDate(day.year, day.month, day.day) if day else None


def read_count(text: str, *, name: str, most: int) -> Count | None:
    """People: 1,200, 18 people; c. 40 and 30-40 are estimates. Whole numbers from 0 to `most`."""
    text = tidy(text)
    if text.casefold() in NOTHING_SAID:
        return None
    _refuse_signs(text, name)
    bare = _ABOUT.sub("", text, count=1) if _ABOUT.match(text) else text
    if match := _RANGE.fullmatch(bare):
        low, high = _whole(match[1]), _whole(match[2])
        if high < low:
            raise CellError(
                f"{name}: the range runs backwards", "Write the lower number first, like 30-40."
            )
        count = Count(low, high, is_estimate=True)
    elif match := _COUNT.fullmatch(bare):
        count = Count(_whole(match[1]), _whole(match[1]), is_estimate=bare != text)
    else:
        raise CellError(
            f"{name} is not a number",
            "Write a whole number, like 60; about 40 as c. 40; a range as 30-40.",
        )
    if count.high > most:
        raise CellError(f"{name} above {most:,}", "Check the number.")
    return count


def read_decimal(
    text: str,
    *,
    name: str,
    places: int = 2,
    most: Decimal = Decimal(9_999_999),
    signed: bool = False,
) -> Decimal | None:
    """A number in figures, thousands parted by commas, with at most `places` decimals."""
    text = tidy(text)
    if text.casefold() in NOTHING_SAID:
        return None
    sign = 1
    if signed and _NEGATIVE.fullmatch(text):
        sign, text = -1, text[1:].strip()
    _refuse_signs(text, name)
    if not _DECIMAL.fullmatch(text):
        raise CellError(f"{name} is not a number", "Write it in figures, like 22.5.")
    value = Decimal(text.replace(",", ""))
    if -int(value.normalize().as_tuple().exponent) > places:
        raise CellError(f"{name} has more than {places} decimals", "Round the number.")
    if value > most:
        raise CellError(f"{name} above {most:,}", "Check the number.")
    return sign * value


def read_hours(text: str, *, name: str) -> Decimal | None:
    """Decimal hours: 36, 22.5, 4,250, 3 hours."""
    return read_decimal(_HOURS.sub("", tidy(text)), name=name)


def read_money(text: str, *, name: str) -> Decimal | None:
    """Pounds: £5, 120, 1,250.50."""
    text = tidy(text)
    return read_decimal(text[1:] if text.startswith("£") else text, name=name)


def read_list(text: str) -> list[str]:
    """Parts of a cell parted by semicolons, each tidied, none twice, in their order."""
    parts = (tidy(part) for part in text.split(";"))
    return list(dict.fromkeys(part for part in parts if part))


def _refuse_signs(text: str, name: str) -> None:
    if _NEGATIVE.fullmatch(text):
        raise CellError(f"{name} below zero", "Write zero or more.")
    if text.startswith(FORMULA_SIGNS):
        raise CellError(
            "formula in a number column", "Write the number that the formula works out."
        )


def _whole(figures: str) -> int:
    return int(figures.replace(",", ""))
