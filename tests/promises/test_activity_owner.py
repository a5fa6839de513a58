"""Taking an activity on, and naming its owner."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from civic.accounts.models import Role, Unit, User
from civic.core.errors import NotAllowed, StaleVersion, WrongState
from civic.core.models import AuditEvent
from promises.models import Activity
from promises.services.activity_owner import activity_assign, activity_take
from tests.people import person
from tests.story import Story

pytestmark = pytest.mark.django_db


def fresh(story: Story, **changes: Any) -> Activity:
    """The first activity, without an owner unless `changes` says otherwise."""
    pk = story.activities[0].pk
    Activity.objects.filter(pk=pk).update(**{"owner": None, **changes})
    return Activity.objects.get(pk=pk)


@pytest.fixture
def people(story: Story) -> dict[str, User]:
    """Everybody by what they are to the School of Law."""
    arts = Unit.objects.create(slug="arts", name="School of Art")
    colleague = person("cora", Role.STAFF)
    colleague.unit = story.unit
    elsewhere = person("ella", Role.STAFF)
    elsewhere.unit = arts
    left = person("lee", Role.STAFF)
    left.unit, left.is_active = story.unit, False
    no_role = person("vera")
    no_role.unit = story.unit
    for one in (colleague, elsewhere, left, no_role):
        one.save()
    return {
        "colleague": colleague,
        "elsewhere": elsewhere,
        "unplaced": story.stranger,
        "other lead": person("otto", Role.UNIT_LEAD, unit=arts),
        "lead": story.lead,
        "office": story.publisher,
        "administrator": story.administrator,
        "left": left,
        "no role": no_role,
    }


def take(actor: User, activity: Activity) -> Activity:
    return activity_take(actor=actor, activity=activity, expected_version=activity.version)


def assign(actor: User, activity: Activity, owner: User | None) -> Activity:
    return activity_assign(
        actor=actor, activity=activity, owner=owner, expected_version=activity.version
    )


@pytest.mark.parametrize("who", ["colleague", "lead", "office"])
def test_people_of_the_unit_its_lead_and_the_office_take_it(
    story: Story, people: dict[str, User], who: str
):
    activity = fresh(story)

    take(people[who], activity)

    saved = Activity.objects.get(pk=activity.pk)
    assert (saved.owner, saved.owner_role) == (people[who], "Head of Outreach")
    assert saved.version == activity.version == 2
    assert people[who].has_perm("promises.write_update", saved)
    assert saved.history.latest().history_user == people[who]
    event = AuditEvent.objects.get(verb="activity_take")
    assert (event.actor, event.changes) == (people[who], {"owner_id": [None, people[who].pk]})


@pytest.mark.parametrize(
    "who", ["elsewhere", "unplaced", "other lead", "administrator", "left", "no role"]
)
def test_nobody_else_takes_it(story: Story, people: dict[str, User], who: str):
    activity = fresh(story)

    with pytest.raises(NotAllowed):
        take(people[who], activity)

    assert Activity.objects.get(pk=activity.pk).owner is None


@pytest.mark.parametrize("who", ["colleague", "elsewhere", "unplaced", "other lead", "office"])
def test_any_staff_take_an_activity_without_a_unit(story: Story, people: dict[str, User], who: str):
    activity = fresh(story, unit=None)

    assert take(people[who], activity).owner == people[who]


@pytest.mark.parametrize("who", ["left", "no role"])
def test_without_a_unit_it_is_still_for_active_staff(
    story: Story, people: dict[str, User], who: str
):
    with pytest.raises(NotAllowed):
        take(people[who], fresh(story, unit=None))


def test_what_somebody_owns_is_not_taken_from_them(story: Story, people: dict[str, User]):
    activity = fresh(story, owner=story.owner)

    with pytest.raises(WrongState, match="Sam Sample owns this activity"):
        take(people["lead"], activity)

    assert Activity.objects.get(pk=activity.pk).owner == story.owner


def test_taking_twice_changes_nothing_more(story: Story, people: dict[str, User]):
    activity = take(people["colleague"], fresh(story))

    activity_take(actor=people["colleague"], activity=activity, expected_version=1)

    assert Activity.objects.get(pk=activity.pk).version == 2
    assert AuditEvent.objects.filter(verb="activity_take").count() == 1


def test_of_two_who_take_it_the_first_keeps_it(story: Story, people: dict[str, User]):
    first, second = fresh(story), fresh(story)
    take(people["colleague"], first)

    with pytest.raises(StaleVersion):
        take(people["lead"], second)

    assert Activity.objects.get(pk=first.pk).owner == people["colleague"]
    assert AuditEvent.objects.filter(verb="activity_take").count() == 1


@pytest.mark.parametrize("who", ["lead", "office"])
def test_lead_and_office_name_change_and_clear_the_owner(
    story: Story, people: dict[str, User], who: str
):
    activity = fresh(story)

    for owner in (people["elsewhere"], people["colleague"], None):
        assign(people[who], activity, owner)
        assert Activity.objects.get(pk=activity.pk).owner == owner

    events = AuditEvent.objects.filter(verb="activity_assign").order_by("pk")
    assert [event.changes["owner_id"] for event in events] == [
        [None, people["elsewhere"].pk],
        [people["elsewhere"].pk, people["colleague"].pk],
        [people["colleague"].pk, None],
    ]
    assert Activity.objects.get(pk=activity.pk).version == 4
    assert [row.history_user for row in activity.history.all()[:3]] == [people[who]] * 3


@pytest.mark.parametrize(
    "who", ["colleague", "elsewhere", "unplaced", "other lead", "administrator", "left", "no role"]
)
def test_nobody_else_names_an_owner(story: Story, people: dict[str, User], who: str):
    with pytest.raises(NotAllowed):
        assign(people[who], fresh(story), people["colleague"])


def test_owner_gives_up_an_activity_through_the_lead_only(story: Story):
    with pytest.raises(NotAllowed):
        assign(story.owner, fresh(story, owner=story.owner), None)


def test_owner_without_a_unit_is_named_by_the_office_only(story: Story, people: dict[str, User]):
    activity = fresh(story, unit=None)

    with pytest.raises(NotAllowed):
        assign(people["lead"], activity, people["colleague"])
    assert assign(people["office"], activity, people["colleague"]).owner == people["colleague"]


@pytest.mark.parametrize("who", ["left", "no role"])
def test_owner_must_be_active_staff(story: Story, people: dict[str, User], who: str):
    activity = fresh(story)

    with pytest.raises(ValidationError) as refused:
        assign(people["office"], activity, people[who])

    assert list(refused.value.message_dict) == ["owner"]
    assert Activity.objects.get(pk=activity.pk).owner is None


def test_naming_the_present_owner_changes_nothing(story: Story, people: dict[str, User]):
    activity = fresh(story, owner=people["left"])

    assign(people["office"], activity, people["left"])

    assert Activity.objects.get(pk=activity.pk).version == 1
    assert not AuditEvent.objects.filter(verb="activity_assign").exists()


def test_owner_is_not_named_over_a_change_nobody_saw(story: Story, people: dict[str, User]):
    first, second = fresh(story), fresh(story)
    take(people["colleague"], first)

    with pytest.raises(StaleVersion):
        assign(people["office"], second, people["elsewhere"])

    assert Activity.objects.get(pk=first.pk).owner == people["colleague"]
