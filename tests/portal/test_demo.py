"""The demonstration is whole, invented, and tells a story that holds together."""

import csv
import datetime as dt
import os
import re
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Max
from django.test import Client
from django.utils import timezone

from civic.accounts.models import Role, RoleAssignment, User
from civic.core.models import Job
from civic.core.periods import Period
from civic.portal.demo.people import PASSWORD
from civic.portal.demo.reading import DATA, activity_rows
from civic.reporting.models import Report
from partners.models import Organisation
from promises.models import (
    Activity,
    Commitment,
    Engagement,
    EvidenceItem,
    Indicator,
    Milestone,
    ProgressUpdate,
    Promise,
    Quarter,
    Reading,
    Snapshot,
    Strategy,
)
from promises.words import Delivery, EvidenceGrade, Schedule

TODAY = dt.date(2026, 5, 20)
OURS = ("core", "accounts", "partners", "promises", "reporting")


def demo(*args: str) -> str:
    out = StringIO()
    call_command("demo", "--force-demo", "--today", TODAY.isoformat(), *args, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module", autouse=True)
def told(django_db_setup, django_db_blocker):
    """What the command printed when it loaded the demonstration, once for this whole module."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield demo()
        transaction.set_rollback(True)


# One process runs them all, so that the story is loaded once.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demo")]


def table_state() -> dict[str, tuple[int, object]]:
    """How many rows each of our tables has, and its highest key."""
    models = [model for name in OURS for model in apps.get_app_config(name).get_models()]
    return {
        model._meta.label: (
            model._default_manager.count(),
            model._default_manager.aggregate(last=Max("pk"))["last"]
            if model._meta.pk.get_internal_type() != "UUIDField"
            else None,
        )
        for model in models
    }


def latest() -> Snapshot:
    return Snapshot.objects.order_by("-sequence").first()


def word_runs(text: str, length: int = 8) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9]+", text.lower())
    return {tuple(words[index : index + length]) for index in range(len(words) - length + 1)}


def texts_in(value: object) -> Iterator[str]:
    """Every text in lists and mappings, however deep."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from texts_in(part)
    elif isinstance(value, str) and value.strip():
        yield " ".join(value.split())


def test_the_story_has_the_size_that_was_promised():
    assert Promise.objects.count() == 5
    assert Commitment.objects.count() == 26
    assert Activity.objects.count() == 60
    assert Engagement.objects.count() == 400
    assert Organisation.objects.count() == 40
    assert Organisation.objects.filter(is_strategy_partner=True).count() == 15
    assert Organisation.objects.filter(standing="unconfirmed").count() == 4
    assert Indicator.objects.count() == 24
    assert Indicator.objects.filter(is_headline=True).count() == 8


def test_three_quarters_are_published_one_is_collecting_and_the_next_is_open():
    assert [(quarter.key, quarter.state) for quarter in Quarter.objects.all()] == [
        ("2024-25-Q4", "published"),
        ("2025-26-Q1", "published"),
        ("2025-26-Q2", "published"),
        ("2025-26-Q3", "collecting"),
        ("2025-26-Q4", "open"),
    ]
    assert Quarter.objects.get(state="collecting").collecting_until == dt.date(2026, 5, 27)


def test_strategy_is_current_and_marked_as_a_demonstration_everywhere():
    strategy = Strategy.objects.get()

    assert (strategy.is_demo, strategy.is_current) == (True, True)
    assert set(Snapshot.objects.values_list("is_demo", flat=True)) == {True}


def test_running_again_changes_nothing():
    before = table_state()

    assert "was here already" in demo()

    assert table_state() == before


def test_every_word_of_progress_occurs_in_the_latest_publication():
    activities = latest().activities.all()

    assert {row.delivery for row in activities} == set(Delivery.values)
    assert {row.schedule for row in activities} == set(Schedule.values)
    assert {row.evidence for row in activities} == set(EvidenceGrade.values)


def test_delivery_drifts_from_quarter_to_quarter():
    keys = ["2024-25-Q4", "2025-26-Q1", "2025-26-Q2"]
    words = [
        dict(
            Snapshot.objects.get(
                year=Period.parse(key).year, number=Period.parse(key).number
            ).activities.values_list("reference", "delivery")
        )
        for key in keys
    ]

    for before, after in pairwise(words):
        changed = {(before[ref], after[ref]) for ref in before if before[ref] != after[ref]}
        assert len(changed) >= 4
    assert Counter(words[0].values())["complete"] < Counter(words[2].values())["complete"]
    assert words[2]["GN-05"] == "stopped"


def test_round_under_way_is_about_half_approved_with_something_in_every_state():
    quarter = Quarter.objects.get(state="collecting")
    states = Counter(quarter.updates.values_list("state", flat=True))

    assert states == {"approved": 22, "submitted": 7, "draft": 4, "returned": 2}


def test_sam_has_an_update_returned_with_a_reason_and_another_not_begun():
    quarter = Quarter.objects.get(state="collecting")
    updates = {
        update.activity.reference: update
        for update in quarter.updates.filter(activity__owner__username="sam.staff")
    }

    assert updates["GN-08"].state == ProgressUpdate.State.RETURNED
    assert "hundred" in updates["GN-08"].return_reason
    assert "DD-06" not in updates
    assert Activity.objects.get(reference="DD-06").owner.username == "sam.staff"


def test_lena_has_two_updates_to_review():
    waiting = ProgressUpdate.objects.filter(
        state="submitted",
        activity__unit__role_assignments__user__username="lena.lead",
        activity__unit__role_assignments__role=Role.UNIT_LEAD,
    )

    assert {update.activity.reference for update in waiting} == {"MP-03", "DD-09"}


def test_what_is_named_after_a_day_falls_on_it():
    days = {
        (row.title.split(":")[0].split(",")[0], row.starts_on.strftime("%A"))
        for row in Engagement.objects.filter(state="logged")
    }

    assert {
        day for title, day in days if title in ("Form-filling Friday", "Friday night in the hall")
    } == {"Friday"}
    assert {day for title, day in days if title == "Tuesday talk"} == {"Tuesday"}


def test_nothing_has_happened_after_today():
    now = timezone.now()

    assert not Engagement.objects.filter(starts_on__gt=TODAY).exists()
    assert not Engagement.objects.filter(logged_at__gt=now).exists()
    assert not Milestone.objects.filter(done_on__gt=TODAY).exists()
    assert not EvidenceItem.objects.filter(added_on__gt=TODAY).exists()
    assert not Reading.objects.filter(period_end__gt=TODAY).exists()
    assert not ProgressUpdate.objects.filter(reviewed_at__date__gt=TODAY).exists()


def test_updates_were_approved_by_somebody_else_before_publication():
    approved = ProgressUpdate.objects.filter(state="approved").select_related("quarter")

    for update in approved:
        snapshot = update.quarter.snapshots.first()
        assert update.reviewer_id != update.author_id
        assert update.submitted_at <= update.reviewed_at
        if snapshot:
            assert update.reviewed_at < snapshot.published_at


def test_log_has_the_gaps_and_marks_of_a_real_one():
    log = Engagement.objects.all()

    assert log.filter(attendees=None, state="logged").count() >= 10
    assert (
        log.exclude(attendees_to=None)
        .exclude(attendees_from=None)
        .filter(count_method="estimated")
        .exists()
    )
    assert log.filter(likely_duplicate_of__isnull=False).count() >= 3
    assert log.filter(purpose="recruitment").exclude(return_exclusion="").count() == 4
    assert log.filter(charge="chargeable").exists()
    assert log.filter(state="withdrawn").count() == 1
    assert log.filter(state="draft").count() == 2
    assert latest().engagements.filter(is_late=True).exists()


def test_some_readings_are_missing_undated_or_doubtful():
    assert Reading.objects.filter(period_end=None).count() == 2
    assert Reading.objects.filter(confidence="low").count() >= 5
    assert Indicator.objects.filter(baseline=None).exists()


def test_commitments_bear_uneven_loads_and_some_bear_none():
    loads = {row.code: row.activities.count() for row in Commitment.objects.all()}

    assert {code for code, load in loads.items() if load == 0} == {"1.7", "4.3", "4.7"}
    assert max(loads.values()) >= 8
    assert sum(loads.values()) > Activity.objects.count()


def test_office_owns_no_activity_and_some_activities_have_no_person_yet():
    assert not Activity.objects.filter(owner__role_assignments__role=Role.OFFICE).exists()
    assert Activity.objects.filter(owner=None).count() == 4
    assert not Activity.objects.filter(owner_role="").exists()
    assert Activity.objects.filter(target_on=None).exists()
    assert Activity.objects.filter(target_precision="year").exists()


def test_each_published_quarter_has_its_report_asked_for():
    reports = Report.objects.select_related("snapshot__quarter", "job")

    assert sorted(report.snapshot.key for report in reports) == [
        "2024-25-Q4",
        "2025-26-Q1",
        "2025-26-Q2",
    ]
    assert {report.job.state for report in reports} == {Job.State.QUEUED}


def test_every_role_is_held_and_every_person_signs_in():
    assert set(RoleAssignment.objects.values_list("role", flat=True)) == set(Role.values)
    for user in User.objects.all():
        assert Client().login(username=user.username, password=PASSWORD)


def test_addresses_are_all_at_example_org():
    assert {user.email.split("@")[1] for user in User.objects.all()} == {"example.org"}


def test_sign_ins_are_printed(told):
    for name in ("sam.staff", "lena.lead", "olive.office", "oscar.office", "ada.admin"):
        assert re.search(rf"{re.escape(name)} +{PASSWORD}", told)


def test_no_two_updates_say_the_same():
    narratives = [
        row[q]["say"] for row in activity_rows() for q in row if q in ("q1", "q2", "q3", "now")
    ]

    assert len(narratives) == len(set(narratives))


def test_real_strategy_is_never_joined_by_the_demonstration():
    Strategy.objects.create(slug="real", title="The real plan", institution="A university")

    with pytest.raises(CommandError, match="“The real plan”, which is no demonstration"):
        demo()


def test_server_without_debug_refuses_it(settings):
    settings.DEBUG = False

    with pytest.raises(CommandError, match="Add --force-demo"):
        call_command("demo")


def test_day_in_the_future_is_refused():
    tomorrow = timezone.localdate() + dt.timedelta(days=1)

    with pytest.raises(CommandError, match="lies in the future"):
        call_command("demo", "--force-demo", "--today", tomorrow.isoformat())


def test_no_unconfirmed_organisation_is_named_in_anything_published():
    names = set(Organisation.objects.filter(standing="unconfirmed").values_list("name", flat=True))
    published = {
        snapshot.key: "\n".join(texts_in(snapshot.payload)) for snapshot in Snapshot.objects.all()
    }

    assert names
    assert len(published) >= 3
    assert [(key, name) for key, text in published.items() for name in names if name in text] == []


@pytest.mark.skipif("REAL_DATA_DIR" not in os.environ, reason="REAL_DATA_DIR is not set")
def test_only_promise_titles_are_the_universitys_own_words():
    folder = Path(os.environ["REAL_DATA_DIR"])
    real = yaml.safe_load((folder / "strategy-ljmu-2022.yaml").read_text(encoding="utf-8"))
    titles = {promise["title"] for promise in real["strategy"]["promises"]}
    theirs = set(texts_in(real))
    for name in ("activities-ljmu.csv", "engagements-messy.csv"):
        with (folder / name).open(encoding="utf-8-sig", newline="") as file:
            theirs |= set(texts_in(list(csv.reader(file))))
    theirs |= set(texts_in(yaml.safe_load((folder / "kef-narrative-ljmu.yaml").read_text("utf-8"))))
    ours = {
        text
        for path in DATA.rglob("*.yaml")
        for text in texts_in(yaml.safe_load(path.read_text("utf-8")))
    }

    assert titles <= ours
    assert {text for text in ours & theirs if len(text.split()) > 3} == titles
    their_runs = {run for text in theirs - titles for run in word_runs(text)}
    assert {run for text in ours - titles for run in word_runs(text)} & their_runs == set()
    assert {row["title"] for row in activity_rows()} & theirs == set()
