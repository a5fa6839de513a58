"""Logging, editing and withdrawing one engagement."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from civic.core.errors import NotAllowed, StaleVersion, WrongState
from civic.core.models import AuditEvent
from promises.models import Engagement
from promises.services.engagements import (
    EngagementData,
    engagement_edit,
    engagement_log,
    engagement_withdraw,
)
from tests.factories import ActivityFactory, OrganisationFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

DAY = dt.date(2025, 11, 5)


@pytest.fixture
def alice():
    return UserFactory(unit=UnitFactory())


@pytest.fixture
def activity():
    return ActivityFactory()


def said(activity, **changes):
    facts = {"title": "Quiz  night", "starts_on": DAY, "activities": [activity]} | changes
    return EngagementData(strategy=activity.strategy, **facts)


def test_log_sets_what_follows_from_the_data(alice, activity):
    partner = OrganisationFactory()
    engagement = engagement_log(
        actor=alice,
        data=said(
            activity,
            attendees_from=30,
            attendees_to=41,
            count_method="estimated",
            volunteer_hours=Decimal("2.5"),
            purpose="recruitment",
            partners=[partner],
        ),
    )
    engagement.refresh_from_db()
    assert (engagement.title, engagement.ends_on, engagement.attendees) == ("Quiz night", DAY, 36)
    assert (engagement.logged_by, engagement.unit) == (alice, alice.unit)
    assert engagement.return_exclusion.startswith("Student recruitment")
    assert list(engagement.activities.all()) == [activity]
    assert list(engagement.partners.all()) == [partner]
    assert engagement.history.get().history_user == alice
    assert AuditEvent.objects.get(verb="engagement_log").actor == alice


def test_log_by_somebody_without_a_role_is_refused(activity):
    with pytest.raises(NotAllowed):
        engagement_log(actor=UserFactory(roles=[]), data=said(activity))
    assert not Engagement.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts_on": dt.date(2099, 1, 1)}, "starts_on"),
        ({"ends_on": DAY - dt.timedelta(days=1)}, "ends_on"),
        ({"attendees_from": 40, "attendees_to": 30, "count_method": "counted"}, "attendees_to"),
        ({"attendees_to": 30}, "attendees_from"),
        ({"attendees_from": 30}, "count_method"),
        ({"charge": "chargeable"}, "price"),
        ({"charge": "free", "price": Decimal(1)}, "price"),
        ({"volunteer_hours": Decimal(-1)}, "volunteer_hours"),
        ({"title": " "}, "title"),
    ],
)
def test_log_refuses_what_cannot_be(alice, activity, changes, field):
    with pytest.raises(ValidationError) as caught:
        engagement_log(actor=alice, data=said(activity, **changes))
    assert field in caught.value.message_dict


def test_log_refuses_an_activity_of_another_strategy(alice, activity):
    other = ActivityFactory(strategy__slug="another", strategy__is_current=False)
    with pytest.raises(ValidationError) as caught:
        engagement_log(actor=alice, data=said(activity, activities=[other]))
    assert "activities" in caught.value.message_dict


def test_same_submission_key_gives_the_same_record(alice, activity):
    key = uuid.uuid4()
    first = engagement_log(actor=alice, data=said(activity), submission_key=key)
    assert engagement_log(actor=alice, data=said(activity), submission_key=key) == first
    assert Engagement.objects.count() == 1


def test_likely_duplicate_is_marked_whatever_the_case(alice, activity):
    first = engagement_log(actor=alice, data=said(activity))
    second = engagement_log(actor=alice, data=said(activity, title="QUIZ night", place="Elsewhere"))
    third = engagement_log(actor=alice, data=said(activity, starts_on=DAY + dt.timedelta(days=1)))
    assert [row.likely_duplicate_of for row in (first, second, third)] == [None, first, None]


def test_draft_may_lie_ahead_and_is_logged_once_it_has_happened(alice, activity):
    ahead = timezone.localdate() + dt.timedelta(days=3)
    draft = engagement_log(actor=alice, data=said(activity, starts_on=ahead), state="draft")
    with pytest.raises(ValidationError):
        engagement_edit(
            actor=alice,
            engagement=draft,
            expected_version=1,
            data=said(activity, starts_on=ahead),
            state="logged",
        )
    draft.refresh_from_db()
    assert draft.state == "draft"
    engagement_edit(
        actor=alice, engagement=draft, expected_version=1, data=said(activity), state="logged"
    )
    assert Engagement.objects.get().state == "logged"


def test_edit_keeps_who_logged_it_and_says_what_changed(alice, activity):
    office = UserFactory(roles=["office"])
    engagement = engagement_log(actor=alice, data=said(activity))
    engagement_edit(
        actor=office, engagement=engagement, expected_version=1, data=said(activity, place="Hall")
    )
    engagement.refresh_from_db()
    assert (engagement.logged_by, engagement.place, engagement.version) == (alice, "Hall", 2)
    assert AuditEvent.objects.get(verb="engagement_edit").changes == {"place": ["", "Hall"]}


def test_edit_by_a_stranger_is_refused(alice, activity):
    engagement = engagement_log(actor=alice, data=said(activity))
    with pytest.raises(NotAllowed):
        engagement_edit(
            actor=UserFactory(), engagement=engagement, expected_version=1, data=said(activity)
        )


def test_edit_of_an_older_version_is_refused(alice, activity):
    engagement = engagement_log(actor=alice, data=said(activity))
    engagement_edit(
        actor=alice, engagement=engagement, expected_version=1, data=said(activity, place="Hall")
    )
    mine = Engagement.objects.get()
    with pytest.raises(StaleVersion):
        engagement_edit(
            actor=alice, engagement=mine, expected_version=1, data=said(activity, place="Yard")
        )
    assert Engagement.objects.get().place == "Hall"


def test_withdraw_needs_a_reason_and_is_final(alice, activity):
    engagement = engagement_log(actor=alice, data=said(activity))
    with pytest.raises(ValidationError):
        engagement_withdraw(actor=alice, engagement=engagement, expected_version=1, reason=" ")
    engagement_withdraw(actor=alice, engagement=engagement, expected_version=1, reason="Cancelled")
    assert Engagement.objects.get().state == "withdrawn"
    assert AuditEvent.objects.get(verb="engagement_withdraw").note == "Cancelled"
    with pytest.raises(WrongState):
        engagement_edit(actor=alice, engagement=engagement, expected_version=2, data=said(activity))
