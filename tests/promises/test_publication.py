"""Publishing: who may, what is frozen, and what the public then reads."""

import datetime as dt
import hashlib
import json
from decimal import Decimal

import pytest

from civic.core.errors import NotAllowed, WrongState
from civic.core.models import AuditEvent
from civic.core.periods import Period
from partners.services import organisation_create
from promises.models import (
    Engagement,
    EvidenceItem,
    Indicator,
    Milestone,
    ProgressUpdate,
    PublicationRequest,
    PublishedActivity,
    PublishedEngagement,
    Reading,
    Snapshot,
)
from promises.models.published import Immutable
from promises.queries import (
    changes_since_previous,
    delivery_score,
    engagement_totals,
    latest_snapshot,
    payload_of,
    promise_rows,
    snapshot_for,
)
from promises.services.publication import (
    publication_request,
    publication_sign_off,
    publication_withdraw,
    strategy_adopt,
)
from promises.snapshots import canonical_json, digest
from tests.people import person
from tests.story import PERIOD, PUBLISHED, make_story

pytestmark = pytest.mark.django_db


def published(story, reference):
    return PublishedActivity.objects.get(
        snapshot=latest_snapshot(story.strategy), reference=reference
    )


def test_adoption_publishes_the_wording_and_nothing_else(story):
    snapshot = latest_snapshot(story.strategy)
    assert (snapshot.key, snapshot.sequence, snapshot.previous_sha256) == ("wording", 1, "")
    rows = promise_rows(snapshot)
    assert [row.number for row in rows] == [1, 2]
    assert [entry.commitment.code for entry in rows[0].commitments] == ["1.1", "1.2"]
    assert [row.total for row in rows] == [0, 0]
    assert delivery_score(snapshot).percent is None


def test_a_strategy_is_adopted_once(story):
    with pytest.raises(WrongState):
        strategy_adopt(actor=story.publisher, strategy=story.strategy)


def test_snapshot_is_canonical_json_under_its_own_digest_and_chained(story):
    story.report(story.activities[0])
    snapshot = story.publish()
    wording = Snapshot.objects.get(sequence=1)
    parsed = json.loads(snapshot.payload)
    assert canonical_json(parsed) == snapshot.payload
    assert hashlib.sha256(snapshot.payload.encode()).hexdigest() == snapshot.sha256
    assert parsed["previous_sha256"] == snapshot.previous_sha256 == wording.sha256
    for name in ("promises", "commitments", "activities", "milestones", "indicators", "readings"):
        assert parsed["tables"][name] == {
            "rows": len(parsed[name]),
            "sha256": digest(canonical_json(parsed[name])),
        }


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": Decimal("20.10")}, '{"a":"20.1","b":1}'),
        ([Decimal("0.00"), Decimal("100"), Decimal("1E+3")], '["0","100","1000"]'),
        (
            {"day": dt.date(2025, 10, 31), "text": "Cŵn – 犬"},
            '{"day":"2025-10-31","text":"Cŵn – 犬"}',
        ),
    ],
)
def test_canonical_json_is_stable(value, text):
    assert canonical_json(value) == text


def test_published_rows_and_payload_say_the_same(story):
    for activity, delivery in zip(story.activities, ["complete", "on_track"], strict=False):
        story.report(activity, delivery=delivery, percent=100 if delivery == "complete" else 40)
    snapshot = story.publish()
    payload = {row["reference"]: row for row in payload_of(snapshot)["activities"]}
    for row in snapshot.activities.prefetch_related("commitments"):
        told = payload[row.reference]
        assert told["commitments"] == [entry.code for entry in row.commitments.all()]
        for column in ("title", "delivery", "percent", "schedule", "evidence", "narrative"):
            assert told[column] == getattr(row, column)
    assert delivery_score(snapshot).counts == {
        "complete": 1,
        "on_track": 1,
        "at_risk": 0,
        "delayed": 0,
        "not_started": 0,
        "stopped": 0,
        "not_reported": 1,
    }


def test_snapshot_holds_roles_and_no_names(story):
    story.report(story.activities[0])
    story.log(story.activities[0], notes="Ring Jo on 0151 496 0000")
    payload = story.publish().payload
    assert "Head of Outreach" in payload
    for private in ("Sample", "example.org", "olive", "oscar", "0151"):
        assert private not in payload


