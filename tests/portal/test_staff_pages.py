"""Where staff start: what needs them first."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from promises.models import Activity, Quarter, Strategy
from promises.services.publication import publication_request
from promises.services.updates import update_return, update_save, update_submit
from tests.people import person
from tests.story import Story, make_story

pytestmark = pytest.mark.django_db

TASKS = "/staff/"


@pytest.fixture
def story() -> Story:
    return make_story()


def tasks(user: Any) -> Any:
    client = Client()
    client.force_login(user)
    return client.get(TASKS)


def titles(user: Any) -> list[str]:
    return [item.title for item in tasks(user).context["items"]]


def draft(story: Story, activity: Activity) -> Any:
    return update_save(
        actor=story.owner,
        activity=activity,
        quarter=story.quarter,
        expected_version=None,
        delivery="on_track",
        percent=50,
        narrative="It went on.",
        reason="",
        next_steps="",
    )


def test_owner_sees_returned_then_drafts_then_missing_then_unfinished_entries(story: Story):
    returned = draft(story, story.activities[2])
    update_submit(actor=story.owner, update=returned, expected_version=1)
    update_return(actor=story.lead, update=returned, expected_version=2, reason="Say more.")
    draft(story, story.activities[1])
    story.log(title="Half an entry", logged_by=story.owner, state="draft")
    closes_on = timezone.localdate() + dt.timedelta(days=8)
    Quarter.objects.update(collecting_until=closes_on, reviewing_until=closes_on)

    response = tasks(story.owner)

    assert titles(story.owner) == [
        "Activity number 3: correct your update",
        "Activity number 2: finish your update",
        "Activity number 1: write your update",
        "Half an entry: finish this entry",
    ]
    page = " ".join(response.content.decode().split())
    assert f"<b>Four things</b> need you before the round closes on {closes_on:%-d %B}." in page
    assert page.count("8 days left") == 3
    assert "“Say more.”" in page
    assert 'href="/staff/updates/GN-03/"' in page


def test_lead_sees_what_waits_for_review(story: Story):
    assert titles(story.lead) == []
    for activity in story.activities[:2]:
        update = draft(story, activity)
        update_submit(actor=story.owner, update=update, expected_version=1)

    assert titles(story.lead) == ["Review 2 updates"]
    assert titles(story.stranger) == []


def test_sign_off_waits_for_the_second_person_only(story: Story):
    for activity in story.activities:
        story.report(activity)
    publication_request(actor=story.publisher, quarter=story.quarter)

    assert titles(story.signer) == ["Sign off the publication of 2025-26-Q1"]
    assert titles(story.publisher) == []
    assert titles(story.lead) == []


def test_owned_activities_show_three_facts_and_the_update(story: Story):
    story.report(story.activities[0], delivery="at_risk", percent=20, reason="No room.")
    Activity.objects.filter(reference="GN-02").update(opening_delivery="delayed")

    owned = tasks(story.owner).context["owned"]

    assert [
        (line.activity.reference, line.update_state, line.delivery, line.evidence) for line in owned
    ] == [
        ("GN-01", "approved", "at_risk", "none"),
        ("GN-02", "missing", "delayed", "none"),
        ("GN-03", "missing", "not_reported", "none"),
    ]
    assert {line.schedule for line in owned} == {"overdue"}


def test_newcomer_finds_a_friendly_empty_page(story: Story):
    page = " ".join(tasks(story.stranger).content.decode().split())

    assert "<b>Nothing</b> needs you" in page
    assert "You have logged nothing yet." in page
    assert "Activities you own" not in page
    assert "Log an engagement" in page


def test_page_stands_without_a_strategy(story: Story):
    Strategy.objects.update(is_current=False)

    assert tasks(story.owner).status_code == 200


def test_person_without_a_role_has_no_staff_page(story: Story):
    assert tasks(person("visitor")).status_code == 404


def test_visitor_is_asked_to_sign_in(client: Client):
    assert client.get(TASKS).url == "/sign-in/?next=/staff/"
    assert client.post(TASKS).url == "/sign-in/?next=/staff/"


def test_staff_page_only_reads(story: Story):
    client = Client()
    client.force_login(story.owner)

    assert client.post(TASKS).status_code == 405
