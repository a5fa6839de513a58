"""The round: what is due, what waits for review."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from civic.accounts.queries import is_office, is_staff_member, units_led_by
from promises.models import Activity, ProgressUpdate, PublishedActivity, Quarter, Strategy
from promises.words import FINAL_DELIVERY


def updates_visible_to(user: Any) -> QuerySet[ProgressUpdate]:
    """The office sees all; a unit lead those of the unit; others their own and approved ones.

    A draft is for those who may write it, and for the office that counts what is missing.
    """
    updates = ProgressUpdate.objects.select_related(
        "activity__unit", "activity__strategy", "activity__owner", "quarter__strategy", "author"
    )
    if not is_staff_member(user):
        return updates.none()
    if is_office(user):
        return updates
    mine = Q(activity__owner=user) | Q(author=user) | Q(activity__unit__in=units_led_by(user))
    return updates.filter(mine | Q(state=ProgressUpdate.State.APPROVED))


def current_quarter(strategy: Strategy) -> Quarter | None:
    """The round that wants work: the earliest being collected or reviewed, else the open one."""
    return (
        Quarter.objects.filter(strategy=strategy, state__in=Quarter.WRITING_STATES)
        .order_by(
            Case(
                When(state=Quarter.State.OPEN, then=Value(1)),
                default=Value(0),
                output_field=IntegerField(),
            ),
            "year",
            "number",
        )
        .first()
    )


def last_published_activity(strategy: Strategy, before: Quarter | None = None) -> dict[str, Any]:
    """{reference: PublishedActivity} as last published (in a quarter before `before`)."""
    snapshots = strategy.snapshots.filter(number__gt=0).order_by("-year", "-number", "-revision")
    if before is not None:
        snapshots = snapshots.filter(
            Q(year__lt=before.year) | Q(year=before.year, number__lt=before.number)
        )
    snapshot = snapshots.first()
    if snapshot is None:
        return {}
    return {row.reference: row for row in PublishedActivity.objects.filter(snapshot=snapshot)}


def final_references(strategy: Strategy, references: Iterable[str]) -> set[str]:
    """Those of `references` whose end is published: complete and stopped are final."""
    snapshot = (
        strategy.snapshots.filter(number__gt=0).order_by("-year", "-number", "-revision").first()
    )
    if snapshot is None:
        return set()
    return set(
        PublishedActivity.objects.filter(
            snapshot=snapshot, reference__in=list(references), delivery__in=FINAL_DELIVERY
        ).values_list("reference", flat=True)
    )


def activities_reporting(strategy: Strategy) -> QuerySet[Activity]:
    """The activities from which an update is due: all but those that have ended."""
    snapshot = (
        strategy.snapshots.filter(number__gt=0).order_by("-year", "-number", "-revision").first()
    )
    activities = Activity.objects.filter(strategy=strategy).exclude(
        opening_delivery__in=FINAL_DELIVERY
    )
    if snapshot is not None:
        ended = PublishedActivity.objects.filter(snapshot=snapshot, delivery__in=FINAL_DELIVERY)
        activities = activities.exclude(reference__in=ended.values("reference"))
    return activities


def updates_due(user: Any, quarter: Quarter) -> QuerySet[Activity]:
    """Activities the person owns whose update for `quarter` is not yet submitted."""
    handed_in = ProgressUpdate.objects.filter(quarter=quarter).exclude(
        state__in=ProgressUpdate.OWNER_STATES
    )
    return (
        activities_reporting(quarter.strategy)
        .filter(owner=user)
        .exclude(pk__in=handed_in.values("activity"))
        .select_related("unit")
        .order_by("reference")
    )


def reviews_due(user: Any) -> QuerySet[ProgressUpdate]:
    """Submitted updates of open rounds that the person may review, oldest first."""
    updates = updates_visible_to(user).filter(
        state=ProgressUpdate.State.SUBMITTED, quarter__state__in=Quarter.WRITING_STATES
    )
    if not is_office(user):
        updates = updates.filter(activity__unit__in=units_led_by(user))
    return updates.exclude(author=user).exclude(activity__owner=user).order_by("submitted_at", "pk")
