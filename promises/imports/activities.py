"""Importing the implementation plan: activities, their measures and readings."""

from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError

from civic.core.errors import FileRefused
from civic.core.imports.cells import CellError, tidy
from civic.core.imports.outcomes import CHANGED, NEW, UNCHANGED, Report, problem
from civic.core.imports.runs import import_run
from civic.core.imports.tables import Row, Table, open_table
from promises.imports.activity_rows import HEADINGS, ActivityReader, Group, Measure
from promises.imports.register import Register, find_strategy
from promises.models import Activity, Indicator, Reading, Strategy
from promises.services.activities import (
    ActivityData,
    activity_create,
    activity_data,
    activity_edit,
)
from promises.services.measures import indicator_create, indicator_edit, reading_record
from promises.words import KEF_ASPECTS

KIND = "activities"
_LINKS = ("commitments", "terms", "partners")


def activities_import(
    *,
    actor: Any,
    path: Path,
    strategy: str | None = None,
    rejects: Path | None = None,
    dry_run: bool = False,
) -> Report:
    """Load the plan from a file: all rows, or with `rejects` all whose activity is sound.

    An activity with a faulty row is handed back with all its rows. A blank cell never wipes what
    is there. Raises FileRefused and NotFound.
    """
    table = open_table(path, HEADINGS)
    return import_run(
        actor=actor,
        kind=KIND,
        table=table,
        load=partial(_load, actor=actor, strategy=find_strategy(strategy)),
        rejects=rejects,
        dry_run=dry_run,
    )


def _load(table: Table, report: Report, *, actor: Any, strategy: Strategy) -> None:
    register = Register(actor)
    reader = ActivityReader(table, strategy)
    groups: dict[str, list[Row]] = {}
    for row in table.rows():
        if row.is_blank:
            report.skipped_row(row, "blank")
        elif not tidy(row["reference"]):
            missing = CellError("no reference", "Give the activity a reference, like AB-01.")
            report.rejected_row(row, [problem(table, row, "reference", missing)])
        else:
            groups.setdefault(tidy(row["reference"]).casefold(), []).append(row)
    totals = {"Activities": 0, "Readings": 0}
    for rows in groups.values():
        group = reader.read(rows)
        if group.problems:
            _reject(table, report, group)
            continue
        for row, outcome in _save_group(actor, strategy, register, group):
            report.saved_row(row, outcome)
        totals["Activities"] += 1
        totals["Readings"] += sum(measure.value is not None for measure in group.measures)
    report.totals = {f"{name} in the file": count for name, count in totals.items()}
    register.tell(report)


def _reject(table: Table, report: Report, group: Group) -> None:
    """Hand back every row of the activity, so that the corrected rows make sense by themselves."""
    faulty = ", ".join(str(number) for number in group.problems)
    for row in group.rows:
        held = CellError(
            f"held back with row {faulty}", "It belongs to the same activity: correct that row."
        )
        report.rejected_row(
            row, group.problems.get(row.number) or [problem(table, row, "reference", held)]
        )


def _save_group(
    actor: Any, strategy: Strategy, register: Register, group: Group
) -> list[tuple[Row, str]]:
    """Save one activity with its measures, and say what became of each of its rows."""
    try:
        activity, outcome = _save_activity(actor, strategy, register, group)
        measured = {
            measure.row.number: _save_measure(actor, activity, measure, group)
            for measure in group.measures
        }
    except ValidationError as error:
        row = group.rows[0]
        raise FileRefused(
            f"Row {row.number} (line {row.line} of the file), {group.reference}: "
            f"{'; '.join(error.messages)}"
        ) from error
    outcomes = []
    for place, row in enumerate(group.rows):
        found = {measured.get(row.number, UNCHANGED), outcome if place == 0 else UNCHANGED}
        outcomes.append((row, next((one for one in (NEW, CHANGED) if one in found), UNCHANGED)))
    return outcomes


