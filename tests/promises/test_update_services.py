"""Progress updates: who writes, who reviews, what bites when."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from civic.core.errors import NotAllowed, StaleVersion, WrongState
from civic.core.models import AuditEvent, MailMessage
from promises.models import ProgressUpdate, Quarter
from promises.queries import reviews_due, updates_due
from promises.services.publication import publication_request, publication_sign_off
from promises.services.updates import (
    submission_errors,
    update_approve,
    update_return,
    update_save,
    update_submit,
)
from tests.story import PERIOD, PUBLISHED

pytestmark = pytest.mark.django_db

WORDS = {
    "delivery": "on_track",
    "percent": 40,
    "narrative": "Two sessions ran.",
    "reason": "",
    "next_steps": "A third in May.",
}


def save(story, *, actor=None, version=None, number=0, **changes):
    return update_save(
        actor=actor or story.owner,
        activity=story.activities[number],
        quarter=story.quarter,
        expected_version=version,
        **WORDS | changes,
    )


def submitted(story, **changes):
    update = save(story, **changes)
    update_submit(actor=story.owner, update=update, expected_version=update.version)
    return update


def test_a_draft_saves_however_little_is_in_it(story):
    update = save(story, delivery="", percent=None, narrative="", next_steps="")
    assert (update.state, update.version) == ("draft", 1)


def test_each_save_counts_and_is_kept_in_history_and_audit(story):
    update = save(story)
    save(story, version=1, percent=60)
    update.refresh_from_db()
    assert (update.version, update.percent) == (2, 60)
    assert [row.percent for row in update.history.order_by("history_id")] == [40, 60]
    assert update.history.first().history_user == story.owner
    event = AuditEvent.objects.filter(verb="update_save").first()
    assert (event.actor, event.changes) == (story.owner, {"percent": [40, 60]})


def test_saving_over_somebody_elses_save_is_refused_and_loses_nothing(story):
    update = save(story)
    save(story, version=1, narrative="Theirs.")
    with pytest.raises(StaleVersion):
        save(story, version=1, narrative="Mine.")
    update.refresh_from_db()
    assert (update.narrative, update.version) == ("Theirs.", 2)


def test_beginning_in_two_windows_is_a_conflict_and_not_two_updates(story):
    save(story)
    with pytest.raises(StaleVersion):
        save(story)
    assert ProgressUpdate.objects.count() == 1


@pytest.mark.parametrize("who", ["lead", "publisher", "administrator", "stranger"])
def test_nobody_but_the_owner_writes(story, who):
    with pytest.raises(NotAllowed):
        save(story, actor=getattr(story, who))


@pytest.mark.parametrize(
    ("who", "allowed"), [("lead", True), ("publisher", True), ("stranger", False)]
)
def test_without_an_owner_the_lead_or_the_office_writes(story, who, allowed):
    story.activities[0].owner = None
    story.activities[0].save()
    if allowed:
        assert save(story, actor=getattr(story, who)).author == getattr(story, who)
    else:
        with pytest.raises(NotAllowed):
            save(story, actor=getattr(story, who))


@pytest.mark.parametrize("state", ["upcoming", "published"])
def test_a_round_that_is_not_open_takes_no_words(story, state):
    story.quarter.state = state
    story.quarter.save()
    with pytest.raises(WrongState):
        save(story)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, set()),
        ({"delivery": ""}, {"delivery"}),
        ({"delivery": "not_reported"}, {"delivery"}),
        ({"percent": None}, {"percent"}),
        ({"percent": 0}, set()),
        ({"delivery": "complete"}, {"percent"}),
        ({"delivery": "complete", "percent": 100}, set()),
        ({"delivery": "not_started"}, {"percent"}),
        ({"narrative": "  "}, {"narrative"}),
        ({"delivery": "delayed"}, {"reason"}),
        ({"delivery": "at_risk", "reason": "No hall."}, set()),
        ({"delivery": "stopped"}, {"reason"}),
        ({"delivery": "", "percent": None, "narrative": ""}, {"delivery", "percent", "narrative"}),
    ],
)
def test_checks_bite_at_submission(story, changes, fields):
    update = save(story, **changes)
    assert set(submission_errors(update)) == fields
    if fields:
        with pytest.raises(ValidationError) as refused:
            update_submit(actor=story.owner, update=update, expected_version=1)
        assert set(refused.value.message_dict) == fields
        update.refresh_from_db()
        assert update.state == "draft"
    else:
        update_submit(actor=story.owner, update=update, expected_version=1)
        assert update.state == "submitted"


@pytest.mark.parametrize("percent", [-1, 101])
def test_percent_stays_within_0_and_100(story, percent):
    with pytest.raises(ValidationError):
        save(story, percent=percent)


def test_a_submitted_update_is_its_reviewers(story):
    update = submitted(story)
    with pytest.raises(WrongState):
        save(story, version=update.version)
    with pytest.raises(WrongState):
        update_submit(actor=story.owner, update=update, expected_version=update.version)


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("lead", True),
        ("publisher", True),
        ("owner", False),
        ("administrator", False),
        ("stranger", False),
    ],
)
def test_the_lead_or_the_office_approves_and_nobody_else(story, who, allowed):
    update = submitted(story)
    actor = getattr(story, who)
    if allowed:
        update_approve(actor=actor, update=update, expected_version=update.version)
        assert (update.state, update.reviewer) == ("approved", actor)
    else:
        with pytest.raises(NotAllowed):
            update_approve(actor=actor, update=update, expected_version=update.version)


def test_nobody_approves_their_own(story):
    story.activities[0].owner = story.lead
    story.activities[0].save()
    update = save(story, actor=story.lead)
    update_submit(actor=story.lead, update=update, expected_version=update.version)
    with pytest.raises(NotAllowed):
        update_approve(actor=story.lead, update=update, expected_version=update.version)
    update_approve(actor=story.publisher, update=update, expected_version=update.version)
    assert update.state == "approved"


def test_returning_needs_a_reason(story):
    update = submitted(story)
    with pytest.raises(ValidationError):
        update_return(actor=story.lead, update=update, expected_version=2, reason=" ")


def test_a_returned_update_is_told_by_mail_changed_and_submitted_again(story):
    update = submitted(story)
    update_return(actor=story.lead, update=update, expected_version=2, reason="Say how many came.")
    mail = MailMessage.objects.get()
    assert (mail.to, update.state) == ("sam@example.org", "returned")
    for text in (mail.text, mail.html):
        assert "Say how many came." in text
        assert "/staff/updates/GN-01/" in text
    save(story, version=update.version, narrative="Two sessions ran; 41 came.")
    update.refresh_from_db()
    update_submit(actor=story.owner, update=update, expected_version=update.version)
    update_approve(actor=story.lead, update=update, expected_version=update.version)
    assert (update.state, update.return_reason) == ("approved", "")
    assert MailMessage.objects.count() == 1


def test_approving_what_changed_in_the_meantime_is_refused(story):
    update = submitted(story)
    same = ProgressUpdate.objects.get(pk=update.pk)
    update_return(actor=story.publisher, update=same, expected_version=2, reason="Wait.")
    with pytest.raises(StaleVersion):
        update_approve(actor=story.lead, update=update, expected_version=2)
    update.refresh_from_db()
    assert update.state == "returned"


def test_an_activity_whose_end_is_published_takes_no_more_updates(story):
    story.report(story.activities[0], delivery="complete", percent=100)
    story.publish()
    quarter = story.open(PERIOD.next(), dt.date(2026, 2, 10))
    with pytest.raises(WrongState, match="has ended"):
        save(story)
    assert [row.reference for row in updates_due(story.owner, quarter)] == ["GN-02", "GN-03"]


def test_updates_are_due_until_they_are_handed_in(story):
    def due():
        return [row.reference for row in updates_due(story.owner, story.quarter)]

    assert due() == ["GN-01", "GN-02", "GN-03"]
    update = save(story)
    assert due() == ["GN-01", "GN-02", "GN-03"]
    update_submit(actor=story.owner, update=update, expected_version=1)
    assert due() == ["GN-02", "GN-03"]
    update_return(actor=story.lead, update=update, expected_version=2, reason="More.")
    assert due() == ["GN-01", "GN-02", "GN-03"]
    assert list(updates_due(story.stranger, story.quarter)) == []


@pytest.mark.parametrize(
    ("who", "sees"),
    [("lead", True), ("publisher", True), ("owner", False), ("stranger", False)],
)
def test_reviews_are_due_from_those_who_may_give_them(story, who, sees):
    update = submitted(story)
    assert list(reviews_due(getattr(story, who))) == ([update] if sees else [])


def in_another_process(story):
    """The story's round as a request of somebody else reads it."""
    return Quarter.objects.select_related("strategy").get(pk=story.quarter.pk)


