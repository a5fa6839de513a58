"""Reading the rows of an engagements file. Touches no record."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TypeVar

from django.core.exceptions import ValidationError

from civic.core.imports.cells import (
    FORMULA_SIGNS,
    NOTHING_SAID,
    CellError,
    Count,
    read_count,
    read_date,
    read_hours,
    read_list,
    read_money,
    tidy,
)
from civic.core.imports.outcomes import Problem, problem
from civic.core.imports.rejects import REASON_HEADING
from civic.core.imports.tables import Heading, Row, Table
from promises.imports.activity_rows import by_words, choice, short_text
from promises.models import Activity, Strategy
from promises.models.log import MOST_PEOPLE
from promises.services.engagement_load import engagement_prepare
from promises.services.engagements import EngagementData
from promises.words import Charge, CountMethod, Format, Purpose

HEADINGS = (
    Heading("starts_on", "Date", ("first day", "start", "start date", "starts on"), required=True),
    Heading("ends_on", "Last day", ("end", "end date", "ends on")),
    Heading(
        "activities",
        "Activity ref",
        ("activity reference", "activity references", "activity refs", "activity", "reference"),
        required=True,
    ),
    Heading("title", "What happened", ("title", "engagement"), required=True),
    Heading("type", "Type", ("engagement type", "kind")),
    Heading("place", "Where", ("place", "venue", "location")),
    Heading("attendees", "Attendees", ("headcount", "number of attendees")),
    Heading("count_method", "How counted", ("count method", "how they were counted")),
    Heading("volunteer_hours", "Volunteer hours", ("volunteers hours", "volunteers' hours")),
    Heading("academic_hours", "Academic hours", ("academic staff hours",)),
    Heading("other_staff_hours", "Other staff hours"),
    Heading("charge", "Free?", ("charge", "free or chargeable")),
    Heading("price", "Price", ("price a person", "price per person")),
    Heading("purpose", "Purpose"),
    Heading("format", "Format"),
    Heading("partners", "Partners", ("partner",)),
    Heading("unit", "Unit"),
    Heading("logged_by", "Logged by"),
    Heading("notes", "Notes", ("note", "comments")),
    REASON_HEADING,
)
OPEN_DAY = "open day"
NOTE_OF_END = "The note speaks of an end date."
NO_ACTIVITY = "No activity is named."
_TOTALS = frozenset({"total", "totals", "grand total", "sum", "sub-total", "subtotal"})
_FREE = frozenset({"free", "y", "yes", "free of charge"})
_CHARGED = frozenset({"chargeable", "charged", "paid", "n", "no"})
_RUNS_TO = re.compile(r"\bruns?\s+(?:to|until|till)\b", re.IGNORECASE)
_RECRUITMENT = re.compile(r"\brecruitment\b", re.IGNORECASE)
_JUST_FIGURES = re.compile(r"[\d,]+")
_TEXTS = {"title": 200, "place": 200, "type": 160, "unit": 160, "logged_by": 160}
# Where the rules speak of a field that the file calls otherwise.
_FIELD_COLUMNS = {"attendees_from": "attendees", "attendees_to": "attendees"}

Read = TypeVar("Read")


@dataclass
class EngagementRow:
    """One row as read. Names are not yet records: those are made once the row is sound."""

    row: Row
    data: EngagementData
    digest: str
    type_label: str = ""
    partner_names: list[str] = field(default_factory=list)
    unit_name: str = ""
    logged_by: str = ""
    look_again: str = ""
    remarks: list[str] = field(default_factory=list)


class RowRefused(Exception):
    """A row with problems, all of them."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.reason for problem in problems))
        self.problems = problems


