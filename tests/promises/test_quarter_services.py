"""Rounds open and move on by date, and by hand."""

import datetime as dt

import pytest
from django.utils import timezone

from civic.core.errors import NotAllowed, WrongState
from civic.core.models import AuditEvent
from civic.core.periods import Period
from promises.models import Quarter
from promises.queries import current_quarter
from promises.services.quarters import (
    MOVES,
    quarter_ensure,
    quarter_move,
    quarter_open_earlier,
    quarters_advance,
    state_by_date,
)
from tests.story import PERIOD

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (dt.date(2025, 7, 31), "upcoming"),
        (dt.date(2025, 8, 1), "open"),
        (dt.date(2025, 10, 30), "open"),
        (dt.date(2025, 10, 31), "collecting"),
        (dt.date(2025, 11, 14), "collecting"),
        (dt.date(2025, 11, 15), "reviewing"),
        (dt.date(2027, 1, 1), "reviewing"),
    ],
)
def test_state_follows_the_dates(story, today, state):
    assert state_by_date(story.quarter, today) == state


def test_a_round_is_made_once(story):
    again = quarter_ensure(actor=story.publisher, strategy=story.strategy, period=PERIOD)
    assert again.pk == story.quarter.pk
    assert (again.collecting_until, again.reviewing_until) == (
        dt.date(2025, 11, 14),
        dt.date(2025, 11, 21),
    )


def test_after_downtime_one_look_catches_up(story):
    Quarter.objects.all().delete()
    quarters_advance(today=dt.date(2025, 8, 2))
    quarters_advance(today=dt.date(2026, 2, 3))
    states = {quarter.key: quarter.state for quarter in Quarter.objects.all()}
    assert states == {
        "2025-26-Q1": "reviewing",
        "2025-26-Q2": "collecting",
        "2025-26-Q3": "open",
    }
    moves = AuditEvent.objects.filter(verb="quarter_move").order_by("id")
    first = Quarter.objects.get(year=2025, number=1)
    assert [event.changes["state"] for event in moves if event.entity_id == str(first.pk)] == [
        ["upcoming", "open"],
        ["open", "collecting"],
        ["collecting", "reviewing"],
    ]
    quarters_advance(today=dt.date(2026, 2, 3))
    assert AuditEvent.objects.filter(verb="quarter_move").count() == moves.count()


def test_dates_never_move_a_round_back(story):
    quarter_move(actor=story.publisher, quarter=story.quarter, to="reviewing")
    quarters_advance(today=dt.date(2025, 11, 10))
    story.quarter.refresh_from_db()
    assert story.quarter.state == "reviewing"


@pytest.mark.parametrize("state", Quarter.State.values)
@pytest.mark.parametrize("to", Quarter.State.values)
def test_by_hand_a_round_goes_only_where_the_table_says(story, state, to):
    Quarter.objects.filter(pk=story.quarter.pk).update(state=state)
    story.quarter.refresh_from_db()
    if to in MOVES.get(state, ()):
        quarter_move(actor=story.publisher, quarter=story.quarter, to=to)
    else:
        with pytest.raises(WrongState):
            quarter_move(actor=story.publisher, quarter=story.quarter, to=to)
    story.quarter.refresh_from_db()
    assert story.quarter.state == (to if to in MOVES.get(state, ()) else state)


@pytest.mark.parametrize("who", ["owner", "lead", "administrator", "stranger"])
def test_only_the_office_moves_a_round(story, who):
    with pytest.raises(NotAllowed):
        quarter_move(actor=getattr(story, who), quarter=story.quarter, to="reviewing")


def test_the_round_that_wants_work_is_the_earliest_being_collected(story):
    open_one = quarter_ensure(
        actor=None, strategy=story.strategy, period=Period(2025, 2), today=dt.date(2025, 11, 10)
    )
    assert (open_one.state, current_quarter(story.strategy)) == ("open", story.quarter)
    story.publish()
    assert current_quarter(story.strategy) == open_one


def test_going_back_to_collecting_gives_a_week_that_the_dates_respect(story):
    quarter_move(actor=story.publisher, quarter=story.quarter, to="reviewing")
    quarter_move(actor=story.publisher, quarter=story.quarter, to="collecting")
    quarters_advance()
    story.quarter.refresh_from_db()
    assert story.quarter.state == "collecting"
    assert story.quarter.collecting_until == timezone.localdate() + dt.timedelta(days=7)


def test_an_earlier_round_is_opened_by_the_office_while_nothing_later_is_published(story):
    earlier = quarter_open_earlier(
        actor=story.publisher, strategy=story.strategy, period=Period(2024, 4)
    )
    assert earlier.state == "reviewing"
    with pytest.raises(NotAllowed):
        quarter_open_earlier(actor=story.lead, strategy=story.strategy, period=Period(2024, 3))
    with pytest.raises(WrongState, match="has not begun"):
        quarter_open_earlier(actor=story.publisher, strategy=story.strategy, period=Period(2098, 1))
    Quarter.objects.filter(pk=earlier.pk).delete()
    story.publish()
    with pytest.raises(WrongState, match="is published already"):
        quarter_open_earlier(actor=story.publisher, strategy=story.strategy, period=Period(2024, 4))