def _save_activity(
    actor: Any, strategy: Strategy, register: Register, group: Group
) -> tuple[Activity, str]:
    activity = strategy.activities.filter(reference__iexact=group.reference).first()
    said = _said(register, group)
    if activity is None:
        terms = said.pop("themes", []) + said.pop("aspects", [])
        data = ActivityData(strategy=strategy, reference=group.reference, terms=terms, **said)
        return activity_create(actor=actor, data=data), NEW
    before = activity_data(activity)
    after = _merged(before, said, strategy)
    if _same(before, after):
        return activity, UNCHANGED
    activity_edit(actor=actor, activity=activity, expected_version=activity.version, data=after)
    return activity, CHANGED


def _said(register: Register, group: Group) -> dict[str, Any]:
    """What the file says of the activity. Blank cells say nothing."""
    said = {name: value for name, value in group.facts.items() if value}
    if "unit" in said:
        said["unit"] = register.unit(said["unit"])
    if "partners" in said:
        said["partners"] = register.organisations(said["partners"])
    if group.aspects:
        said["aspects"] = [
            register.term(KEF_ASPECTS, "KEF aspects", aspect, keep_code=True)
            for aspect in group.aspects
        ]
    return said


def _merged(before: ActivityData, said: dict[str, Any], strategy: Strategy) -> ActivityData:
    """What is there, overlaid with what the file says; terms of other vocabularies stay."""
    terms = before.terms
    themes = said.pop("themes", None)
    if themes is not None:
        terms = [row for row in terms if row.vocabulary_id != strategy.themes_id] + themes
    aspects = said.pop("aspects", None)
    if aspects is not None:
        vocabulary = aspects[0].vocabulary_id
        terms = [row for row in terms if row.vocabulary_id != vocabulary] + aspects
    return replace(before, **said, terms=terms)


def _same(before: ActivityData, after: ActivityData) -> bool:
    return all(
        {row.pk for row in getattr(before, name)} == {row.pk for row in getattr(after, name)}
        if name in _LINKS
        else getattr(before, name) == getattr(after, name)
        for name in (field.name for field in fields(ActivityData))
    )


def _save_measure(actor: Any, activity: Activity, measure: Measure, group: Group) -> str:
    indicator = activity.indicators.filter(title__iexact=measure.title).first()
    outcome = UNCHANGED
    if indicator is None:
        outcome = NEW
        indicator = indicator_create(
            actor=actor,
            strategy=activity.strategy,
            activity=activity,
            title=measure.title,
            unit=measure.unit,
        )
    elif measure.unit and indicator.unit != measure.unit:
        outcome = CHANGED
        indicator_edit(actor=actor, indicator=indicator, unit=measure.unit)
    if measure.value is None:
        return outcome
    reading = indicator.readings.filter(
        period_start=measure.period_start, period_end=measure.period_end
    ).first()
    if reading is None:
        reading = _undated_before(indicator, measure, group)
    elif _same_reading(reading, measure):
        return outcome
    _record(actor, indicator, measure, reading)
    return CHANGED if reading is not None else NEW


def _undated_before(indicator: Indicator, measure: Measure, group: Group) -> Reading | None:
    """The undated reading of this very value, where the file now gives it its dates."""
    assert measure.value is not None
    still_undated = any(
        other.title == measure.title and other.period_start is None for other in group.measures
    )
    if still_undated:
        return None
    return indicator.readings.filter(
        period_start__isnull=True, period_end__isnull=True, value=measure.value
    ).first()


def _same_reading(reading: Reading, measure: Measure) -> bool:
    return (
        reading.value == measure.value
        and reading.period_precision == measure.period_precision
        and measure.source in ("", reading.source)
    )


def _record(actor: Any, indicator: Indicator, measure: Measure, reading: Reading | None) -> None:
    assert measure.value is not None
    reading_record(
        actor=actor,
        indicator=indicator,
        value=measure.value,
        period_start=measure.period_start,
        period_end=measure.period_end,
        period_precision=measure.period_precision,
        source=measure.source or (reading.source if reading else ""),
        method=reading.method if reading else "",
        confidence=reading.confidence if reading else "",
        corrects=reading,
    )