class EngagementReader:
    """Reads rows against the activities of a strategy, as of `today`."""

    def __init__(self, table: Table, strategy: Strategy, today: date) -> None:
        self.table = table
        self.strategy = strategy
        self.today = today
        self._activities: dict[str, Activity] = {
            row.reference.casefold(): row for row in strategy.activities.all()
        }
        self.methods = by_words(CountMethod.choices)
        self.purposes = by_words(Purpose.choices)
        self.formats = by_words(Format.choices)

    def digest(self, row: Row) -> str:
        """What makes a row the same row: its strategy and its cells, white space aside."""
        cells = {key: tidy(row[key]) for key in row.places if tidy(row[key])}
        try:
            day = read_date(row["starts_on"])
        except CellError:
            day = None
        if day:
            cells["starts_on"] = day.isoformat()
        text = json.dumps([self.strategy.slug, cells], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def total_column(self, row: Row) -> str | None:
        """The column that says “total” where a day or a title should be, if one does."""
        for key in ("starts_on", "activities", "title"):
            if tidy(row[key]).rstrip(":").casefold() in _TOTALS:
                try:
                    return None if read_date(row["starts_on"]) else key
                except CellError:
                    return key
        return None

    def read(self, row: Row, digest: str) -> EngagementRow:
        """The row, sound in itself. Raises RowRefused with every problem it has."""
        return _OneRow(self, row, digest).read()

    def find_activities(self, text: str) -> list[Activity]:
        found = []
        for reference in read_list(text.replace(",", ";")):
            activity = self._activities.get(reference.casefold())
            if activity is None:
                raise CellError(
                    f"unknown activity reference {reference}",
                    "Write a reference of the plan, or load the activity first.",
                )
            found.append(activity)
        return list(dict.fromkeys(found))

    def problem(self, row: Row, key: str, error: CellError) -> Problem:
        return problem(self.table, row, key, error)


class _OneRow:
    def __init__(self, reader: EngagementReader, row: Row, digest: str) -> None:
        self._reader = reader
        self._row = row
        self._digest = digest
        self._problems: list[Problem] = []

    def read(self) -> EngagementRow:
        texts = {
            key: self._cell(key, partial(short_text, longest=longest)) or ""
            for key, longest in _TEXTS.items()
        }
        starts_on = self._cell("starts_on", self._day)
        if starts_on is None and not self._problems_in("starts_on"):
            self._add("starts_on", CellError("no date", "Write the day, like 12/09/2025."))
        if not texts["title"] and not self._problems_in("title"):
            self._add("title", CellError("no title", "Say in a few words what happened."))
        data = EngagementData(
            strategy=self._reader.strategy,
            title=texts["title"],
            starts_on=starts_on or self._reader.today,
            ends_on=self._cell("ends_on", read_date),
            activities=self._cell("activities", self._reader.find_activities) or [],
            place=texts["place"],
            volunteer_hours=self._hours("volunteer_hours", "volunteer hours"),
            academic_hours=self._hours("academic_hours", "academic hours"),
            other_staff_hours=self._hours("other_staff_hours", "other staff hours"),
            format=self._cell("format", partial(choice, choices=self._reader.formats)) or "",
            notes=self._cell("notes", _read_notes) or "",
        )
        entry = EngagementRow(
            self._row,
            data,
            self._digest,
            type_label=texts["type"],
            partner_names=self._cell("partners", _read_names) or [],
            unit_name=texts["unit"],
            logged_by=texts["logged_by"],
        )
        self._read_attendees(entry)
        self._read_charge(data)
        self._read_purpose(entry)
        self._read_marks(entry)
        if not self._problems:
            self._check_rules(data)
        if self._problems:
            raise RowRefused(self._problems)
        return entry

    def _cell(self, key: str, reader: Callable[[str], Read]) -> Read | None:
        try:
            return reader(self._row[key])
        except CellError as error:
            self._add(key, error)
            return None

    def _add(self, key: str, error: CellError) -> None:
        self._problems.append(self._reader.problem(self._row, key, error))

    def _problems_in(self, key: str) -> bool:
        column = self._reader.table.column(key)
        return any(found.column == column for found in self._problems)

    def _day(self, text: str) -> date | None:
        return read_date(text, today=self._reader.today)

    def _hours(self, key: str, name: str) -> Decimal | None:
        return self._cell(key, partial(read_hours, name=name))

    def _read_attendees(self, entry: EngagementRow) -> None:
        count: Count | None = self._cell(
            "attendees", partial(read_count, name="attendees", most=MOST_PEOPLE)
        )
        method = self._cell("count_method", partial(choice, choices=self._reader.methods)) or ""
        if count is None:
            return
        data = entry.data
        data.attendees_from, data.attendees_to = count.low, count.high
        estimated, counted = CountMethod.ESTIMATED.value, CountMethod.COUNTED.value
        data.count_method = method or (estimated if count.is_estimate else counted)
        if count.low != count.high:
            entry.remarks.append(f"estimate, {count.low:,} to {count.high:,}")
        elif count.is_estimate:
            entry.remarks.append(f"estimate of {count.low:,}")
        elif not _JUST_FIGURES.fullmatch(tidy(self._row["attendees"])):
            entry.remarks.append(f"count of {count.low:,}")

    def _read_charge(self, data: EngagementData) -> None:
        said = self._cell("charge", _read_charge)
        charge, price = said or (Charge.NOT_SAID.value, None)
        own_price = self._cell("price", partial(read_money, name="price"))
        if own_price is not None:
            price = own_price
            charge = charge or (Charge.CHARGEABLE.value if price else Charge.FREE.value)
        if charge == Charge.FREE and price == 0:
            price = None
        if charge == Charge.CHARGEABLE and price is None and not self._problems_in("price"):
            self._add(
                "charge", CellError("chargeable without a price", "Write the price, like £5.")
            )
        data.charge, data.price = charge, price

    def _read_purpose(self, entry: EngagementRow) -> None:
        data = entry.data
        said = self._cell("purpose", partial(choice, choices=self._reader.purposes)) or ""
        recruits = entry.type_label.casefold() == OPEN_DAY or _RECRUITMENT.search(data.notes)
        data.purpose = said or (Purpose.RECRUITMENT.value if recruits else "")
        if data.purpose == Purpose.RECRUITMENT:
            entry.remarks.append("kept out of the statutory return: recruitment")

    def _read_marks(self, entry: EngagementRow) -> None:
        marks = []
        if _RUNS_TO.search(entry.data.notes):
            marks.append(NOTE_OF_END)
            entry.remarks.append("marked for a look: the note speaks of an end date")
        if not tidy(self._row["activities"]):
            marks.append(NO_ACTIVITY)
            entry.remarks.append("marked for a look: no activity is named")
        entry.look_again = " ".join(marks)
        for key in ("title", "place", "notes"):
            text = tidy(self._row[key])
            if text.startswith(FORMULA_SIGNS):
                entry.remarks.append(
                    f"{key} begins with {text[0]}: kept as text, neutralised in exports"
                )

    def _check_rules(self, data: EngagementData) -> None:
        try:
            engagement_prepare(data=data, today=self._reader.today)
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                key = _FIELD_COLUMNS.get(name, name)
                known = key if key in {heading.key for heading in HEADINGS} else "title"
                for message in messages:
                    self._add(known, CellError(message.rstrip("."), "Correct the cell."))


def _read_charge(text: str) -> tuple[str, Decimal | None]:
    word = tidy(text).casefold()
    if word in NOTHING_SAID:
        return Charge.NOT_SAID.value, None
    if word in _FREE:
        return Charge.FREE.value, None
    if word in _CHARGED:
        return Charge.CHARGEABLE.value, None
    try:
        price = read_money(text, name="price")
    except CellError as error:
        if error.reason != "price is not a number":
            raise
        raise CellError(
            "neither free nor a price", "Write free, a price like £5, or n/a."
        ) from error
    return (Charge.CHARGEABLE.value, price) if price else (Charge.FREE.value, None)


def _read_names(text: str) -> list[str]:
    return [short_text(name, longest=200) for name in read_list(text)]


def _read_notes(text: str) -> str:
    text = text.strip()
    if len(text) > 4000:
        raise CellError("longer than 4,000 characters", "Shorten the note.")
    return text
