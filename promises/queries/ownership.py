"""The live plan as the people see it who own it, or might."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from civic.accounts.models import RoleAssignment, User
from promises.models import Activity, ProgressUpdate, PublishedActivity, Quarter
from promises.queries.progress import activities_reporting, updates_visible_to
from promises.queries.staff import MISSING, round_states


@dataclass(frozen=True)
class PlanLine:
    """An activity and its update of the round; "" where nothing is due."""

    activity: Activity
    update_state: str


def plan_lines(activities: Iterable[Activity], quarter: Quarter | None) -> list[PlanLine]:
    """One line for each activity, in their order. The number of queries does not grow with them."""
    rows = list(activities)
    if quarter is None:
        return [PlanLine(activity, "") for activity in rows]
    updates = round_states(rows, quarter)
    due = set(
        activities_reporting(quarter.strategy)
        .filter(pk__in=[activity.pk for activity in rows])
        .values_list("pk", flat=True)
    )
    lines = []
    for activity in rows:
        update = updates.get(activity.pk)
        state = update.state if update else MISSING if activity.pk in due else ""
        lines.append(PlanLine(activity, state))
    return lines


def people_who_may_own(activity: Activity) -> QuerySet[User]:
    """Active staff, and whoever owns it now, by name."""
    staff = Q(is_active=True, pk__in=RoleAssignment.objects.order_by().values("user"))
    people = User.objects.filter(staff | Q(pk=activity.owner_id))
    return people.select_related("unit").order_by("name", "pk")


def updates_handed_in(user: Any, activity: Activity) -> list[ProgressUpdate]:
    """The updates of one activity that this person may read, drafts left out, newest first."""
    return list(
        updates_visible_to(user)
        .filter(activity=activity)
        .exclude(state=ProgressUpdate.State.DRAFT)
        .order_by("-quarter__year", "-quarter__number")
    )


def is_published(activity: Activity) -> bool:
    """Whether the public has a page about it."""
    return PublishedActivity.objects.filter(
        snapshot__strategy=activity.strategy_id, reference=activity.reference
    ).exists()
