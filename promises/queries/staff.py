"""What one member of staff has to do, and how the activities they own stand today."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from civic.accounts.queries import is_office, units_led_by
from civic.core.periods import Period, local_date, long_date
from promises.facts import evidence_fact, schedule_fact
from promises.models import (
    Activity,
    Engagement,
    EvidenceItem,
    ProgressUpdate,
    PublicationRequest,
    Quarter,
    Strategy,
)
from promises.queries.plan import activities_visible_to, engagements_visible_to
from promises.queries.progress import activities_reporting, reviews_due, updates_due
from promises.words import Delivery

MISSING = "missing"
# States in which updates are asked for; while a round is open they may be written ahead of time.
ASKING_STATES = frozenset({Quarter.State.COLLECTING.value, Quarter.State.REVIEWING.value})


@dataclass(frozen=True)
class DueItem:
    """One thing that waits for somebody. `view` and `key` name the page where it is done."""

    title: str
    note: str
    due: str
    state: str
    view: str
    key: str | int | None = None


@dataclass(frozen=True)
class OwnedActivity:
    """An activity with the three facts as they stand today, and its update of the round."""

    activity: Activity
    update_state: str
    delivery: str
    schedule: str
    schedule_days: int | None
    evidence: str


def days_left_words(last_day: dt.date, today: dt.date) -> str:
    """'8 days left', 'Last day', '3 days late'."""
    days = (last_day - today).days
    if days == 0:
        return "Last day"
    plural = "" if abs(days) == 1 else "s"
    return f"{days} day{plural} left" if days > 0 else f"{-days} day{plural} late"


def updates_unowned_due(user: Any, quarter: Quarter) -> QuerySet[Activity]:
    """Activities nobody owns yet, whose update this person may write and nobody has handed in."""
    handed_in = ProgressUpdate.objects.filter(quarter=quarter).exclude(
        state__in=ProgressUpdate.OWNER_STATES
    )
    activities = (
        activities_reporting(quarter.strategy)
        .filter(owner=None)
        .exclude(pk__in=handed_in.values("activity"))
    )
    if not is_office(user):
        activities = activities.filter(unit__in=units_led_by(user))
    return activities.select_related("unit").order_by("reference")


def engagement_counts(activities: Iterable[Activity], period: Period) -> dict[int, int]:
    """{activity id: engagements logged for it that began in the quarter}."""
    counted = Q(
        engagements__state__in=Engagement.COUNTED_STATES,
        engagements__starts_on__range=(period.starts_on, period.ends_on),
    )
    rows = Activity.objects.filter(pk__in=[activity.pk for activity in activities]).order_by()
    return dict(
        rows.annotate(number=Count("engagements", filter=counted, distinct=True)).values_list(
            "pk", "number"
        )
    )


def round_states(activities: Iterable[Activity], quarter: Quarter) -> dict[int, ProgressUpdate]:
    """{activity id: its update of the round}, for those that have one."""
    updates = quarter.updates.filter(activity__in=list(activities)).select_related("reviewer")
    return {update.activity_id: update for update in updates}


def update_items(user: Any, quarter: Quarter, today: dt.date) -> list[DueItem]:
    """The person's own updates that are not handed in: returned ones first."""
    activities = list(updates_due(user, quarter))
    updates = round_states(activities, quarter)
    counts = engagement_counts(activities, quarter.period)
    due = days_left_words(quarter.collecting_until, today)
    returned, begun, missing = [], [], []
    for activity in activities:
        update = updates.get(activity.pk)
        if update is None:
            missing.append(_missing_item(activity, counts.get(activity.pk, 0), due))
        elif update.state == ProgressUpdate.State.RETURNED:
            returned.append(_returned_item(activity, update, due))
        else:
            begun.append(_begun_item(activity, due))
    return returned + (begun + missing if quarter.state in ASKING_STATES else begun)


def _returned_item(activity: Activity, update: ProgressUpdate, due: str) -> DueItem:
    on = f" on {long_date(local_date(update.reviewed_at))}" if update.reviewed_at else ""
    by = f" by {update.reviewer}" if update.reviewer else ""
    return DueItem(
        title=f"{activity.title}: correct your update",
        note=f"Returned{on}{by}: “{update.return_reason}”",
        due=due,
        state="Returned to you",
        view="promises:update_write",
        key=activity.reference,
    )


