"""The engagement log: about four hundred entries, spread over a year, not all of them tidy."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from civic.accounts.models import User
from civic.core.periods import Period
from civic.portal.demo.plan import Stage
from civic.portal.demo.reading import (
    COLLECTING,
    PUBLISHED,
    TOLD,
    Row,
    dice,
    moment,
    rows_of,
)
from promises.models import Engagement
from promises.services.engagements import (
    EngagementData,
    engagement_log,
    engagement_withdraw,
)
from promises.words import ENGAGEMENT_TYPES, FINAL_DELIVERY, Charge, CountMethod, Format, Purpose

WEEKDAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5}
LATE_SHARE = 0.04
# Work rests from this day of December to this day of January.
REST = (20, 4)


@dataclass(frozen=True)
class Entry:
    """One entry to be logged, by whom and when."""

    data: EngagementData
    actor: User
    logged_at: dt.datetime


def entries_build(stage: Stage, rows: list[Row]) -> list[Entry]:
    """Every entry that the activities in `rows` have in the log."""
    logs = rows_of("engagements.yaml")
    notes = rows_of("log_details.yaml")["notes"]
    entries: list[Entry] = []
    for row in rows:
        for number, line in enumerate(logs.get(row["reference"], [])):
            chance = dice(row["reference"], number)
            first, last = _window(stage, row, line)
            for index, day in enumerate(_days(first, last, line, chance)):
                entry = _entry(stage, row, line, index, day, chance, notes)
                entries.append(entry)
                if index == 0 and line.get("again"):
                    entries.append(_again(entry))
    return entries


def entry_log(entry: Entry) -> Engagement:
    """Log it as of when that would have been."""
    return engagement_log(actor=entry.actor, data=entry.data, at=entry.logged_at)


def repeat_withdraw(stage: Stage) -> None:
    """Somebody has noticed the first of the repeats and taken it back."""
    repeat = Engagement.objects.filter(likely_duplicate_of__isnull=False).order_by("pk").first()
    if repeat is not None:
        engagement_withdraw(
            actor=stage.office,
            engagement=repeat,
            expected_version=repeat.version,
            reason="Logged twice. The other entry has the figures from the door.",
        )


def drafts_log(stage: Stage) -> None:
    """Entries that were begun and left."""
    for row in rows_of("log_details.yaml")["drafts"]:
        engagement_log(
            actor=stage.people[row["by"]],
            data=EngagementData(
                strategy=stage.strategy,
                title=row["title"],
                starts_on=stage.calendar.today - dt.timedelta(days=row["days_ago"]),
                activities=[stage.activities[row["activity"]]],
                engagement_type=stage.terms[ENGAGEMENT_TYPES, row["type"]],
                place=row["place"],
            ),
            state=Engagement.State.DRAFT,
        )


def _window(stage: Stage, row: Row, line: Row) -> tuple[dt.date, dt.date]:
    """The first and last day on which such an engagement can have happened."""
    calendar = stage.calendar
    if "months" in line:
        first, last = line["months"]
        return calendar.month_start(first), calendar.month_end(last)
    told = [name for name in TOLD if name in row]
    at_work = [name for name in told if row[name]["is"] != "not_started"]
    first_quarter = calendar.quarter(at_work[0] if at_work else COLLECTING)
    ended = [name for name in told if row[name]["is"] in FINAL_DELIVERY]
    last = calendar.quarter(ended[0]).ends_on if ended else calendar.today
    return first_quarter.starts_on, last


def _days(first: dt.date, last: dt.date, line: Row, chance: random.Random) -> Iterator[dt.date]:
    """`n` days, one in each equal part of the window, on the wanted day of the week."""
    span = (last - first).days - line.get("days", 1) + 1
    for index in range(line["n"]):
        part = span / line["n"]
        day = first + dt.timedelta(days=int(index * part + chance.random() * part))
        yield _fitting(day, first, first + dt.timedelta(days=span), line, chance)


def _fitting(
    day: dt.date, first: dt.date, last: dt.date, line: Row, chance: random.Random
) -> dt.date:
    """The nearest day at or before `day` that suits, within the window; `day` when none does."""
    if "day" in line:
        wanted = {WEEKDAYS[line["day"]]}
    elif line.get("days", 1) > 3:
        wanted = {0}
    else:
        wanted = {chance.randrange(5)}
    for back in (*range(35), *range(-1, -35, -1)):
        other = day - dt.timedelta(days=back)
        if first <= other <= last and other.weekday() in wanted and not _is_rest(other):
            return other
    return day


def _is_rest(day: dt.date) -> bool:
    return (day.month == 12 and day.day >= REST[0]) or (day.month == 1 and day.day <= REST[1])


def _entry(
    stage: Stage,
    row: Row,
    line: Row,
    index: int,
    day: dt.date,
    chance: random.Random,
    notes: list[str],
) -> Entry:
    place = line["in"][index % len(line["in"])] if "in" in line else ""
    about = line["about"][index % len(line["about"])] if "about" in line else ""
    actor = stage.people[row.get("owner") or row["writer"]]
    data = EngagementData(
        strategy=stage.strategy,
        title=line["t"].format(place=place, about=about),
        starts_on=day,
        ends_on=day + dt.timedelta(days=line.get("days", 1) - 1),
        activities=[
            stage.activities[reference] for reference in (row["reference"], *line.get("also", ()))
        ],
        engagement_type=stage.terms[ENGAGEMENT_TYPES, line["type"]],
        place=place,
        volunteer_hours=_hours(line.get("vol"), chance),
        academic_hours=_hours(line.get("acad"), chance),
        other_staff_hours=_hours(line.get("other"), chance),
        purpose=line.get("purpose", Purpose.PUBLIC_BENEFIT),
        format=line.get("format", Format.IN_PERSON) if chance.random() > 0.06 else "",
        partners=[stage.partners[key] for key in line.get("with", ())],
        notes=chance.choice(notes) if chance.random() < 0.09 else "",
        **_people(line, chance),
        **_charge(line, chance),
    )
    late = chance.random() < LATE_SHARE and Period.containing(day) in {
        stage.calendar.quarter(name) for name in PUBLISHED
    }
    return Entry(data, actor, _logged_at(stage, data, late, chance))


def _again(entry: Entry) -> Entry:
    """The same engagement as a colleague remembers it."""
    data = entry.data
    seen = (data.attendees_from or 20) // 5 * 5 + 5
    repeat = EngagementData(
        **{
            **vars(data),
            "attendees_from": seen,
            "attendees_to": seen,
            "count_method": CountMethod.ESTIMATED,
            "notes": "From memory.",
        }
    )
    return Entry(repeat, entry.actor, entry.logged_at + dt.timedelta(minutes=40))


def _people(line: Row, chance: random.Random) -> dict[str, Any]:
    """A count, an estimate, a range, or nothing at all."""
    least, most = line["people"]
    number = chance.randint(least, most)
    luck = chance.random()
    if luck < 0.05:
        return {}
    if line["how"] == "range" or luck < 0.09:
        low = max(number // 10 * 10, 5)
        return {"attendees_from": low, "attendees_to": low + 10, "count_method": "estimated"}
    if line["how"] == "estimated" or luck < 0.13:
        return {"attendees_from": max(number // 5 * 5, 5), "count_method": "estimated"}
    return {"attendees_from": number, "count_method": line["how"]}


def _charge(line: Row, chance: random.Random) -> dict[str, Any]:
    if "price" in line:
        return {"charge": Charge.CHARGEABLE, "price": Decimal(line["price"])}
    return {"charge": Charge.FREE if chance.random() > 0.12 else Charge.NOT_SAID}


def _hours(bounds: list[int] | None, chance: random.Random) -> Decimal | None:
    """Half hours between the two, or a gap now and then."""
    if bounds is None or chance.random() < 0.07:
        return None
    return Decimal(chance.randint(bounds[0] * 2, bounds[1] * 2)) / 2


def _logged_at(
    stage: Stage, data: EngagementData, late: bool, chance: random.Random
) -> dt.datetime:
    """Within nine days; a late entry some days after its quarter was published."""
    day = data.ends_on or data.starts_on
    if late:
        published = stage.calendar.published_at(Period.containing(data.starts_on))
        day = published.date() + dt.timedelta(days=chance.randint(2, 20))
    else:
        day += dt.timedelta(days=chance.randint(0, 9))
        while _is_rest(day):
            day += dt.timedelta(days=1)
    return min(moment(day, chance.randint(9, 16), chance.randrange(60)), stage.calendar.now)
