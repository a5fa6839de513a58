"""Strategies, the plan and the log, narrowed to what a person may see."""

from typing import Any

from django.db.models import Q, QuerySet

from civic.accounts.queries import is_staff_member
from promises.models import Activity, Engagement, Strategy


def strategies_visible_to(user: Any) -> QuerySet[Strategy]:
    """Adopted strategies are public; one still being prepared is for staff."""
    strategies = Strategy.objects.all()
    if not is_staff_member(user):
        strategies = strategies.filter(adopted_at__isnull=False)
    return strategies


def current_strategy() -> Strategy | None:
    """The adopted strategy that an address without a strategy means."""
    return Strategy.objects.filter(is_current=True).first()


def activities_visible_to(user: Any) -> QuerySet[Activity]:
    """The live plan is for staff. Everyone else reads what was published."""
    activities = Activity.objects.select_related("strategy", "unit", "owner")
    return activities if is_staff_member(user) else activities.none()


def engagements_visible_to(user: Any) -> QuerySet[Engagement]:
    """The live log is for staff; a draft is its author's alone."""
    engagements = Engagement.objects.all()
    if not is_staff_member(user):
        return engagements.none()
    return engagements.filter(~Q(state=Engagement.State.DRAFT) | Q(logged_by=user))
