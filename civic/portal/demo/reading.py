"""The demonstration's data files, and what the story knows before it begins."""

import datetime as dt
import functools
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from civic.core.periods import PartialDate, Period

DATA = Path(__file__).parent / "data"
SLUG = "making-a-difference-demo"
# The quarters of the data files: three published, then the one that is being collected.
PUBLISHED = ("q1", "q2", "q3")
COLLECTING = "now"
TOLD = (*PUBLISHED, COLLECTING)

Row = dict[str, Any]


@functools.cache
def rows_of(name: str) -> Any:
    """What one of our own data files holds. Read only: every caller gets the same rows."""
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))


def activity_rows() -> list[Row]:
    """Every activity of the plan, in the order of the promises."""
    names = sorted(path.name for path in (DATA / "activities").glob("*.yaml"))
    return [row for name in names for row in rows_of(f"activities/{name}")]


def dice(*seed: Any) -> random.Random:
    """Chance that falls the same way every time for the same seed."""
    return random.Random(":".join(str(part) for part in seed))  # noqa: S311 (nothing secret)


@dataclass(frozen=True)
class Calendar:
    """The story's dates, all counted from `today`.

    `now` is the latest moment that anything in it may have happened.
    """

    today: dt.date
    now: dt.datetime

    @classmethod
    def of(cls, today: dt.date) -> "Calendar":
        now = min(timezone.now(), moment(today, 17, 30))
        return cls(today, now.replace(second=0, microsecond=0))

    @property
    def collecting(self) -> Period:
        """The latest quarter that has ended."""
        return Period.containing(self.today).previous()

    def quarter(self, name: str) -> Period:
        """The period of 'q1' to 'q3' or 'now'."""
        return self.quarters_on(TOLD.index(name) - TOLD.index(COLLECTING))

    def quarters_on(self, count: int) -> Period:
        """The quarter `count` after the one being collected; negative counts lie before it."""
        place = self.collecting.year * 4 + self.collecting.number - 1 + count
        return Period(place // 4, place % 4 + 1)

    def month_start(self, month: int) -> dt.date:
        """The first day of a month counted from the last one of the collecting quarter (0)."""
        last = self.collecting.ends_on
        place = last.year * 12 + last.month - 1 + month
        return dt.date(place // 12, place % 12 + 1, 1)

    def month_end(self, month: int) -> dt.date:
        return self.month_start(month + 1) - dt.timedelta(days=1)

    def start(self, value: Any) -> PartialDate | None:
        """A start as the files give it: a month, a year, or nothing."""
        if value is None or isinstance(value, dict):
            return self._year(value)
        first = self.month_start(value)
        return PartialDate(first.year, first.month)

    def target(self, value: Any) -> PartialDate | None:
        """A target as the files give it: the end of a month, a year, or nothing."""
        if value is None or isinstance(value, dict):
            return self._year(value)
        last = self.month_end(value)
        return PartialDate(last.year, last.month, last.day)

    def published_at(self, period: Period) -> dt.datetime:
        """Three weeks after the quarter's end, at half past nine."""
        return moment(period.ends_on + dt.timedelta(days=21), 9, 30)

    def words(self, period: Period) -> dict[str, str]:
        """The names of the quarter's months (m1 to m3) and of the three after it (n1 to n3)."""
        names: dict[str, str] = {}
        for stem, quarter in (("m", period), ("n", period.next())):
            first = quarter.starts_on
            for number in range(3):
                names[f"{stem}{number + 1}"] = dt.date(
                    first.year + (first.month - 1 + number) // 12,
                    (first.month - 1 + number) % 12 + 1,
                    1,
                ).strftime("%B")
        return names

    def _year(self, value: Row | None) -> PartialDate | None:
        return PartialDate(self.collecting.ends_on.year + value["year"]) if value else None


def moment(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    """That time of that day, by the portal's clock."""
    return dt.datetime.combine(day, dt.time(hour, minute), timezone.get_current_timezone())


def between(start: dt.datetime, end: dt.datetime, share: float) -> dt.datetime:
    """The moment `share` (0 to 1) of the way from `start` to `end`."""
    return start + (end - start) * share
