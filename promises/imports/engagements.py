"""Importing a log of engagements as staff keep it in a spreadsheet."""

from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from django.utils import timezone

from civic.core.imports.cells import CellError
from civic.core.imports.outcomes import NEW, UNCHANGED, Report
from civic.core.imports.runs import import_run
from civic.core.imports.tables import Row, Table, open_table
from promises.imports.engagement_rows import (
    HEADINGS,
    EngagementReader,
    EngagementRow,
    RowRefused,
)
from promises.imports.register import Register, find_strategy
from promises.models import Strategy
from promises.services.engagement_load import (
    BATCH,
    Entry,
    digests_loaded,
    engagements_load,
)
from promises.words import ENGAGEMENT_TYPES

KIND = "engagements"


def engagements_import(
    *,
    actor: Any,
    path: Path,
    strategy: str | None = None,
    rejects: Path | None = None,
    dry_run: bool = False,
    today: date | None = None,
) -> Report:
    """Load a log of engagements: all rows, or with `rejects` all that are sound.

    A row that is in the log already, to the letter, is unchanged. `today` is the local date unless
    given; a later day is rejected. Raises FileRefused and NotFound.
    """
    table = open_table(path, HEADINGS)
    return import_run(
        actor=actor,
        kind=KIND,
        table=table,
        load=partial(
            _load,
            actor=actor,
            strategy=find_strategy(strategy),
            today=today or timezone.localdate(),
        ),
        rejects=rejects,
        dry_run=dry_run,
    )


def _load(table: Table, report: Report, *, actor: Any, strategy: Strategy, today: date) -> None:
    reader = EngagementReader(table, strategy, today)
    saver = _Saver(actor, strategy, report, today)
    seen: dict[str, int] = {}
    for row in table.rows():
        if row.is_blank:
            report.skipped_row(row, "blank")
            continue
        digest = reader.digest(row)
        if refusal := _refusal(reader, row, seen.get(digest)):
            key, error = refusal
            report.rejected_row(row, [reader.problem(row, key, error)])
            continue
        seen[digest] = row.number
        try:
            saver.add(reader.read(row, digest))
        except RowRefused as refused:
            report.rejected_row(row, refused.problems)
    saver.finish()


def _refusal(
    reader: EngagementReader, row: Row, repeat_of: int | None
) -> tuple[str, CellError] | None:
    """Why the row as a whole is no engagement to be read, if so."""
    if total := reader.total_column(row):
        return total, CellError("total row", "Remove it: totals are worked out here.")
    if repeat_of is not None:
        return "title", CellError(
            f"repeat of row {repeat_of}", "Remove it, or change what was different."
        )
    return None


class _Saver:
    """Takes sound rows and saves them in batches, so that a long file is never held whole."""

    def __init__(self, actor: Any, strategy: Strategy, report: Report, today: date) -> None:
        self._actor = actor
        self._strategy = strategy
        self._report = report
        self._today = today
        self._register = Register(actor)
        self._waiting: list[EngagementRow] = []
        self._row_numbers: dict[int, int] = {}

    def add(self, entry: EngagementRow) -> None:
        self._waiting.append(entry)
        if len(self._waiting) >= BATCH:
            self._save()

    def finish(self) -> None:
        self._save()
        self._register.tell(self._report)

    def _save(self) -> None:
        entries, self._waiting = self._waiting, []
        known = digests_loaded(self._strategy, (entry.digest for entry in entries))
        for entry in entries:
            if entry.digest in known:
                self._report.saved_row(entry.row, UNCHANGED)
        new = [entry for entry in entries if entry.digest not in known]
        for entry in new:
            self._resolve(entry)
        saved = engagements_load(
            actor=self._actor,
            strategy=self._strategy,
            entries=[Entry(entry.data, entry.digest, entry.look_again) for entry in new],
            today=self._today,
        )
        for entry, engagement in zip(new, saved, strict=True):
            self._row_numbers[engagement.pk] = entry.row.number
            remarks = list(entry.remarks)
            if first := engagement.likely_duplicate_of_id:
                remarks.append(f"likely duplicate of {self._named(first)}")
            self._report.saved_row(entry.row, NEW, "; ".join(remarks))

    def _named(self, engagement: int) -> str:
        number = self._row_numbers.get(engagement)
        return f"row {number}" if number else f"engagement {engagement} in the log"

    def _resolve(self, entry: EngagementRow) -> None:
        """Turn the names of a sound row into records, making those that may be made."""
        data = entry.data
        data.partners = self._register.organisations(entry.partner_names)
        if entry.type_label:
            data.engagement_type = self._register.term(
                ENGAGEMENT_TYPES, "Engagement types", entry.type_label
            )
        if entry.unit_name:
            data.unit = self._register.unit(entry.unit_name)
        if not entry.logged_by:
            return
        person = self._register.person(entry.logged_by)
        unit = self._register.known_unit(entry.logged_by)
        if person is not None:
            data.logged_by = person
        elif unit is not None:
            data.unit = data.unit or unit
        else:
            data.logged_by_words = entry.logged_by
