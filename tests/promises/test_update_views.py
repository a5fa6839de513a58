"""Writing, submitting and reviewing quarterly updates in the browser."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from civic.accounts.models import Role, Unit
from civic.core.models import MailMessage
from civic.core.periods import Period
from promises.models import Activity, ProgressUpdate
from promises.services.updates import update_return, update_save, update_submit
from tests.people import person
from tests.story import Story

pytestmark = pytest.mark.django_db

LIST = "/staff/updates/"
WRITE = "/staff/updates/GN-01/"
REVIEWS = "/staff/reviews/"
TYPED = {
    "delivery": "on_track",
    "percent": "45",
    "narrative": "Two evenings were held.",
    "reason": "",
    "next_steps": "A third in March.",
    "version": "",
}


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def submitted(story: Story, activity: Activity | None = None, **changes: Any) -> ProgressUpdate:
    values: dict[str, Any] = {
        "delivery": "on_track",
        "percent": 50,
        "narrative": "It went on.",
        "reason": "",
        "next_steps": "",
    }
    update = update_save(
        actor=story.owner,
        activity=activity or story.activities[0],
        quarter=story.quarter,
        expected_version=None,
        **values | changes,
    )
    update_submit(actor=story.owner, update=update, expected_version=update.version)
    return update


def test_draft_saves_whatever_is_missing(owner: Client):
    response = owner.post(WRITE, {"narrative": "Half a thought", "version": "", "keep": "draft"})

    assert response.url == WRITE
    update = ProgressUpdate.objects.get()
    assert (update.state, update.narrative, update.percent) == ("draft", "Half a thought", None)
    assert "Half a thought" in owner.get(WRITE).content.decode()


def test_submit_hands_the_update_to_review(owner: Client, story: Story):
    response = owner.post(WRITE, TYPED)

    assert response.url == LIST
    update = ProgressUpdate.objects.get()
    assert (update.state, update.delivery, update.percent) == ("submitted", "on_track", 45)
    assert update.next_steps == "A third in March."
    page = owner.get(WRITE).content.decode()
    assert "Submitted, waiting for review" in page
    assert '<form class="civic-form"' not in page


def test_second_press_submits_once(owner: Client):
    owner.post(WRITE, TYPED)
    again = owner.post(WRITE, TYPED)

    assert again.status_code == 200
    assert "Submitted, waiting for review" in again.content.decode()
    assert ProgressUpdate.objects.get().version == 2


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        (
            {"delivery": "", "percent": "", "narrative": " "},
            {
                "delivery": ["Choose how the activity stands."],
                "percent": ["Enter how much is done, from 0 to 100."],
                "narrative": ["Say what happened this quarter, in two or three sentences."],
            },
        ),
        ({"delivery": "at_risk"}, {"reason": ["Say why it is at risk."]}),
        ({"delivery": "delayed"}, {"reason": ["Say why it is delayed."]}),
        (
            {"delivery": "complete"},
            {"percent": ["An activity that is complete is 100% done. Enter 100."]},
        ),
    ],
)
def test_checks_bite_at_submission_and_the_draft_is_kept(
    owner: Client, changes: dict[str, str], errors: dict[str, list[str]]
):
    response = owner.post(WRITE, TYPED | changes)

    assert response.status_code == 200
    assert dict(response.context["form"].errors) == errors
    assert ProgressUpdate.objects.get().state == "draft"
    # The page goes on from the version that was kept, so that the next press is no conflict.
    mended = TYPED | {"version": "1"}
    assert 'name="version" value="1"' in response.content.decode()
    assert owner.post(WRITE, mended).url == LIST


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"percent": "101"}, "percent", "Percent done must be 100 or fewer"),
        ({"percent": "-1"}, "percent", "Percent done must be 0 or more"),
        ({"percent": "half"}, "percent", "Percent done must be a whole number, like 45"),
        ({"percent": "45.5"}, "percent", "Percent done must be a whole number, like 45"),
        ({"delivery": "not_reported"}, "delivery", "Choose how the activity stands"),
        ({"delivery": "<b>"}, "delivery", "Choose how the activity stands"),
        ({"narrative": "x" * 4001}, "narrative", "What happened must be 4,000 characters or fewer"),
        ({"reason": "x" * 1001}, "reason", "The reason must be 1,000 characters or fewer"),
    ],
)
def test_unreadable_entries_are_shown_again(
    owner: Client, changes: dict[str, str], field: str, words: str
):
    response = owner.post(WRITE, TYPED | changes)

    assert dict(response.context["form"].errors) == {field: [words]}
    assert ProgressUpdate.objects.count() == 0
    assert "A third in March." in response.content.decode()


@pytest.mark.parametrize("words", ["🌊 high tide", "شكرا", "<script>alert(1)</script>", "=1+1"])
def test_unusual_words_are_kept_as_typed_and_shown_as_text(owner: Client, story: Story, words: str):
    owner.post(WRITE, TYPED | {"narrative": words})

    update = ProgressUpdate.objects.get()
    assert update.narrative == words
    page = signed_in(story.lead).get(f"{REVIEWS}{update.pk}/").content.decode()
    assert "<script>alert" not in page


def test_two_windows_show_both_texts_and_keep_what_was_typed(owner: Client):
    owner.post(WRITE, TYPED | {"keep": "draft"})

    second = owner.post(WRITE, TYPED | {"percent": "60", "keep": "draft"})

    assert second.status_code == 409
    assert [(d.label, d.before, d.after) for d in second.context["differences"]] == [
        ("How much is done", "45%", "60%")
    ]
    assert 'value="60"' in second.content.decode()
    assert 'name="version" value="1"' in second.content.decode()
    assert ProgressUpdate.objects.get().percent == 45
    owner.post(WRITE, TYPED | {"percent": "60", "version": "1", "keep": "draft"})
    assert ProgressUpdate.objects.get().percent == 60


def test_form_begins_with_last_quarters_words_and_counts_the_log(owner: Client, story: Story):
    for activity in story.activities:
        story.report(activity, narrative="Said in the first quarter.", percent=30)
    story.publish()
    story.open(Period(2025, 2), dt.date(2026, 2, 2))
    story.log(story.activities[0], starts_on=dt.date(2025, 12, 3))
    story.log(story.activities[0], starts_on=dt.date(2025, 9, 3))
    story.log(story.activities[0], starts_on=dt.date(2025, 12, 4), state="draft")

    response = owner.get(WRITE)

    assert response.context["form"].initial["narrative"] == "Said in the first quarter."
    assert response.context["form"].initial["percent"] == 30
    assert "version" not in response.context["form"].initial
    assert response.context["engagements"] == 1
    assert "Filled in with what you said for 2025-26-Q1" in response.content.decode()


def test_activity_that_ended_asks_for_nothing(owner: Client, story: Story):
    for activity in story.activities:
        story.report(activity, delivery="complete", percent=100)
    story.publish()
    story.open(Period(2025, 2), dt.date(2026, 2, 2))

    assert "Nothing is due" in owner.get(WRITE).content.decode()
    assert owner.post(WRITE, TYPED).status_code == 200
    assert ProgressUpdate.objects.filter(quarter=story.quarter).count() == 0


def test_list_shows_what_is_due_and_what_was_handed_in(owner: Client, story: Story):
    submitted(story)

    context = owner.get(LIST).context

    assert [line["activity"].reference for line in context["due"]] == ["GN-02", "GN-03"]
    assert [update.activity.reference for update in context["written"]] == ["GN-01"]


def test_activity_nobody_owns_is_offered_to_the_lead_and_the_office(story: Story):
    Activity.objects.filter(reference="GN-01").update(owner=None)

    for user, references in (
        (story.lead, ["GN-01"]),
        (story.publisher, ["GN-01"]),
        (story.stranger, []),
    ):
        client = signed_in(user)
        found = [line["activity"].reference for line in client.get(LIST).context["unowned"]]
        assert found == references
        assert client.get(WRITE).status_code == (200 if references else 404)


# Who may do what ---------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["lead", "publisher", "stranger", "administrator"])
def test_nobody_else_writes_the_owners_update(story: Story, who: str):
    client = signed_in(getattr(story, who))

    assert client.get(WRITE).status_code == 404
    assert client.post(WRITE, TYPED).status_code == 404
    assert ProgressUpdate.objects.count() == 0


def test_update_pages_do_not_exist_for_people_without_a_role(story: Story):
    update = submitted(story)
    client = signed_in(person("visitor"))

    for address in (LIST, WRITE, REVIEWS, f"{REVIEWS}{update.pk}/"):
        assert client.get(address).status_code == 404


def test_update_pages_ask_visitors_to_sign_in(client: Client, story: Story):
    update = submitted(story)

    for address in (LIST, WRITE, REVIEWS, f"{REVIEWS}{update.pk}/"):
        assert client.get(address).url == f"/sign-in/?next={address}"


@pytest.mark.parametrize("reference", ["XX-99", "GN-01 ", "%00", "GN-01'--"])
def test_unknown_activity_is_not_found(owner: Client, reference: str):
    assert owner.get(f"/staff/updates/{reference}/").status_code == 404


# Reviewing ---------------------------------------------------------------------------------------


def decide(client: Client, update: ProgressUpdate, decision: str, **changes: Any) -> Any:
    values = {"decision": decision, "version": update.version}
    return client.post(f"{REVIEWS}{update.pk}/", values | changes)


@pytest.mark.parametrize("who", ["lead", "publisher"])
def test_lead_and_office_approve(story: Story, who: str):
    update = submitted(story)
    client = signed_in(getattr(story, who))

    assert [row.pk for row in client.get(REVIEWS).context["waiting"]] == [update.pk]
    assert decide(client, update, "approve").url == REVIEWS
    update.refresh_from_db()
    assert (update.state, update.reviewer) == ("approved", getattr(story, who))
    assert "Approved by" in client.get(f"{REVIEWS}{update.pk}/").content.decode()


def test_return_needs_a_reason_and_writes_to_the_owner(owner: Client, story: Story):
    update = submitted(story)
    lead = signed_in(story.lead)

    empty = decide(lead, update, "return", reason="  ")
    assert dict(empty.context["form"].errors) == {
        "reason": ["Say what has to change, so that the owner can put it right"]
    }
    assert decide(lead, update, "return", reason="Name the new date.").url == REVIEWS

    update.refresh_from_db()
    assert (update.state, update.return_reason) == ("returned", "Name the new date.")
    assert "Name the new date." in owner.get(WRITE).content.decode()
    (message,) = MailMessage.objects.filter(to=story.owner.email)
    assert "Name the new date." in message.text


def test_nobody_decides_on_their_own(story: Story):
    Activity.objects.filter(reference="GN-01").update(owner=story.lead)
    story.activities[0].refresh_from_db()
    update = update_save(
        actor=story.lead,
        activity=story.activities[0],
        quarter=story.quarter,
        expected_version=None,
        delivery="on_track",
        percent=50,
        narrative="My own",
        reason="",
        next_steps="",
    )
    update_submit(actor=story.lead, update=update, expected_version=1)
    lead = signed_in(story.lead)

    page = lead.get(f"{REVIEWS}{update.pk}/").content.decode()
    assert "This one is yours, so somebody else decides" in page
    assert 'name="decision"' not in page
    assert list(lead.get(REVIEWS).context["waiting"]) == []
    for decision in ("approve", "return"):
        assert decide(lead, update, decision, reason="x").status_code == 403
    update.refresh_from_db()
    assert update.state == "submitted"


def test_review_is_not_found_for_everyone_else(story: Story):
    update = submitted(story)
    other = Unit.objects.create(slug="art", name="School of Art")
    for user in (story.owner, story.stranger, person("lee", Role.UNIT_LEAD, unit=other)):
        client = signed_in(user)
        assert client.get(f"{REVIEWS}{update.pk}/").status_code == 404
        assert decide(client, update, "approve").status_code == 404
    assert signed_in(story.stranger).get(REVIEWS).status_code == 404


def test_draft_cannot_be_reviewed(story: Story):
    update = update_save(
        actor=story.owner,
        activity=story.activities[0],
        quarter=story.quarter,
        expected_version=None,
        delivery="",
        percent=None,
        narrative="Not yet",
        reason="",
        next_steps="",
    )
    assert signed_in(story.lead).get(f"{REVIEWS}{update.pk}/").status_code == 404


@pytest.mark.parametrize("version", ["1", "", "x", "²", "9" * 30])
def test_decision_on_another_version_is_refused(story: Story, version: str):
    update = submitted(story)

    response = decide(signed_in(story.lead), update, "approve", version=version)

    assert response.status_code == 409
    assert "Read it again, then decide." in response.content.decode()
    update.refresh_from_db()
    assert update.state == "submitted"


def test_returned_update_is_corrected_and_submitted_again(owner: Client, story: Story):
    update = submitted(story)
    update_return(
        actor=story.lead, update=update, expected_version=update.version, reason="Say more."
    )

    owner.post(WRITE, TYPED | {"version": str(update.version)})

    update.refresh_from_db()
    assert (update.state, update.narrative) == ("submitted", "Two evenings were held.")


def test_one_and_three_rows_cost_the_same_queries(story: Story, django_assert_num_queries: Any):
    """Session, user, roles and strategy, as for every page; then:

    reviews: the waiting updates. Handed in: the round with its strategy, the last publication and
    the due activities, which are none, and the same of those without an owner, and what was handed
    in. Due: the updates and the counts of the due activities besides.
    """
    owner, lead = signed_in(story.owner), signed_in(story.lead)

    def read(due: int) -> None:
        with django_assert_num_queries(5):
            lead.get(REVIEWS)
        with django_assert_num_queries(due):
            owner.get(LIST)

    spare = story.activities[1:]
    Activity.objects.filter(pk__in=[activity.pk for activity in spare]).update(owner=None)
    read(due=12)
    submitted(story)
    read(due=10)
    for activity in spare:
        Activity.objects.filter(pk=activity.pk).update(owner=story.owner)
        activity.refresh_from_db()
    read(due=12)
    for activity in spare:
        submitted(story, activity)
    read(due=10)
