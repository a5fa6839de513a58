"""Reporting rounds: what owners wrote, what their leads did with it, and three publications."""

import datetime as dt

from civic.accounts.models import Role, RoleAssignment, Unit, User
from civic.portal.demo.plan import Stage
from civic.portal.demo.reading import COLLECTING, Row, between, dice, moment
from promises.models import ProgressUpdate, Quarter, Snapshot
from promises.services.publication import quarter_publish
from promises.services.quarters import quarter_ensure
from promises.services.updates import (
    update_approve,
    update_return,
    update_save,
    update_submit,
)

EXTENDED_DAYS = 7
REVIEW_DAYS = 7


def round_publish(stage: Stage, name: str, rows: list[Row]) -> Snapshot:
    """A past round from its opening to its publication."""
    calendar = stage.calendar
    period = calendar.quarter(name)
    published_at = calendar.published_at(period)
    quarter = quarter_ensure(
        actor=stage.office,
        strategy=stage.strategy,
        period=period,
        today=published_at.date() - dt.timedelta(days=1),
    )
    for row in rows:
        if name in row:
            _tell(stage, quarter, name, row, opened=moment(period.ends_on, 8))
    return quarter_publish(
        actor=stage.office,
        signed_off_by=stage.people["oscar.office"],
        quarter=quarter,
        at=published_at,
    )


def round_collect(stage: Stage, rows: list[Row]) -> Quarter:
    """The round under way: the office has put its closing date off to a week from today."""
    calendar = stage.calendar
    period = calendar.collecting
    closes = calendar.today + dt.timedelta(days=EXTENDED_DAYS)
    quarter = quarter_ensure(
        actor=stage.office,
        strategy=stage.strategy,
        period=period,
        collecting_until=closes,
        reviewing_until=closes + dt.timedelta(days=REVIEW_DAYS),
        today=calendar.today,
    )
    # An owner may write while the round is still open, so some did before the quarter ended.
    opened = moment(period.ends_on - dt.timedelta(days=8), 9)
    for row in rows:
        if COLLECTING in row:
            _tell(stage, quarter, COLLECTING, row, opened=opened)
    return quarter


def round_open(stage: Stage) -> Quarter:
    """The round of the quarter that today lies in."""
    return quarter_ensure(
        actor=stage.office,
        strategy=stage.strategy,
        period=stage.calendar.collecting.next(),
        today=stage.calendar.today,
    )


def _tell(stage: Stage, quarter: Quarter, name: str, row: Row, *, opened: dt.datetime) -> None:
    """One update: saved, then handed in and reviewed as far as its state in the file."""
    told = row[name]
    state = told.get("state", ProgressUpdate.State.APPROVED)
    activity = stage.activities[row["reference"]]
    writer = stage.people[row.get("owner") or row["writer"]]
    words = stage.calendar.words(quarter.period)
    update = update_save(
        actor=writer,
        activity=activity,
        quarter=quarter,
        expected_version=None,
        delivery=told["is"],
        percent=told["done"],
        narrative=told["say"].format_map(words),
        reason=told.get("why", "").format_map(words),
        next_steps=told.get("next", "").format_map(words),
    )
    if state == ProgressUpdate.State.DRAFT:
        return
    chance = dice(name, activity.reference)
    closed = min(opened + dt.timedelta(days=16), stage.calendar.now)
    handed_in = between(opened, closed, 0.8 * chance.random())
    update_submit(actor=writer, update=update, expected_version=update.version, at=handed_in)
    if state == ProgressUpdate.State.SUBMITTED:
        return
    reviewed = between(handed_in, min(closed + dt.timedelta(days=3), stage.calendar.now), 0.6)
    reviewer = _reviewer(stage, stage.units[row["unit"]], writer)
    if state == ProgressUpdate.State.RETURNED:
        update_return(
            actor=reviewer,
            update=update,
            expected_version=update.version,
            reason=told["back"],
            at=reviewed,
        )
    else:
        update_approve(actor=reviewer, update=update, expected_version=update.version, at=reviewed)


def _reviewer(stage: Stage, unit: Unit, writer: User) -> User:
    """The unit's lead; the office where the lead wrote it."""
    leads = RoleAssignment.objects.filter(role=Role.UNIT_LEAD, unit=unit).exclude(user=writer)
    lead = leads.first()
    return stage.people[lead.user.username] if lead else stage.office