def _begun_item(activity: Activity, due: str) -> DueItem:
    return DueItem(
        title=f"{activity.title}: finish your update",
        note="You kept a draft. It counts once you submit it.",
        due=due,
        state="Draft",
        view="promises:update_write",
        key=activity.reference,
    )


def _missing_item(activity: Activity, engagements: int, due: str) -> DueItem:
    logged = f"{engagements or 'No'} engagement{'' if engagements == 1 else 's'}"
    return DueItem(
        title=f"{activity.title}: write your update",
        note=f"Filled in with your last words. {logged} logged for it in the quarter.",
        due=due,
        state="Not begun",
        view="promises:update_write",
        key=activity.reference,
    )


def draft_items(user: Any) -> list[DueItem]:
    """Engagements the person kept as drafts, newest first."""
    drafts = engagements_visible_to(user).filter(
        state=Engagement.State.DRAFT, logged_by=user, strategy__is_current=True
    )
    return [
        DueItem(
            title=f"{draft.title}: finish this entry",
            note=f"Dated {long_date(draft.starts_on)}. It counts once you log it.",
            due="Draft",
            state="",
            view="promises:engagement_edit",
            key=draft.pk,
        )
        for draft in drafts
    ]


def review_items(user: Any, today: dt.date) -> list[DueItem]:
    """One line for all updates that wait for this person's review."""
    waiting = list(reviews_due(user))
    if not waiting:
        return []
    oldest = min(
        (local_date(update.submitted_at) for update in waiting if update.submitted_at),
        default=today,
    )
    last_day = min(update.quarter.reviewing_until for update in waiting)
    number = len(waiting)
    return [
        DueItem(
            title="Review 1 update" if number == 1 else f"Review {number} updates",
            note=f"The oldest has waited since {long_date(oldest)}.",
            due=days_left_words(last_day, today),
            state="Waiting for you",
            view="promises:reviews",
        )
    ]


def sign_off_items(user: Any) -> list[DueItem]:
    """Publications that another person of the office asked for and that wait for a second one."""
    if not is_office(user):
        return []
    requests = PublicationRequest.objects.filter(
        state=PublicationRequest.State.WAITING, quarter__strategy__is_current=True
    ).select_related("quarter__strategy", "requested_by")
    return [
        DueItem(
            title=f"Sign off the publication of {request.quarter.key}",
            note=f"Asked for by {request.requested_by or 'somebody'} on "
            f"{long_date(local_date(request.requested_at))}.",
            due="Now",
            state="Waiting for sign-off",
            view="portal:office",
        )
        for request in requests
        if user.has_perm("promises.sign_off", request)
    ]


def owned_activities(
    user: Any, strategy: Strategy, quarter: Quarter | None, today: dt.date
) -> list[OwnedActivity]:
    """The person's activities by reference. The number of queries does not grow with them."""
    accepted = EvidenceItem.objects.filter(state=EvidenceItem.State.ACCEPTED)
    activities = list(
        activities_visible_to(user)
        .filter(strategy=strategy, owner=user)
        .order_by("reference")
        .prefetch_related(Prefetch("evidence", accepted))
    )
    deliveries = _last_deliveries(activities)
    updates = round_states(activities, quarter) if quarter else {}
    due = set(updates_due(user, quarter).values_list("pk", flat=True)) if quarter else set()
    lines = []
    for activity in activities:
        delivery = deliveries.get(activity.pk) or activity.opening_delivery
        delivery = delivery or Delivery.NOT_REPORTED.value
        schedule, days = schedule_fact(delivery=delivery, target_on=activity.target_on, as_of=today)
        update = updates.get(activity.pk)
        state = update.state if update else MISSING if activity.pk in due else ""
        lines.append(
            OwnedActivity(
                activity=activity,
                update_state=state,
                delivery=delivery,
                schedule=schedule,
                schedule_days=days,
                evidence=evidence_fact(item.grade for item in activity.evidence.all()),
            )
        )
    return lines


def _last_deliveries(activities: list[Activity]) -> dict[int, str]:
    """{activity id: the delivery of its latest approved update}."""
    rows = ProgressUpdate.objects.filter(
        activity__in=activities, state=ProgressUpdate.State.APPROVED
    ).order_by("quarter__year", "quarter__number")
    return dict(rows.values_list("activity_id", "delivery"))
