"""Reading the rows of an activities file. Touches no record."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from civic.core.imports.cells import (
    CellError,
    read_decimal,
    read_list,
    read_partial_date,
    tidy,
)
from civic.core.imports.outcomes import Problem, problem
from civic.core.imports.rejects import REASON_HEADING
from civic.core.imports.tables import Heading, Row, Table
from civic.core.models import Term
from civic.core.periods import DAY, MONTH, YEAR
from promises.imports.register import terms_by_key
from promises.models import Commitment, Strategy
from promises.words import Delivery, Horizon

HEADINGS = (
    Heading("reference", "reference", also=("activity reference", "ref"), required=True),
    Heading("title", "title", also=("activity",), required=True),
    Heading("description", "description"),
    Heading("commitment", "commitment", also=("commitments", "commitment codes")),
    Heading("theme", "theme", also=("themes",)),
    Heading("owner_role", "owner_role", also=("owner", "role")),
    Heading("unit", "unit"),
    Heading("horizon", "horizon"),
    Heading("status", "status", also=("delivery",)),
    Heading("start", "start", also=("start date",)),
    Heading("end", "end", also=("end date", "target", "target date")),
    Heading("partners", "partners", also=("partner",)),
    Heading("measure", "measure", also=("indicator",)),
    Heading("value", "value", also=("reading",)),
    Heading("value_unit", "value_unit", also=("unit of measure",)),
    Heading("kef_aspect", "kef_aspect"),
    Heading("source", "source"),
    REASON_HEADING,
)
# What the first row of an activity says of it. A later row may repeat these, never contradict.
FACTS = (
    "title",
    "description",
    "commitment",
    "theme",
    "owner_role",
    "unit",
    "horizon",
    "status",
    "partners",
)
_LONGEST = {
    "reference": 30,
    "title": 200,
    "owner_role": 160,
    "unit": 160,
    "measure": 200,
    "value_unit": 60,
    "source": 200,
}
_MOST = Decimal("99999999999999")
_COARSE = (YEAR, MONTH, DAY)

Read = TypeVar("Read")


@dataclass
class Measure:
    """One row's measure. A value of None is an indicator without a reading: a gap."""

    row: Row
    title: str
    unit: str
    value: Decimal | None
    period_start: dt.date | None
    period_end: dt.date | None
    period_precision: str
    source: str


@dataclass
class Group:
    """The rows of one activity, read: its facts from the first row, its measures from them all."""

    reference: str
    rows: list[Row]
    facts: dict[str, Any] = field(default_factory=dict)
    aspects: list[str] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    problems: dict[int, list[Problem]] = field(default_factory=dict)


