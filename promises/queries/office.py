"""What the office sees of a round: how far it is, who is late, and what is doubtful."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import F, Max, Prefetch, Q
from django.utils import timezone

from civic.core.models import AuditEvent
from civic.core.periods import Period, local_date
from promises.models import (
    Activity,
    ProgressUpdate,
    PublicationRequest,
    Quarter,
    Snapshot,
    Strategy,
)
from promises.queries.progress import activities_reporting

CHASED = "update_chase"
MISSING = "missing"
# The columns of the office's tables. A draft is missing still: nobody but its author can read it.
ROUND_STATES = [
    ProgressUpdate.State.APPROVED.value,
    ProgressUpdate.State.SUBMITTED.value,
    ProgressUpdate.State.RETURNED.value,
    MISSING,
]


@dataclass
class RoundLine:
    """One promise or unit: how many of its updates stand where. `number` 0 is no promise."""

    title: str
    number: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ROUND_STATES, 0))

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def missing(self) -> int:
        return self.counts[MISSING]


@dataclass(frozen=True)
class OwedUpdate:
    """One activity whose update its owner still owes: not begun, a draft, or returned."""

    activity: Activity
    state: str
    touched_on: dt.date | None = None
    last_period: Period | None = None
    chased_at: dt.datetime | None = None

    @property
    def owner_words(self) -> str:
        """The owner by name, else by role; empty where there is neither."""
        return str(self.activity.owner or self.activity.owner_role)

    def was_chased_on(self, day: dt.date) -> bool:
        return self.chased_at is not None and local_date(self.chased_at) == day


@dataclass(frozen=True)
class OfficeRound:
    """A round at a glance. An activity of several promises counts once in `counts`."""

    quarter: Quarter
    today: dt.date
    counts: dict[str, int]
    by_promise: list[RoundLine]
    by_unit: list[RoundLine]
    owed: list[OwedUpdate]
    not_reported: list[Activity]
    ended: int
    oldest_waiting_days: int | None

    @property
    def expected(self) -> int:
        return sum(self.counts.values())

    @property
    def missing(self) -> int:
        return self.counts[MISSING]

    @property
    def received(self) -> int:
        """Updates that have come in, also those sent back for a correction."""
        return self.expected - self.missing

    @property
    def to_review(self) -> int:
        return self.counts[ProgressUpdate.State.SUBMITTED.value]

    @property
    def returned(self) -> int:
        return self.counts[ProgressUpdate.State.RETURNED.value]

    @property
    def closes_on(self) -> dt.date:
        """The last day of the stage that the round is in."""
        if self.quarter.state == Quarter.State.REVIEWING:
            return self.quarter.reviewing_until
        return self.quarter.collecting_until

    @property
    def days_left(self) -> int:
        """Days to `closes_on`: 0 on the day itself, negative after it."""
        return (self.closes_on - self.today).days

    @property
    def days_over(self) -> int:
        return -self.days_left

    @property
    def counted_twice(self) -> bool:
        """Whether the lines by promise add up to more than there is."""
        return sum(line.total for line in self.by_promise) > self.expected

    @property
    def units_with_gaps(self) -> list[RoundLine]:
        return [line for line in self.by_unit if line.missing]

    @property
    def units_without_gaps(self) -> list[RoundLine]:
        return [line for line in self.by_unit if not line.missing]

    @property
    def other_units(self) -> RoundLine:
        """The units where nothing is missing, added up in one line."""
        others = self.units_without_gaps
        line = RoundLine(f"{len(others)} other unit{'' if len(others) == 1 else 's'}")
        for other in others:
            for state, number in other.counts.items():
                line.counts[state] += number
        return line


def waiting_request(quarter: Quarter) -> PublicationRequest | None:
    """The request that waits for a second person, if there is one."""
    return (
        quarter.publication_requests.filter(state=PublicationRequest.State.WAITING)
        .select_related("requested_by")
        .first()
    )


def rounds(strategy: Strategy) -> list[Quarter]:
    """Every round of a strategy, newest first, each with its snapshots, latest revision first."""
    snapshots = Snapshot.objects.defer("payload").order_by("-revision")
    return list(
        strategy.quarters.order_by("-year", "-number").prefetch_related(
            Prefetch("snapshots", snapshots.select_related("published_by", "signed_off_by"))
        )
    )


@dataclass(frozen=True)
class Stage:
    """One stage of a round. `place` is "done", "now" or "later"."""

    label: str
    words: str
    place: str


def stages(quarter: Quarter, published_on: dt.date | None = None) -> list[Stage]:
    """The five stages of a round with their dates, in order."""
    state = Quarter.State
    period = quarter.period
    before = period.starts_on - dt.timedelta(days=1)
    after = quarter.reviewing_until + dt.timedelta(days=1)
    dates = [
        (state.UPCOMING, f"to {_day(before)}"),
        (state.OPEN, f"{_day(period.starts_on)} to {_day(quarter.collecting_from)}"),
        (state.COLLECTING, f"to {_day(quarter.collecting_until)}"),
        (state.REVIEWING, f"to {_day(quarter.reviewing_until)}"),
        (state.PUBLISHED, f"on {_day(published_on)}" if published_on else f"from {_day(after)}"),
    ]
    order = [value for value, _ in dates]
    current = state.PUBLISHED if quarter.state == state.CORRECTING else state(quarter.state)
    here = order.index(current)
    return [
        Stage(
            label=str(value.label),
            words=words,
            place="done" if index < here else "now" if index == here else "later",
        )
        for index, (value, words) in enumerate(dates)
    ]


def _day(day: dt.date) -> str:
    return f"{day:%-d %B}"


def office_round(quarter: Quarter, *, today: dt.date | None = None) -> OfficeRound:
    """The round at a glance. The number of queries does not grow with the plan."""
    day = today or local_date(timezone.now())
    activities = _expected(quarter)
    updates = {update.activity_id: update for update in _updates(quarter)}
    counts = dict.fromkeys(ROUND_STATES, 0)
    promises: dict[int, RoundLine] = {}
    units: dict[str, RoundLine] = {}
    word = quarter.strategy.label_words["promise"].lower()
    for promise in quarter.strategy.promises.all():
        promises[promise.number] = RoundLine(promise.title, promise.number)
    for activity in activities:
        state = _round_state(updates.get(activity.pk))
        counts[state] += 1
        for promise_line in _promise_lines(activity, promises, word):
            promise_line.counts[state] += 1
        name = activity.unit.name if activity.unit else "No unit"
        units.setdefault(name, RoundLine(name)).counts[state] += 1
    submitted = [
        local_date(update.submitted_at)
        for update in updates.values()
        if update.state == ProgressUpdate.State.SUBMITTED and update.submitted_at
    ]
    return OfficeRound(
        quarter=quarter,
        today=day,
        counts=counts,
        by_promise=[promises[number] for number in sorted(promises, key=lambda n: (n == 0, n))],
        by_unit=sorted(units.values(), key=lambda line: (-line.missing, line.title)),
        owed=_owed(quarter, activities, updates),
        not_reported=[
            activity
            for activity in activities
            if _round_state(updates.get(activity.pk)) != ProgressUpdate.State.APPROVED
        ],
        ended=quarter.strategy.activities.count() - len(activities),
        oldest_waiting_days=max(((day - sent).days for sent in submitted), default=None),
    )


def updates_owed(quarter: Quarter) -> list[OwedUpdate]:
    """Every update of the round that its owner still owes, longest silent first."""
    updates = {update.activity_id: update for update in _updates(quarter)}
    return _owed(quarter, _expected(quarter), updates)


def _expected(quarter: Quarter) -> list[Activity]:
    return list(
        activities_reporting(quarter.strategy)
        .select_related("owner", "unit")
        .prefetch_related("commitments__promise")
    )


def _updates(quarter: Quarter) -> Iterable[ProgressUpdate]:
    return quarter.updates.only("activity_id", "quarter_id", "state", "submitted_at")


def _round_state(update: ProgressUpdate | None) -> str:
    if update is None or update.state == ProgressUpdate.State.DRAFT:
        return MISSING
    return update.state


def _promise_lines(
    activity: Activity, promises: dict[int, RoundLine], word: str
) -> list[RoundLine]:
    numbers = {commitment.promise.number for commitment in activity.commitments.all()}
    if not numbers:
        return [promises.setdefault(0, RoundLine(f"Under no {word} yet"))]
    return [promises[number] for number in sorted(numbers)]


def _owed(
    quarter: Quarter, activities: Sequence[Activity], updates: dict[int, ProgressUpdate]
) -> list[OwedUpdate]:
    last = _last_periods(quarter)
    chased = _last_chased(quarter)
    touched = {
        row["id"]: row["at"]
        for row in ProgressUpdate.history.filter(
            quarter_id=quarter.pk, state__in=ProgressUpdate.OWNER_STATES
        )
        .values("id")
        .annotate(at=Max("history_date"))
        .order_by()
    }
    found = []
    for activity in activities:
        update = updates.get(activity.pk)
        if update is not None and update.state not in ProgressUpdate.OWNER_STATES:
            continue
        at = touched.get(update.pk) if update else None
        found.append(
            OwedUpdate(
                activity=activity,
                state=update.state if update else MISSING,
                touched_on=local_date(at) if at else None,
                last_period=last.get(activity.pk),
                chased_at=chased.get(activity.pk),
            )
        )
    # Those who never reported come first, then the longest silent.
    return sorted(
        found,
        key=lambda owed: (
            owed.state == ProgressUpdate.State.RETURNED,
            owed.last_period or Period(0, 1),
            owed.activity.reference,
        ),
    )


def _last_periods(quarter: Quarter) -> dict[int, Period]:
    """The last earlier quarter with an approved update, by activity."""
    rows = (
        ProgressUpdate.objects.filter(
            Q(quarter__year__lt=quarter.year)
            | Q(quarter__year=quarter.year, quarter__number__lt=quarter.number),
            quarter__strategy_id=quarter.strategy_id,
            state=ProgressUpdate.State.APPROVED,
        )
        .order_by()
        .values_list("activity_id")
        .annotate(last=Max(F("quarter__year") * 10 + F("quarter__number")))
    )
    return {activity_id: Period(*divmod(last, 10)) for activity_id, last in rows}


def _last_chased(quarter: Quarter) -> dict[int, dt.datetime]:
    """When an update of this round was last chased, by activity."""
    rows = (
        AuditEvent.objects.filter(
            verb=CHASED, entity=Activity._meta.label_lower, changes__quarter=quarter.key
        )
        .order_by()
        .values_list("entity_id")
        .annotate(last=Max("at"))
    )
    return {int(activity_id): last for activity_id, last in rows}
