"""Where staff start: what needs doing, what they own, what they logged."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from civic.accounts.access import staff_only, user_of
from civic.portal.context import strategy_of
from promises.models import Quarter
from promises.queries import current_quarter, engagements_visible_to
from promises.queries import staff as queries

RECENT = 5
IN_WORDS = ("Nothing", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


@require_safe
@staff_only
def my_tasks(request: HttpRequest) -> HttpResponse:
    user, today = user_of(request), timezone.localdate()
    strategy = strategy_of(request)
    quarter = current_quarter(strategy) if strategy else None
    items = queries.update_items(user, quarter, today) if quarter else []
    items += queries.draft_items(user)
    items += queries.review_items(user, today)
    items += queries.sign_off_items(user)
    mine = engagements_visible_to(user).filter(logged_by=user, strategy=strategy)
    context = {
        "today": today,
        "quarter": quarter,
        **_round_dates(quarter, today),
        "items": items,
        "number": _number_words(len(items)),
        "owned": queries.owned_activities(user, strategy, quarter, today) if strategy else [],
        "recent": mine.order_by("-logged_at", "-pk")[:RECENT],
        "logged_total": mine.count(),
        "strategy": strategy,
    }
    return render(request, "portal/staff/my_tasks.html", context)


def _round_dates(quarter: Quarter | None, today: dt.date) -> dict[str, dt.date | None]:
    """When the round stops or starts asking for updates, whichever lies ahead."""
    if quarter is None:
        return {}
    is_asking = quarter.state in queries.ASKING_STATES
    return {
        "closes_on": quarter.collecting_until
        if is_asking and quarter.collecting_until >= today
        else None,
        "opens_on": None if is_asking else quarter.collecting_from,
    }


def _number_words(number: int) -> str:
    return IN_WORDS[number] if number < len(IN_WORDS) else str(number)
