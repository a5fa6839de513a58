import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from civic.core.errors import NotAllowed, WrongState
from civic.core.models import AuditEvent, MailMessage
from civic.core.periods import local_date
from promises.models import ProgressUpdate, Quarter
from promises.queries.doubts import round_doubts
from promises.queries.office import office_round, stages
from promises.services.chases import Chased, updates_chase
from promises.services.publication import quarter_publish
from tests.people import person, words
from tests.portal.office_world import World, world

pytestmark = pytest.mark.django_db
State = ProgressUpdate.State


@pytest.fixture
def w() -> World:
    return world()


def fill(w: World) -> None:
    """One activity in every place of a round."""
    w.update(w.activity("A-1"), State.APPROVED)
    w.update(w.activity("A-2", code="2.1"), State.SUBMITTED)
    w.update(w.activity("A-3"), State.RETURNED)
    w.update(w.activity("A-4"), State.DRAFT)
    w.activity("A-5", code="", unit=None)


# The board ---------------------------------------------------------------------------------


def test_round_counts_every_activity_once_by_state(w: World) -> None:
    fill(w)
    both = w.activity("A-6")
    both.commitments.add(*w.strategy.commitments.all())
    board = office_round(w.quarter)
    assert board.counts == {"approved": 1, "submitted": 1, "returned": 1, "missing": 3}
    assert (board.received, board.expected) == (3, 6)
    assert [(line.title, line.counts["missing"], line.total) for line in board.by_promise] == [
        ("Clean water", 2, 4),
        ("Open doors", 1, 2),
        ("Under no promise yet", 1, 1),
    ]
    assert board.counted_twice
    assert [(line.title, line.missing) for line in board.by_unit] == [
        ("Estates", 2),
        ("No unit", 1),
    ]
    assert [activity.reference for activity in board.not_reported] == [
        "A-2",
        "A-3",
        "A-4",
        "A-5",
        "A-6",
    ]


def test_round_leaves_out_what_has_ended(w: World) -> None:
    w.update(w.activity("A-1"), State.APPROVED, delivery="complete", percent=100)
    w.activity("A-2")
    quarter_publish(actor=w.asker, signed_off_by=w.signer, quarter=w.quarter)
    period = w.quarter.period.next()
    following = Quarter.objects.create(
        strategy=w.strategy,
        year=period.year,
        number=period.number,
        state=Quarter.State.OPEN,
        collecting_from=period.ends_on,
        collecting_until=period.ends_on,
        reviewing_until=period.ends_on,
    )
    board = office_round(following)
    assert (board.expected, board.ended) == (1, 1)
    assert [item.activity.reference for item in board.owed] == ["A-2"]


def test_owed_shows_last_update_chase_and_draft(w: World) -> None:
    earlier = w.quarter.period.previous()
    before = Quarter.objects.create(
        strategy=w.strategy,
        year=earlier.year,
        number=earlier.number,
        state=Quarter.State.PUBLISHED,
        collecting_from=earlier.ends_on,
        collecting_until=earlier.ends_on,
        reviewing_until=earlier.ends_on,
    )
    reported = w.activity("A-1")
    silent = w.activity("A-2")
    ProgressUpdate.objects.create(
        activity=reported, quarter=before, state=State.APPROVED, delivery="on_track", percent=10
    )
    w.update(reported, State.DRAFT)
    updates_chase(actor=w.asker, quarter=w.quarter, activity_ids=[silent.pk])
    owed = office_round(w.quarter).owed
    today = local_date(timezone.now())
    assert [(item.activity, item.state, item.touched_on, item.last_period) for item in owed] == [
        (silent, "missing", None, None),
        (reported, "draft", today, earlier),
    ]
    # One message lists all that a person owes, so both were chased.
    assert [item.was_chased_on(today) for item in owed] == [True, True]


@pytest.mark.parametrize("rows", [1, 3])
def test_round_asks_the_same_queries_of_any_plan(
    w: World, client: Client, django_assert_num_queries: Any, rows: int
) -> None:
    for number in range(rows):
        w.activity(f"M-{number}")
        w.update(w.activity(f"D-{number}"), State.DRAFT)
        w.update(w.activity(f"S-{number}", code="2.1"), State.SUBMITTED)
    quarter = Quarter.objects.select_related("strategy").get()
    # promises, last snapshot, activities, commitments, their promises, updates, last updates,
    # chases, drafts touched, all activities counted
    with django_assert_num_queries(10):
        office_round(quarter)
    # one for each kind of doubt
    with django_assert_num_queries(6):
        round_doubts(w.quarter)