def test_a_round_published_meanwhile_takes_no_update_from_a_request_that_read_it_open(story):
    opened_before = in_another_process(story)
    story.publish()

    with pytest.raises(WrongState, match="is published"):
        update_save(
            actor=story.owner,
            activity=story.activities[0],
            quarter=opened_before,
            expected_version=None,
            **WORDS,
        )

    assert not ProgressUpdate.objects.exists()


def test_an_update_is_not_approved_into_a_round_published_meanwhile(story):
    update = submitted(story)
    read_before = ProgressUpdate.objects.select_related("quarter__strategy", "activity").get(
        pk=update.pk
    )
    assert read_before.quarter.is_writing
    story.publish()

    with pytest.raises(WrongState, match="is closed"):
        update_approve(actor=story.lead, update=read_before, expected_version=read_before.version)

    update.refresh_from_db()
    assert update.state == "submitted"


def test_a_superuser_keeps_the_rule_of_two_people(story):
    for user in (story.lead, story.publisher):
        user.is_superuser = True
        user.save()
    story.activities[0].owner = story.lead
    story.activities[0].save()
    update = save(story, actor=story.lead)
    update_submit(actor=story.lead, update=update, expected_version=update.version)

    with pytest.raises(NotAllowed):
        update_approve(actor=story.lead, update=update, expected_version=update.version)

    request = publication_request(actor=story.publisher, quarter=story.quarter, at=PUBLISHED)
    with pytest.raises(NotAllowed):
        publication_sign_off(actor=story.publisher, request=request, at=PUBLISHED)


def test_a_superuser_without_a_role_may_do_nothing(story):
    story.stranger.role_assignments.all().delete()
    story.stranger.is_superuser = True
    story.stranger.save()

    assert not story.stranger.has_perm("promises.publish", story.quarter)
    with pytest.raises(NotAllowed):
        publication_request(actor=story.stranger, quarter=story.quarter, at=PUBLISHED)