def test_the_person_who_asked_cannot_sign_off(story):
    request = publication_request(actor=story.publisher, quarter=story.quarter)
    with pytest.raises(NotAllowed):
        publication_sign_off(actor=story.publisher, request=request)
    assert Snapshot.objects.count() == 1


def test_an_author_of_the_quarter_cannot_sign_off(story):
    ProgressUpdate.objects.create(
        activity=story.activities[0], quarter=story.quarter, author=story.signer
    )
    request = publication_request(actor=story.publisher, quarter=story.quarter)
    with pytest.raises(NotAllowed):
        publication_sign_off(actor=story.signer, request=request)


@pytest.mark.parametrize("who", ["owner", "lead", "administrator", "stranger"])
def test_only_the_office_publishes(story, who):
    with pytest.raises(NotAllowed):
        publication_request(actor=getattr(story, who), quarter=story.quarter)


def test_sign_off_is_refused_when_a_figure_changed_since(story):
    request = publication_request(actor=story.publisher, quarter=story.quarter, at=PUBLISHED)
    story.log(story.activities[0])
    with pytest.raises(WrongState, match="figures have changed"):
        publication_sign_off(actor=story.signer, request=request, at=PUBLISHED)
    story.quarter.refresh_from_db()
    assert story.quarter.state == "collecting"
    # Asked for again, it holds.
    again = publication_request(actor=story.publisher, quarter=story.quarter, at=PUBLISHED)
    assert again.pk != request.pk
    assert publication_sign_off(actor=story.signer, request=again, at=PUBLISHED).key == PERIOD.key


def test_asking_twice_is_one_request(story):
    first = publication_request(actor=story.publisher, quarter=story.quarter, at=PUBLISHED)
    second = publication_request(actor=story.publisher, quarter=story.quarter, at=PUBLISHED)
    assert first.pk == second.pk
    with pytest.raises(WrongState, match="has asked for sign-off already"):
        publication_request(actor=story.signer, quarter=story.quarter, at=PUBLISHED)


def test_a_withdrawn_request_cannot_be_signed_off(story):
    request = publication_request(actor=story.publisher, quarter=story.quarter)
    publication_withdraw(actor=story.signer, request=request)
    assert request.state == PublicationRequest.State.WITHDRAWN
    with pytest.raises(WrongState):
        publication_sign_off(actor=story.signer, request=request)


def test_a_quarter_is_published_once(story):
    story.publish()
    with pytest.raises(WrongState, match="is published"):
        story.publish()
    assert Snapshot.objects.filter(number__gt=0).count() == 1
    assert AuditEvent.objects.filter(verb="publication_sign_off").count() == 1


def test_an_earlier_round_comes_first(story):
    story.open(PERIOD.next(), dt.date(2026, 2, 10))
    with pytest.raises(WrongState, match="2025-26-Q1 comes first"):
        story.publish()


def test_a_quarter_before_a_published_one_can_no_longer_be_published(story):
    story.publish()
    story.open(Period(2024, 4), dt.date(2025, 8, 10))
    with pytest.raises(WrongState, match="2025-26-Q1 is published already"):
        story.publish()


def test_published_rows_cannot_be_changed(story):
    story.report(story.activities[0])
    snapshot = story.publish()
    row = snapshot.activities.first()
    row.title = "Other"
    for act in (
        row.save,
        row.delete,
        snapshot.delete,
        Snapshot.objects.all().delete,
        lambda: snapshot.activities.update(title="Other"),
        lambda: PublishedActivity.objects.update(title="Other"),
    ):
        with pytest.raises(Immutable):
            act()


def test_drafts_and_returned_updates_are_not_reported(story):
    ProgressUpdate.objects.create(
        activity=story.activities[0],
        quarter=story.quarter,
        state="submitted",
        delivery="on_track",
        percent=70,
        author=story.owner,
    )
    story.publish()
    row = published(story, "GN-01")
    assert (row.delivery, row.delivery_basis, row.percent) == ("not_reported", "none", None)


def test_not_reported_keeps_its_last_percent_and_says_from_when(story):
    story.report(story.activities[0], percent=30)
    story.publish()
    story.open(PERIOD.next(), dt.date(2026, 2, 10))
    story.publish(dt.datetime(2026, 2, 21, 9, 0, tzinfo=dt.UTC))
    row = published(story, "GN-01")
    assert (row.delivery, row.percent, row.percent_quarter) == ("not_reported", 30, "2025-26-Q1")
    assert row.previous_delivery == "on_track"
    assert row.narrative == ""


