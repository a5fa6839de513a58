"""What the public reads. Everything here comes from snapshots and their published rows."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from civic.core.periods import Period
from promises.models import (
    PublishedActivity,
    PublishedCommitment,
    PublishedPromise,
    Snapshot,
    Strategy,
)
from promises.rollup import Score, delivery_counts
from promises.words import DELIVERY_ORDER, KEPT_DELIVERY


@dataclass
class CommitmentRow:
    """One published commitment and its activities, in the order they are drawn."""

    commitment: PublishedCommitment
    activities: list[PublishedActivity] = field(default_factory=list)


@dataclass
class PromiseRow:
    """One published promise: its wording, its activities counted once, its counts."""

    promise: PublishedPromise
    commitments: list[CommitmentRow]
    activities: list[PublishedActivity]

    @property
    def number(self) -> int:
        return self.promise.number

    @property
    def title(self) -> str:
        return self.promise.title

    @property
    def percent(self) -> Decimal | None:
        return self.promise.percent

    @property
    def counts(self) -> dict[str, int]:
        return delivery_counts(activity.delivery for activity in self.activities)

    @property
    def total(self) -> int:
        return len(self.activities)

    @property
    def kept(self) -> int:
        """Activities complete or on track."""
        return sum(activity.delivery in KEPT_DELIVERY for activity in self.activities)


@dataclass
class Change:
    """One activity whose delivery differs from the quarter before; `before` is blank when new."""

    activity: PublishedActivity
    before: str
    after: str


def drawing_order(activity: PublishedActivity) -> tuple[int, int, str]:
    """Complete first, silence last; within one word the fullest first."""
    return (
        DELIVERY_ORDER.index(activity.delivery),
        -(activity.percent or 0),
        activity.reference,
    )


def snapshots_latest() -> QuerySet[Snapshot]:
    """Every snapshot that no later revision of the same quarter replaces."""
    later = Snapshot.objects.filter(
        strategy=OuterRef("strategy"),
        year=OuterRef("year"),
        number=OuterRef("number"),
        revision__gt=OuterRef("revision"),
    )
    return Snapshot.objects.filter(~Exists(later)).select_related("strategy", "quarter")


def published_snapshots(strategy: Strategy) -> QuerySet[Snapshot]:
    """The last revision of every published quarter of a strategy, newest quarter first."""
    return snapshots_latest().filter(strategy=strategy, number__gt=0).order_by("-year", "-number")


def latest_snapshot(strategy: Strategy) -> Snapshot | None:
    """What the public reads now: the newest published quarter, or the wording alone."""
    return snapshots_latest().filter(strategy=strategy).order_by("-year", "-number").first()


def snapshot_for(
    strategy: Strategy, period: Period, revision: int | None = None
) -> Snapshot | None:
    """The snapshot of one quarter: its last revision unless another is named."""
    snapshots = Snapshot.objects.select_related("strategy", "quarter").filter(
        strategy=strategy, year=period.year, number=period.number
    )
    if revision is not None:
        snapshots = snapshots.filter(revision=revision)
    return snapshots.order_by("-revision").first()


def previous_snapshot(snapshot: Snapshot) -> Snapshot | None:
    """The published quarter before this one, in time."""
    return (
        published_snapshots(snapshot.strategy)
        .filter(Q(year__lt=snapshot.year) | Q(year=snapshot.year, number__lt=snapshot.number))
        .first()
    )


def promise_rows(
    snapshot: Snapshot, activities: Iterable[PublishedActivity] | None = None
) -> list[PromiseRow]:
    """Every promise with its commitments and activities. Four queries, whatever the size.

    `activities` narrows what is shown (a filtered list); the default is all of the snapshot's.
    """
    promises = PublishedPromise.objects.filter(snapshot=snapshot).prefetch_related(
        Prefetch("commitments", PublishedCommitment.objects.order_by("position"))
    )
    if activities is None:
        activities = PublishedActivity.objects.filter(snapshot=snapshot).prefetch_related(
            "commitments"
        )
    by_commitment: dict[int, list[PublishedActivity]] = {}
    for activity in sorted(activities, key=drawing_order):
        for commitment in activity.commitments.all():
            by_commitment.setdefault(commitment.pk, []).append(activity)
    rows = []
    for promise in promises:
        commitments = [
            CommitmentRow(commitment, by_commitment.get(commitment.pk, []))
            for commitment in promise.commitments.all()
        ]
        once = {row.pk: row for entry in commitments for row in entry.activities}
        rows.append(PromiseRow(promise, commitments, sorted(once.values(), key=drawing_order)))
    return rows


def delivery_score(snapshot: Snapshot) -> Score:
    """Counts by delivery and the mean, each activity counted once."""
    rollup = payload_of(snapshot)["rollup"]
    percent = rollup["percent"]
    return Score(
        {word: rollup["counts"][word] for word in DELIVERY_ORDER},
        None if percent is None else Decimal(percent),
    )


def changes_since_previous(snapshot: Snapshot) -> list[Change]:
    """Activities whose delivery is not what it was, in the fixed order of the words."""
    rows = PublishedActivity.objects.filter(snapshot=snapshot).prefetch_related("commitments")
    changed = [
        row for row in rows if row.previous_delivery and row.previous_delivery != row.delivery
    ]
    return [
        Change(row, row.previous_delivery, row.delivery)
        for row in sorted(changed, key=drawing_order)
    ]


def activity_history(strategy: Strategy, reference: str) -> list[PublishedActivity]:
    """One activity in every published quarter that had it, newest first, last revisions only."""
    return list(
        PublishedActivity.objects.filter(
            reference=reference, snapshot__in=published_snapshots(strategy).order_by()
        )
        .select_related("snapshot__strategy")
        .order_by("-snapshot__year", "-snapshot__number")
    )


def engagement_totals(snapshot: Snapshot) -> dict[str, Any]:
    """{quarter: {...}, late: {...}}: engagements, attendees, by count method, volunteer hours.

    Computed at publication, so its cost does not grow with the log.
    """
    totals: dict[str, Any] = payload_of(snapshot)["totals"]
    return totals


def payload_of(snapshot: Snapshot) -> dict[str, Any]:
    """The snapshot's facts as plain values. Treat them as read-only: they are shared."""
    return _parsed(snapshot.sha256, snapshot.payload)


@lru_cache(maxsize=32)
def _parsed(_sha256: str, payload: str) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(payload)
    return parsed
