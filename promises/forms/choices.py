"""The activities a form offers: one's own first, then the rest under their promises."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html

from promises.models import Activity, Strategy
from promises.queries import activities_visible_to

# "Lately": somebody who helped with an activity this long ago probably does so again.
LATELY = dt.timedelta(days=120)

Choice = tuple[int, str]


class ActivityChoices:
    """Read once for each form; three queries whatever the size of the plan."""

    def __init__(self, user: Any, strategy: Strategy) -> None:
        activities = activities_visible_to(user).filter(strategy=strategy)
        near = Q(owner=user) | Q(
            engagements__logged_by=user,
            engagements__starts_on__gte=timezone.localdate() - LATELY,
        )
        own = set(activities.filter(near).order_by().values_list("pk", flat=True))
        self._by_pk = {
            activity.pk: activity
            for activity in activities.order_by("reference").prefetch_related(
                "commitments__promise"
            )
        }
        self.own: list[Choice] = [
            (pk, _words(activity)) for pk, activity in self._by_pk.items() if pk in own
        ]
        self.others = _grouped(
            [activity for pk, activity in self._by_pk.items() if pk not in own], strategy
        )

    def chosen(self, keys: Iterable[int]) -> list[Activity]:
        """The activities of these keys, in order of reference."""
        wanted = set(keys)
        return [activity for pk, activity in self._by_pk.items() if pk in wanted]


def _words(activity: Activity) -> str:
    return format_html('{} <span class="civic-code">{}</span>', activity.title, activity.reference)


def _grouped(activities: list[Activity], strategy: Strategy) -> list[tuple[str, list[Choice]]]:
    """Each activity once, under the first promise that it serves."""
    groups: dict[tuple[int, str], list[Choice]] = {}
    for activity in activities:
        promises = {
            (commitment.promise.number, str(commitment.promise))
            for commitment in activity.commitments.all()
        }
        nowhere = (10**6, f"Under no {strategy.label_words['promise'].lower()} yet")
        groups.setdefault(min(promises, default=nowhere), []).append(
            (activity.pk, _words(activity))
        )
    return [(heading, groups[number, heading]) for number, heading in sorted(groups)]
