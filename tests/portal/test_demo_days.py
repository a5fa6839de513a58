"""The demonstration holds on the awkward days of the year, and loads whole or not at all."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import call_command

from civic.accounts.models import User
from civic.core.errors import WrongState
from civic.portal.demo import story
from promises.models import Engagement, Milestone, Quarter, Snapshot, Strategy

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("today", "collecting"),
    [
        (dt.date(2025, 11, 1), "2025-26-Q1"),  # the day after a quarter's end
        (dt.date(2026, 1, 31), "2025-26-Q1"),  # the last day of the next quarter
    ],
)
def test_story_holds_at_both_ends_of_a_quarter(today: dt.date, collecting: str):
    call_command("demo", "--force-demo", "--today", today.isoformat(), stdout=StringIO())

    quarter = Quarter.objects.get(year=2025, number=1)
    assert (quarter.key, quarter.state) == (collecting, "collecting")
    assert quarter.collecting_until == today + dt.timedelta(days=7)
    assert Quarter.objects.filter(state="published").count() == 3
    assert Engagement.objects.count() == 400
    assert not Engagement.objects.filter(ends_on__gt=today).exists()
    assert not Milestone.objects.filter(done_on__gt=today).exists()
    assert Snapshot.objects.filter(engagements__is_late=True).distinct().count() >= 1


def test_demonstration_that_fails_half_way_leaves_nothing(monkeypatch: pytest.MonkeyPatch):
    def refuse(*_args: object, **_values: object) -> None:
        raise WrongState("The terms cannot be loaded.")

    monkeypatch.setattr(story, "terms_load", refuse)

    with pytest.raises(WrongState):
        story.demo_load(today=dt.date(2026, 1, 31))

    assert not User.objects.exists()
    assert not Strategy.objects.exists()