def test_final_states_are_carried_forward(story):
    story.report(story.activities[0], delivery="complete", percent=100)
    story.report(story.activities[1], delivery="stopped", percent=60, reason="Funding ended.")
    story.publish()
    story.open(PERIOD.next(), dt.date(2026, 2, 10))
    story.publish(dt.datetime(2026, 2, 21, 9, 0, tzinfo=dt.UTC))
    complete, stopped = published(story, "GN-01"), published(story, "GN-02")
    assert (complete.delivery, complete.delivery_basis, complete.percent) == (
        "complete",
        "carried",
        100,
    )
    assert (stopped.delivery, stopped.reason) == ("stopped", "Funding ended.")


@pytest.mark.parametrize(
    ("opening", "delivery", "basis", "percent"),
    [
        ("complete", "complete", "opening", 100),
        ("stopped", "stopped", "opening", None),
        ("on_track", "not_reported", "none", None),
        ("", "not_reported", "none", None),
    ],
)
def test_opening_delivery_counts_only_when_it_is_final(story, opening, delivery, basis, percent):
    story.activities[0].opening_delivery = opening
    story.activities[0].save()
    story.publish()
    row = published(story, "GN-01")
    assert (row.delivery, row.delivery_basis, row.percent) == (delivery, basis, percent)


def test_changes_name_what_moved_and_what_it_was(story):
    for activity in story.activities:
        story.report(activity)
    story.publish()
    story.open(PERIOD.next(), dt.date(2026, 2, 10))
    story.report(story.activities[0], delivery="delayed", percent=50, reason="No hall.")
    story.report(story.activities[1])
    snapshot = story.publish(dt.datetime(2026, 2, 21, 9, 0, tzinfo=dt.UTC))
    assert [
        (change.activity.reference, change.before, change.after)
        for change in changes_since_previous(snapshot)
    ] == [("GN-01", "on_track", "delayed"), ("GN-03", "on_track", "not_reported")]


def test_an_activity_of_two_promises_is_counted_once_at_every_level(story):
    shared = story.activities[0]
    shared.commitments.set([story.commitments[0], story.commitments[1], story.commitments[2]])
    story.report(shared, percent=80)
    snapshot = story.publish()
    rows = promise_rows(snapshot)
    # It serves 1.1, 1.2 and 2.1; the other two serve 1.2 and 2.1.
    assert [row.total for row in rows] == [2, 2]
    assert sum(row.total for row in rows) == 4
    assert delivery_score(snapshot).total == 3
    assert [row.percent for row in rows] == [Decimal("80.0"), Decimal("80.0")]


def test_engagements_count_once_in_total_and_in_each_activity(story):
    story.log(story.activities[0], story.activities[1], attendees=40)
    story.log(story.activities[0], attendees=None)
    snapshot = story.publish()
    totals = engagement_totals(snapshot)["quarter"]
    assert (totals["engagements"], totals["attendees"], totals["not_counted"]) == (2, 40, 1)
    assert published(story, "GN-01").engagement_count == 2
    assert published(story, "GN-02").attendee_total == 40


@pytest.mark.parametrize("state", ["draft", "disputed", "withdrawn"])
def test_engagements_that_do_not_count_are_not_published(story, state):
    story.log(story.activities[0], state=state)
    assert engagement_totals(story.publish())["quarter"]["engagements"] == 0


def test_an_engagement_logged_after_its_quarter_was_published_is_a_late_entry(story):
    early = story.log(story.activities[0])
    story.publish()
    late = story.log(story.activities[0], starts_on=dt.date(2025, 10, 31), attendees=7)
    story.open(PERIOD.next(), dt.date(2026, 2, 10))
    own = story.log(story.activities[0], starts_on=dt.date(2025, 11, 1), attendees=9)
    snapshot = story.publish(dt.datetime(2026, 2, 21, 9, 0, tzinfo=dt.UTC))
    rows = {row.number: row for row in snapshot.engagements.all()}
    assert set(rows) == {late.pk, own.pk}
    assert PublishedEngagement.objects.filter(number=early.pk).count() == 1
    assert (rows[late.pk].is_late, rows[late.pk].quarter) == (True, "2025-26-Q1")
    totals = engagement_totals(snapshot)
    assert (totals["quarter"]["attendees"], totals["late"]["attendees"]) == (9, 7)
    # The activity's own figure is the quarter's alone.
    assert published(story, "GN-01").attendee_total == 9