class ActivityReader:
    """Reads the rows of one activity against what the strategy holds."""

    def __init__(self, table: Table, strategy: Strategy) -> None:
        self._table = table
        self._word = strategy.label_words["commitment"].lower()
        self._commitments = {row.code.casefold(): row for row in strategy.commitments.all()}
        themes = strategy.themes.terms.all() if strategy.themes else []
        self._themes = terms_by_key(themes)
        self._horizons = by_words(Horizon.choices)
        self._deliveries = by_words(Delivery.choices)
        self._deliveries[word_key(Delivery.NOT_REPORTED.label)] = ""

    def read(self, rows: list[Row]) -> Group:
        group = Group(tidy(rows[0]["reference"]), rows)
        for row in rows:
            for key, longest in _LONGEST.items():
                self._cell(group, row, key, partial(short_text, longest=longest))
        self._read_facts(group, rows[0])
        for row in rows[1:]:
            self._check_repeats(group, row)
        for row in rows:
            aspects = self._cell(group, row, "kef_aspect", read_list) or []
            group.aspects += [aspect for aspect in aspects if aspect not in group.aspects]
            self._read_measure(group, row)
        return group

    def _cell(self, group: Group, row: Row, key: str, reader: Callable[[str], Read]) -> Read | None:
        try:
            return reader(row[key])
        except CellError as error:
            group.problems.setdefault(row.number, []).append(problem(self._table, row, key, error))
            return None

    def _read_facts(self, group: Group, row: Row) -> None:
        facts = group.facts
        facts["title"] = self._cell(group, row, "title", _needed_text)
        for key in ("description", "owner_role", "unit", "source"):
            facts[key] = row[key].strip() if key == "description" else tidy(row[key])
        facts["commitments"] = self._cell(group, row, "commitment", self._read_commitments)
        facts["themes"] = self._cell(group, row, "theme", self._read_themes)
        facts["horizon"] = self._cell(
            group, row, "horizon", partial(choice, choices=self._horizons)
        )
        facts["opening_delivery"] = self._cell(
            group, row, "status", partial(choice, choices=self._deliveries)
        )
        facts["start"] = self._cell(group, row, "start", read_partial_date)
        facts["target"] = self._cell(group, row, "end", read_partial_date)
        facts["partners"] = self._cell(group, row, "partners", _read_names) or []
        self._check_order(group, row)

    def _check_order(self, group: Group, row: Row) -> None:
        try:
            start, end = read_partial_date(row["start"]), read_partial_date(row["end"])
        except CellError:
            return  # Told already.
        if start and end and end.last_day < start.first_day:
            backwards = CellError("ends before it starts", "Check the two dates.")
            group.problems.setdefault(row.number, []).append(
                problem(self._table, row, "end", backwards)
            )

    def _check_repeats(self, group: Group, row: Row) -> None:
        first = group.rows[0]
        for key in FACTS:
            said = tidy(row[key])
            if said and said.casefold() != tidy(first[key]).casefold():
                differs = CellError(
                    f"not as in row {first.number}, which carries the facts of {group.reference}",
                    "Empty the cell, or change it in both rows.",
                )
                group.problems.setdefault(row.number, []).append(
                    problem(self._table, row, key, differs)
                )
        if not tidy(row["measure"]):
            idle = CellError(
                f"adds nothing to row {first.number} of the same reference",
                "Give the row a measure, or remove it.",
            )
            group.problems.setdefault(row.number, []).append(
                problem(self._table, row, "measure", idle)
            )

    def _read_measure(self, group: Group, row: Row) -> None:
        value = self._cell(group, row, "value", _read_value)
        title = tidy(row["measure"])
        if not title:
            if tidy(row["value"]):
                nameless = CellError("a value without a measure", "Say what it measures.")
                group.problems.setdefault(row.number, []).append(
                    problem(self._table, row, "measure", nameless)
                )
            return
        if row is not group.rows[0]:
            for key in ("start", "end"):
                self._cell(group, row, key, read_partial_date)
            self._check_order(group, row)
        if row.number in group.problems:
            return
        start, end, precision = _period(row)
        measure = Measure(
            row, title, tidy(row["value_unit"]), value, start, end, precision, tidy(row["source"])
        )
        for other in group.measures:
            if (other.title.casefold(), other.period_start, other.period_end) == (
                title.casefold(),
                start,
                end,
            ):
                repeat = CellError(
                    f"repeat of row {other.row.number}: the same measure for the same period",
                    "Remove one of them, or give each its own start and end.",
                )
                group.problems.setdefault(row.number, []).append(
                    problem(self._table, row, "measure", repeat)
                )
                return
        group.measures.append(measure)

    def _read_commitments(self, text: str) -> list[Commitment]:
        found = []
        for code in read_list(text):
            commitment = self._commitments.get(code.casefold())
            if commitment is None:
                raise CellError(
                    f"unknown {self._word} {code}",
                    "Write codes of the strategy, parted by semicolons.",
                )
            found.append(commitment)
        return found

    def _read_themes(self, text: str) -> list[Term]:
        found = []
        for label in read_list(text):
            term = self._themes.get(label.casefold())
            if term is None:
                known = ", ".join(dict.fromkeys(row.label for row in self._themes.values()))
                raise CellError(f"unknown theme {label}", f"The strategy has: {known or 'none'}.")
            found.append(term)
        return found


def _period(row: Row) -> tuple[dt.date | None, dt.date | None, str]:
    """The reading's period: that of its own row when it gives both ends, otherwise none."""
    start, end = read_partial_date(row["start"]), read_partial_date(row["end"])
    if start is None or end is None:
        return None, None, ""
    precision = min((start.precision, end.precision), key=_COARSE.index)
    return start.first_day, end.last_day, precision


def _read_value(text: str) -> Decimal | None:
    return read_decimal(
        tidy(text).removeprefix("£"), name="value", places=4, most=_MOST, signed=True
    )


def _read_names(text: str) -> list[str]:
    names = read_list(text)
    for name in names:
        short_text(name, longest=200)
    return names


def _needed_text(text: str) -> str:
    if not tidy(text):
        raise CellError("no title", "Give the activity a title.")
    return tidy(text)


def short_text(text: str, *, longest: int) -> str:
    if len(tidy(text)) > longest:
        raise CellError(f"longer than {longest} characters", "Shorten it.")
    return tidy(text)


def choice(text: str, *, choices: dict[str, str]) -> str:
    if not tidy(text):
        return ""
    if word_key(text) not in choices:
        raise CellError(
            f"“{tidy(text)}” is not one of the words used here",
            f"Write one of: {', '.join(choices)}.",
        )
    return choices[word_key(text)]


def by_words(choices: Any) -> dict[str, str]:
    return {word_key(label): value for value, label in choices}


def word_key(text: str) -> str:
    return tidy(text.replace("-", " ").replace("_", " ")).casefold()