def test_stages_tell_where_the_round_is(w: World) -> None:
    assert [(stage.label, stage.place) for stage in stages(w.quarter)] == [
        ("Upcoming", "done"),
        ("Open", "done"),
        ("Collecting", "now"),
        ("Reviewing", "later"),
        ("Published", "later"),
    ]


# The page ----------------------------------------------------------------------------------


def test_page_opens_with_what_is_missing(w: World, client: Client) -> None:
    fill(w)
    client.force_login(w.asker)
    page = words(client.get("/office/"))
    assert "3 of 5 updates are in. Two are missing with three days to go." in page
    assert "1 update to review" in page
    assert "4 activities would be “not reported”" in page
    assert "every update that is not approved becomes “not reported”" in page


def test_page_of_an_open_round_calls_nothing_missing_and_chases_nobody(
    w: World, client: Client
) -> None:
    fill(w)
    Quarter.objects.filter(pk=w.quarter.pk).update(state=Quarter.State.OPEN)
    client.force_login(w.asker)
    page = words(client.get("/office/"))
    assert "3 of 5 updates are in. Collecting begins on" in page
    assert "Two are missing" not in page
    assert "Chase the selected" not in page


def test_page_when_everything_is_in(w: World, client: Client) -> None:
    w.update(w.activity("A-1"), State.SUBMITTED)
    client.force_login(w.asker)
    page = words(client.get("/office/"))
    assert "The one update that is due is in. One waits for review with three days to go." in page
    assert "Nobody. Every update that is due has come in." in page


def test_page_says_that_the_last_day_is_today_and_that_time_is_over(
    w: World, client: Client
) -> None:
    w.activity("A-1")
    client.force_login(w.asker)
    today = local_date(timezone.now())
    Quarter.objects.update(collecting_from=today, collecting_until=today)
    assert "One is missing and today is the last day." in words(client.get("/office/"))
    yesterday = today - dt.timedelta(days=1)
    Quarter.objects.update(collecting_from=yesterday, collecting_until=yesterday)
    page = words(client.get("/office/"))
    assert "One is missing and the time was over one day ago" in page


def test_page_without_a_round(w: World, client: Client) -> None:
    Quarter.objects.update(state=Quarter.State.PUBLISHED)
    client.force_login(w.asker)
    assert "No round is running." in words(client.get("/office/"))


def test_page_without_a_strategy(client: Client, db: None) -> None:
    client.force_login(person("asker", "office"))
    assert "No strategy has been adopted yet." in words(client.get("/office/"))
    assert "No round has been opened yet." in words(client.get("/office/quarters/"))


def test_page_lists_doubts(w: World, client: Client) -> None:
    w.update(w.activity("A-1"), State.APPROVED, delivery="complete", percent=100)
    w.activity("A-2", owner=None, owner_role="")
    w.activity("A-3", owner=None, owner_role="Head of Estates")
    found = {
        doubt.title: [row.reference for row in doubt.found] for doubt in round_doubts(w.quarter)
    }
    assert found == {
        "Complete, but no evidence beyond the owner’s word": ["A-1"],
        "Attendees known from estimates alone": [],
        "Only estimates behind a measured figure": [],
        "No target date": ["A-1", "A-2", "A-3"],
        "No owner": ["A-2"],
        "Owned by a role that nobody signs in for": ["A-3"],
    }
    client.force_login(w.asker)
    assert "Activity A-3 (A-3), Head of Estates" in words(client.get("/office/"))


# Moving on ---------------------------------------------------------------------------------


def test_round_is_moved_on_once_however_often_the_button_is_pressed(
    w: World, client: Client
) -> None:
    client.force_login(w.asker)
    address = f"/office/quarters/{w.quarter.key}/move/"
    for _ in range(2):
        assert client.post(address, {"to": "reviewing"}).status_code == 302
    w.quarter.refresh_from_db()
    assert w.quarter.state == Quarter.State.REVIEWING
    assert AuditEvent.objects.filter(verb="quarter_move", actor=w.asker).count() == 1


def test_round_cannot_jump(w: World, client: Client) -> None:
    client.force_login(w.asker)
    response = client.post(f"/office/quarters/{w.quarter.key}/move/", {"to": "published"})
    assert response.status_code == 409
    assert "It cannot become published from there." in words(response)


# Chasing -----------------------------------------------------------------------------------


