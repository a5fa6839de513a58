"""Doubts about the data of a round. None blocks publication; each is worth a look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, When

from promises.models import (
    Activity,
    Engagement,
    EvidenceItem,
    Indicator,
    ProgressUpdate,
    Quarter,
    Reading,
)
from promises.words import CountMethod, Delivery, EvidenceGrade

BEYOND_WORDS = (EvidenceGrade.DOCUMENTED.value, EvidenceGrade.VERIFIED.value)


@dataclass(frozen=True)
class Doubtful:
    """One record in doubt: its reference and title, and what there is to know."""

    reference: str
    title: str
    note: str = ""


@dataclass(frozen=True)
class Doubt:
    """One kind of doubt and the records it falls on."""

    title: str
    found: list[Doubtful]


def round_doubts(quarter: Quarter) -> list[Doubt]:
    """Every kind of doubt, also those that fall on nothing, in fixed order."""
    activities = Activity.objects.filter(strategy_id=quarter.strategy_id).order_by("reference")
    without_user = activities.filter(owner=None)
    return [
        Doubt("Complete, but no evidence beyond the owner’s word", _plain(_unproven(quarter))),
        Doubt("Attendees known from estimates alone", _plain(_estimated(activities, quarter))),
        Doubt("Only estimates behind a measured figure", _estimated_indicators(quarter)),
        Doubt("No target date", _plain(activities.filter(target_on=None))),
        Doubt("No owner", _plain(without_user.filter(owner_role=""))),
        Doubt(
            "Owned by a role that nobody signs in for",
            [
                Doubtful(activity.reference, activity.title, activity.owner_role)
                for activity in without_user.exclude(owner_role="")
            ],
        ),
    ]


def _plain(activities: Iterable[Activity]) -> list[Doubtful]:
    return [Doubtful(activity.reference, activity.title) for activity in activities]


def _unproven(quarter: Quarter) -> QuerySet[Activity]:
    """Said to be complete this quarter, with no accepted evidence but a statement."""
    proof = EvidenceItem.objects.filter(
        Q(activity=OuterRef("pk")) | Q(engagement__activities=OuterRef("pk")),
        state=EvidenceItem.State.ACCEPTED,
        grade__in=BEYOND_WORDS,
    )
    said = ProgressUpdate.objects.filter(
        activity=OuterRef("pk"),
        quarter=quarter,
        delivery=Delivery.COMPLETE,
        state__in=(ProgressUpdate.State.SUBMITTED, ProgressUpdate.State.APPROVED),
    )
    return Activity.objects.filter(Exists(said), ~Exists(proof)).order_by("reference")


def _estimated(activities: QuerySet[Activity], quarter: Quarter) -> QuerySet[Activity]:
    """Activities whose people of this quarter were never counted, only estimated."""
    counted_here = Q(
        engagements__state__in=Engagement.COUNTED_STATES,
        engagements__starts_on__range=(quarter.period.starts_on, quarter.period.ends_on),
        engagements__attendees__isnull=False,
    )
    is_estimate = Q(engagements__count_method=CountMethod.ESTIMATED)
    return activities.annotate(
        with_people=Count("engagements", filter=counted_here, distinct=True),
        estimates=Count("engagements", filter=counted_here & is_estimate, distinct=True),
    ).filter(with_people__gt=0, with_people=F("estimates"))


def _estimated_indicators(quarter: Quarter) -> list[Doubtful]:
    """Indicators all of whose readings are estimates; headline figures first."""
    indicators = (
        Indicator.objects.filter(strategy_id=quarter.strategy_id)
        .annotate(
            read=Count("readings"),
            estimates=Count("readings", filter=Q(readings__method=Reading.Method.ESTIMATED)),
            place=Case(When(is_headline=True, then=0), default=1),
        )
        .filter(read__gt=0, read=F("estimates"))
        .order_by("place", "reference")
    )
    return [
        Doubtful(
            indicator.reference, indicator.title, "headline figure" if indicator.is_headline else ""
        )
        for indicator in indicators
    ]
