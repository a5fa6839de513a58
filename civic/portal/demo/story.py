"""The whole demonstration, in the order in which it happened."""

import datetime as dt
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import transaction

from civic.core.periods import PartialDate
from civic.portal.demo.log import (
    Entry,
    drafts_log,
    entries_build,
    entry_log,
    repeat_withdraw,
)
from civic.portal.demo.people import people_load
from civic.portal.demo.plan import (
    Stage,
    activity_load,
    evidence_load,
    indicators_load,
    organisations_load,
    terms_load,
)
from civic.portal.demo.reading import (
    DATA,
    PUBLISHED,
    SLUG,
    Calendar,
    Row,
    activity_rows,
    moment,
)
from civic.portal.demo.rounds import round_collect, round_open, round_publish
from civic.reporting.models import Report
from civic.reporting.services import report_request
from promises.imports.strategy import read_strategy
from promises.models import Snapshot, Strategy
from promises.services.strategies import strategy_load


@dataclass(frozen=True)
class Loaded:
    """What a run did: whether anything was new, and the reports it asked for."""

    created: bool
    reports: list[Report]


@transaction.atomic
def demo_load(*, today: dt.date) -> Loaded:
    """Load the demonstration as it stands on `today`, all of it or nothing.

    Where its strategy is present already nothing changes.
    """
    if Strategy.objects.filter(slug=SLUG).exists():
        return Loaded(created=False, reports=[])
    stage = _stage(Calendar.of(today))
    rows = activity_rows()
    organisations_load(stage)
    terms_load(stage, rows)
    snapshots = _published_quarters(stage, rows)
    drafts_log(stage)
    round_collect(stage, rows)
    round_open(stage)
    reports = [report_request(actor=stage.office, snapshot=snapshot) for snapshot in snapshots]
    return Loaded(created=True, reports=reports)


def _stage(calendar: Calendar) -> Stage:
    """People, and the strategy as it was adopted some weeks before the first quarter told."""
    units, people = people_load()
    review = calendar.month_end(7)
    data = replace(
        read_strategy(DATA / "strategy.yaml"),
        institution=settings.INSTITUTION_NAME,
        next_review=PartialDate(review.year, review.month),
        is_demo=True,
    )
    adopted_at = moment(calendar.month_start(-13), 10)
    strategy = strategy_load(
        actor=people["olive.office"], data=data, adopt=True, at=adopted_at
    ).strategy
    return Stage(calendar, strategy, units, people)


def _published_quarters(stage: Stage, rows: list[Row]) -> list[Snapshot]:
    """Three rounds, and between them the log as it came in, late entries and all."""
    snapshots = []
    waiting: list[Entry] = []
    for name in PUBLISHED:
        joining = [row for row in rows if row.get("joins", PUBLISHED[0]) == name]
        for row in joining:
            activity_load(stage, row)
        evidence_load(stage, {row["reference"] for row in joining})
        indicators_load(stage, {row["reference"] for row in joining}, strategy=name == PUBLISHED[0])
        waiting += entries_build(stage, joining)
        published_at = stage.calendar.published_at(stage.calendar.quarter(name))
        waiting = _log_until(published_at, waiting)
        if name == PUBLISHED[0]:
            repeat_withdraw(stage)
        snapshots.append(round_publish(stage, name, rows))
    _log_until(None, waiting)
    return snapshots


def _log_until(until: dt.datetime | None, waiting: list[Entry]) -> list[Entry]:
    """Log what was logged before `until` (None: all) and give back what is still to come."""
    later = []
    for entry in sorted(waiting, key=lambda entry: entry.logged_at):
        if until is None or entry.logged_at < until:
            entry_log(entry)
        else:
            later.append(entry)
    return later