def test_chase_writes_one_message_for_each_person(w: World, client: Client) -> None:
    other = person("other", "staff")
    first, second, third = w.activity("A-1"), w.activity("A-2"), w.activity("A-3", owner=other)
    client.force_login(w.asker)
    response = client.post(
        f"/office/quarters/{w.quarter.key}/chase/",
        {"activities": [first.pk, third.pk]},
        follow=True,
    )
    assert "A message has gone to 2 people." in words(response)
    messages = {message.to: message for message in MailMessage.objects.all()}
    assert sorted(messages) == ["other@example.org", "owner@example.org"]
    assert messages["owner@example.org"].subject.startswith("2 progress updates are waiting")
    assert "/staff/updates/A-1/" in messages["owner@example.org"].text
    assert "/staff/updates/A-2/" in messages["owner@example.org"].text
    assert "A-3" not in messages["owner@example.org"].text
    chased = AuditEvent.objects.filter(verb="update_chase").values_list("entity_id", flat=True)
    assert sorted(chased) == sorted(str(row.pk) for row in (first, second, third))


def test_chase_leaves_a_person_in_peace_until_tomorrow(w: World) -> None:
    activity = w.activity("A-1")
    today = local_date(timezone.now())

    def again(day: dt.date) -> Chased:
        return updates_chase(actor=w.asker, quarter=w.quarter, activity_ids=[activity.pk], on=day)

    assert again(today) == Chased(people=1, people_chased_today=0, without_person=0)
    assert again(today) == Chased(people=0, people_chased_today=1, without_person=0)
    assert again(today + dt.timedelta(days=1)) == Chased(1, 0, 0)
    assert MailMessage.objects.count() == 2


def test_chase_goes_to_the_unit_lead_where_no_owner_signs_in(w: World) -> None:
    led = w.activity("A-1", owner=None, owner_role="Head of Estates & Grounds")
    nobody = w.activity("A-2", owner=None, unit=None)
    chased = updates_chase(actor=w.asker, quarter=w.quarter, activity_ids=[led.pk, nobody.pk])
    assert chased == Chased(people=1, people_chased_today=0, without_person=1)
    assert MailMessage.objects.get().to == "lead@example.org"


def test_chase_goes_to_the_lead_as_well_after_seven_days(w: World) -> None:
    activity = w.activity("A-1", title="Doors & windows")
    day = w.quarter.collecting_until + dt.timedelta(days=7)
    updates_chase(actor=w.asker, quarter=w.quarter, activity_ids=[activity.pk], on=day)
    texts = {message.to: message.text for message in MailMessage.objects.all()}
    assert sorted(texts) == ["lead@example.org", "owner@example.org"]
    assert "Doors & windows (A-1), owned by Owner Sample" in texts["lead@example.org"]
    assert "its closing date has passed" in texts["owner@example.org"]


def test_chase_without_a_selection_says_what_to_do(w: World, client: Client) -> None:
    w.activity("A-1")
    client.force_login(w.asker)
    response = client.post(f"/office/quarters/{w.quarter.key}/chase/")
    assert response.status_code == 422
    assert "Select at least one activity to chase." in words(response)
    page = response.content.decode()
    assert 'href="#id_activities_0"' in page
    assert 'id="id_activities_0"' in page
    assert " checked" not in page


def test_chase_of_an_update_that_came_in_asks_to_look_again(w: World, client: Client) -> None:
    activity = w.activity("A-1")
    w.update(activity, State.SUBMITTED)
    client.force_login(w.asker)
    response = client.post(
        f"/office/quarters/{w.quarter.key}/chase/", {"activities": [activity.pk]}
    )
    assert response.status_code == 422
    assert "has come in meanwhile" in words(response)
    assert not MailMessage.objects.exists()


def test_chase_is_refused_to_others_and_in_a_closed_round(w: World) -> None:
    activity = w.activity("A-1")
    with pytest.raises(NotAllowed):
        updates_chase(actor=w.lead, quarter=w.quarter, activity_ids=[activity.pk])
    w.quarter.state = Quarter.State.PUBLISHED
    w.quarter.save()
    with pytest.raises(WrongState):
        updates_chase(actor=w.asker, quarter=w.quarter, activity_ids=[activity.pk])


def test_an_earlier_round_is_opened_from_the_list_of_rounds(w: World, client: Client) -> None:
    client.force_login(w.asker)
    address = reverse("portal:office_quarters")
    earlier = w.quarter.period.previous()
    answer = client.post(address, {"key": earlier.key}, follow=True)
    assert f"The round for {earlier.key} is reviewing." in words(answer)
    assert w.strategy.quarters.filter(year=earlier.year, number=earlier.number).count() == 1


@pytest.mark.parametrize(
    ("key", "says"),
    [("", "Enter a quarter"), ("spring", "Write it like"), ("2098-99-Q1", "not begun")],
)
def test_an_earlier_round_that_cannot_be_opened_is_explained_by_the_field(
    w: World, client: Client, key: str, says: str
) -> None:
    client.force_login(w.asker)
    answer = client.post(reverse("portal:office_quarters"), {"key": key})
    assert answer.status_code == 200
    assert says in words(answer)
    assert f'value="{key}"' in answer.content.decode() or not key