def test_an_engagement_of_a_quarter_never_published_waits(story):
    story.log(story.activities[0], starts_on=dt.date(2025, 7, 31))
    assert story.publish().engagements.count() == 0


def test_only_confirmed_partners_are_named(story):
    known = organisation_create(actor=None, name="Dockside Kitchen")
    unknown = organisation_create(actor=None, name="Somebody New", standing="unconfirmed")
    story.activities[0].partners.set([known, unknown])
    engagement = story.log(story.activities[0])
    engagement.partners.set([known, unknown])
    snapshot = story.publish()
    assert published(story, "GN-01").partners == ["Dockside Kitchen"]
    assert snapshot.engagements.get().partners == ["Dockside Kitchen"]
    assert "Somebody New" not in snapshot.payload


def test_evidence_counts_when_accepted_by_the_day_of_publication(story):
    for title, grade, state, day in (
        ("Accepted", "documented", "accepted", dt.date(2025, 11, 3)),
        ("Offered", "independently_verified", "offered", dt.date(2025, 11, 3)),
        ("Too late", "independently_verified", "accepted", dt.date(2025, 12, 1)),
    ):
        EvidenceItem.objects.create(
            activity=story.activities[0], title=title, grade=grade, state=state, added_on=day
        )
    story.publish()
    row = published(story, "GN-01")
    assert row.evidence == "documented"
    assert [item["title"] for item in row.evidence_items] == ["Accepted"]


def test_milestones_and_readings_stand_as_of_the_last_day(story):
    activity = story.activities[0]
    Milestone.objects.create(
        activity=activity,
        title="Hosts found",
        due_on=dt.date(2025, 10, 1),
        done_on=dt.date(2025, 11, 2),
    )
    indicator = Indicator.objects.create(
        strategy=story.strategy, activity=activity, reference="GN-01-1", title="Hosts", unit="hosts"
    )
    for end in (dt.date(2025, 10, 31), dt.date(2026, 1, 31), None):
        Reading.objects.create(
            indicator=indicator,
            value=5,
            period_start=end and end.replace(day=1),
            period_end=end,
        )
    story.publish()
    row = published(story, "GN-01")
    milestone = row.milestones.get()
    assert (milestone.done_on, milestone.schedule, milestone.schedule_days) == (None, "overdue", 30)
    assert {reading.period_end for reading in row.indicators.get().readings.all()} == {
        dt.date(2025, 10, 31),
        None,
    }


def test_past_quarters_read_from_their_snapshot_whatever_happens_since(story):
    story.report(story.activities[0])
    snapshot = story.publish()
    story.activities[0].title = "Renamed"
    story.activities[0].save()
    Engagement.objects.all().delete()
    again = snapshot_for(story.strategy, PERIOD)
    assert again.payload == snapshot.payload
    assert again.activities.get(reference="GN-01").title == "Activity number 1"


def test_reading_promises_takes_the_same_queries_for_three_activities_as_for_thirty(
    django_assert_num_queries,
):
    for count in (3, 30):
        story = make_story(activities=count)
        snapshot = story.publish()
        # Promises, their commitments, activities, and the links between the two.
        with django_assert_num_queries(4):
            rows = promise_rows(snapshot)
        assert sum(row.total for row in rows) == count
        if count == 3:
            story.strategy.slug, story.strategy.is_current = "earlier", False
            story.strategy.save()
            for user in (
                story.owner,
                story.lead,
                story.publisher,
                story.signer,
                story.administrator,
                story.stranger,
            ):
                user.username = f"{user.username}-earlier"
                user.save()


def test_two_sign_offs_at_once_publish_once(story):
    """The second finds the request closed, whichever comes first."""
    third = person("odette", "office")
    request = publication_request(actor=story.publisher, quarter=story.quarter, at=PUBLISHED)
    same = PublicationRequest.objects.get(pk=request.pk)
    publication_sign_off(actor=story.signer, request=request, at=PUBLISHED)
    with pytest.raises(WrongState):
        publication_sign_off(actor=third, request=same, at=PUBLISHED)
    assert Snapshot.objects.filter(number__gt=0).count() == 1
