"""A published quarter to report on: made of real plan rows, published by the real service."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone

from civic.accounts.models import Role, Unit, User
from civic.core.models import Term, Vocabulary
from civic.core.periods import Period
from partners.models import Organisation
from promises.models import (
    Activity,
    Commitment,
    CommitmentWording,
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
from promises.services.publication import quarter_publish
from promises.words import CountMethod, Delivery, EvidenceGrade
from tests.people import person

PERIOD = Period(2025, 1)
PUBLISHED_AT = dt.datetime(2025, 11, 21, 9, 0, tzinfo=dt.UTC)
TITLES = (
    "We are helping to build and share knowledge, understanding and value",
    "We are being good neighbours",
    "We are passionate about being local champions",
    "We are positive, meaningful partners",
    "We are making a difference every day",
)
NAMES = (
    "Saturday labs for families",
    "Plain-English summaries of funded research",
    "A public lecture in every ward",
    "Community research panel",
    "Small grants for questions asked by residents",
    "Shared register of local research",
    "Short courses for green retrofit",
    "Paid placements in small firms",
    "Graduate start-up rooms",
    "Law and benefits clinic in the evening",
    "Mentors for pupils in their last year",
    "Repair café on the campus",
)
STORY = (
    Delivery.ON_TRACK,
    Delivery.COMPLETE,
    Delivery.ON_TRACK,
    Delivery.AT_RISK,
    Delivery.ON_TRACK,
    Delivery.DELAYED,
    Delivery.COMPLETE,
    Delivery.ON_TRACK,
    Delivery.NOT_STARTED,
    None,
    Delivery.ON_TRACK,
    Delivery.STOPPED,
)
SAID = (
    "Six sessions were held and 412 people came, three in five of them from the streets we set "
    "out to reach. Two more venues have agreed to open on Saturdays.",
    "Forty-one of 64 pieces are written and checked by a lay reader. Health is ahead; "
    "engineering lags.",
    "Eighteen people are appointed and paid. They chose the first four questions by vote.",
)
WHY = "The agreement with the second partner is unsigned, and the room cannot open without it."
PERCENTS = {
    Delivery.COMPLETE: 100,
    Delivery.ON_TRACK: 62,
    Delivery.AT_RISK: 35,
    Delivery.DELAYED: 20,
    Delivery.NOT_STARTED: 0,
    Delivery.STOPPED: 45,
}


def make_strategy(
    *, promises: int = 5, commitments: int = 5, labels: dict[str, str] | None = None, **values: Any
) -> Strategy:
    themes = Vocabulary.objects.get_or_create(slug="themes", defaults={"title": "Themes"})[0]
    strategy = Strategy.objects.create(
        slug=values.pop("slug", "place"),
        title=values.pop("title", "Our promises to the city region"),
        institution="University of the Estuary",
        labels=labels or {},
        themes=themes,
        is_demo=values.pop("is_demo", True),
        adopted_at=timezone.now(),
        is_current=values.pop("is_current", True),
    )
    for number in range(1, promises + 1):
        promise = Promise.objects.create(
            strategy=strategy, number=number, title=TITLES[(number - 1) % 5]
        )
        for position in range(1, commitments + 1):
            commitment = Commitment.objects.create(
                promise=promise,
                strategy=strategy,
                code=f"{number}.{position}",
                position=position,
                text=(
                    f"We will open what we know to the people who live around us, part {number}."
                    f"{position}, and we will say each quarter how far we have come, what stood in "
                    "the way and what we do next."
                ),
                items=["in the streets nearest to us", "with schools", "with small firms"]
                if position == 2
                else [],
            )
            CommitmentWording.objects.create(commitment=commitment, number=1, text=commitment.text)
    return strategy


def make_activities(strategy: Strategy, count: int, *, period: Period = PERIOD) -> Quarter:
    """`count` activities spread over the commitments, each with what a real one has, and the
    quarter in which they were reported."""
    commitments = list(Commitment.objects.filter(strategy=strategy))
    unit = Unit.objects.get_or_create(slug="science", defaults={"name": "Faculty of Science"})[0]
    theme = Term.objects.get_or_create(
        vocabulary=strategy.themes, code="skills", defaults={"label": "Skills"}
    )[0]
    partner = Organisation.objects.get_or_create(
        name="Quayside Repair Workshop",
        defaults={
            "name_key": "quayside repair workshop",
            "slug": "quayside-repair-workshop",
            "standing": Organisation.Standing.CONFIRMED,
        },
    )[0]
    quarter = Quarter.objects.create(
        strategy=strategy,
        year=period.year,
        number=period.number,
        state=Quarter.State.REVIEWING,
        collecting_from=period.ends_on,
        collecting_until=period.ends_on + dt.timedelta(days=14),
        reviewing_until=period.ends_on + dt.timedelta(days=21),
    )
    for index in range(count):
        activity = Activity.objects.create(
            strategy=strategy,
            reference=f"KV-{index + 1:02d}",
            title=NAMES[index % 12] if index < 12 else f"{NAMES[index % 12]}, round {index // 12}",
            description="Opens a door that was closed before." if index % 3 == 0 else "",
            owner_role="Project director",
            unit=unit if index % 7 else None,
            start_on=dt.date(2024, 8, 1),
            start_precision="month",
            target_on=None
            if index % 11 == 10
            else period.ends_on + dt.timedelta(days=index * 9 - 60),
            target_precision="" if index % 11 == 10 else "day",
        )
        activity.commitments.add(commitments[index % len(commitments)])
        if index % 9 == 4:
            activity.commitments.add(commitments[(index + 6) % len(commitments)])
        activity.terms.add(theme)
        if index % 4 == 0:
            activity.partners.add(partner)
        _milestones(activity, index, period)
        _update(activity, quarter, STORY[index % 12], index)
        _evidence(activity, index, period)
        _engagements(activity, index, period)
        if index % 5 == 0:
            _indicator(activity, index)
    return quarter


def _milestones(activity: Activity, index: int, period: Period) -> None:
    first = period.starts_on
    if index % 2:
        Milestone.objects.create(
            activity=activity,
            title="First cohort enrolled",
            due_on=first + dt.timedelta(days=20 + index % 50),
            done_on=first + dt.timedelta(days=18 + index % 60) if index % 4 == 1 else None,
        )
    if index % 3 == 0:
        Milestone.objects.create(
            activity=activity, title="Findings shared", due_on=first + dt.timedelta(days=150)
        )


def _update(activity: Activity, quarter: Quarter, delivery: Any, index: int) -> None:
    if delivery is None:
        return
    needs_reason = delivery in (Delivery.AT_RISK, Delivery.DELAYED, Delivery.STOPPED)
    ProgressUpdate.objects.create(
        activity=activity,
        quarter=quarter,
        state=ProgressUpdate.State.APPROVED,
        delivery=delivery,
        percent=PERCENTS[delivery] + (index % 7 if delivery == Delivery.ON_TRACK else 0),
        narrative=SAID[index % 3],
        reason=WHY if needs_reason else "",
        next_steps="Sign by the end of January." if needs_reason else "",
    )


def _evidence(activity: Activity, index: int, period: Period) -> None:
    grades = [EvidenceGrade.DOCUMENTED, EvidenceGrade.STATED, EvidenceGrade.VERIFIED, None]
    grade = grades[index % 4]
    if grade:
        EvidenceItem.objects.create(
            activity=activity,
            title="Register of sessions",
            grade=grade,
            state=EvidenceItem.State.ACCEPTED,
            added_on=period.ends_on,
        )


def _engagements(activity: Activity, index: int, period: Period) -> None:
    for turn in range(index % 3):
        day = period.starts_on + dt.timedelta(days=(index * 3 + turn * 11) % 90)
        engagement = Engagement.objects.create(
            strategy=activity.strategy,
            title=f"Open evening {turn + 1}: {activity.title}"[:200],
            starts_on=day,
            ends_on=day,
            place="Quayside Hall",
            attendees_from=20 + index,
            attendees_to=20 + index + (10 if turn else 0),
            attendees=20 + index + (5 if turn else 0),
            count_method=CountMethod.ESTIMATED if turn else CountMethod.COUNTED,
            volunteer_hours=Decimal("4.5"),
        )
        engagement.activities.add(activity)


def _indicator(activity: Activity, index: int) -> None:
    indicator = Indicator.objects.create(
        strategy=activity.strategy,
        activity=activity,
        reference=f"M-{index + 1:02d}",
        title=f"People reached by {activity.title.lower()}"[:200],
        unit="people",
        direction="up",
        method="Counted at the door, once for each visit.",
        baseline=Decimal(120),
        baseline_label="2023-24",
        target=Decimal(600),
        target_label="by July 2026",
        is_headline=index % 15 == 0,
    )
    for number, value in enumerate((180, 260, 412)):
        start = Period(2024, number + 2) if number < 2 else PERIOD
        Reading.objects.create(
            indicator=indicator,
            value=Decimal(value + index),
            period_start=start.starts_on,
            period_end=start.ends_on,
            period_precision="day",
            source="Sign-in sheets",
            method=Reading.Method.COUNTED,
            confidence="high",
        )
    if index % 10 == 0:
        Reading.objects.create(indicator=indicator, value=Decimal(90))


def publish(quarter: Quarter, at: dt.datetime = PUBLISHED_AT) -> Snapshot:
    """Published by two people of the office."""
    number = User.objects.count()
    return quarter_publish(
        actor=person(f"publisher{number}", Role.OFFICE),
        signed_off_by=person(f"signer{number}", Role.OFFICE),
        quarter=quarter,
        at=at,
    )


def make_snapshot(count: int = 12, **strategy: Any) -> Snapshot:
    """A published first quarter of 2025-26 with `count` activities."""
    return publish(make_activities(make_strategy(**strategy), count))
