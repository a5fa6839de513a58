"""Reads behind the public pages and downloads: published rows and public wording only."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Prefetch, QuerySet

from promises.models import (
    CommitmentWording,
    PublishedActivity,
    PublishedCommitment,
    PublishedEngagement,
    PublishedIndicator,
    PublishedReading,
    Reading,
    Snapshot,
    Strategy,
)
from promises.queries.plan import strategies_visible_to
from promises.queries.published import published_snapshots
from promises.rollup import delivery_counts
from promises.words import (
    EVIDENCE_ORDER,
    CountMethod,
    EvidenceGrade,
    Schedule,
    figure_words,
    unit_stands_apart,
)


def adopted_strategies() -> QuerySet[Strategy]:
    """Strategies the public may read: the current one first, then the newest."""
    return strategies_visible_to(AnonymousUser()).order_by("-is_current", "-adopted_at")


def latest_in_chain(strategy: Strategy) -> Snapshot | None:
    """The snapshot published last, whatever its quarter: it changes whenever anything public of
    this strategy does."""
    return Snapshot.objects.filter(strategy=strategy).defer("payload").order_by("-sequence").first()


def every_revision(strategy: Strategy) -> list[Snapshot]:
    """Every snapshot of a strategy, newest quarter and revision first, the wording last."""
    return list(
        Snapshot.objects.filter(strategy=strategy)
        .select_related("strategy")
        .defer("payload")
        .order_by("-year", "-number", "-revision")
    )


@dataclass(frozen=True)
class QuarterScore:
    """One published quarter at its latest revision, with its counts by delivery."""

    snapshot: Snapshot
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def quarter_scores(strategy: Strategy) -> list[QuarterScore]:
    """Counts by delivery of every published quarter, newest first. Two queries."""
    snapshots = list(published_snapshots(strategy).defer("payload"))
    found: dict[int, dict[str, int]] = {}
    counted = (
        PublishedActivity.objects.filter(snapshot__in=snapshots)
        .order_by()
        .values_list("snapshot_id", "delivery")
        .annotate(number=Count("id"))
    )
    for snapshot_id, delivery, number in counted:
        found.setdefault(snapshot_id, delivery_counts([]))[delivery] = number
    return [
        QuarterScore(snapshot, found.get(snapshot.pk, delivery_counts([])))
        for snapshot in snapshots
    ]


def published_activities(snapshot: Snapshot) -> QuerySet[PublishedActivity]:
    """The activities of one snapshot with their commitments, by reference."""
    return (
        PublishedActivity.objects.filter(snapshot=snapshot)
        .prefetch_related(
            Prefetch("commitments", PublishedCommitment.objects.select_related("promise"))
        )
        .order_by("reference")
    )


def schedule_counts(activities: Iterable[PublishedActivity]) -> dict[str, int]:
    """{schedule: how many}, every word present, in the fixed order."""
    counts = dict.fromkeys(Schedule.values, 0)
    for activity in activities:
        counts[activity.schedule] += 1
    return counts


def evidence_counts(activities: Iterable[PublishedActivity]) -> dict[str, int]:
    """{grade: how many}, strongest first, every grade present."""
    counts = dict.fromkeys(reversed(EVIDENCE_ORDER), 0)
    for activity in activities:
        counts[activity.evidence] += 1
    return counts


@dataclass(frozen=True)
class Figure:
    """An indicator with its latest reading; without a reading it is a gap."""

    indicator: PublishedIndicator
    reading: PublishedReading | None

    @property
    def value_words(self) -> str:
        """`18,240`, `31.4%` or `£4,000`: a sign stands close to its number."""
        if self.reading is None:
            return "No reading yet"
        return figure_words(self.reading.value, self.indicator.unit)

    @property
    def unit_words(self) -> str:
        stands_apart = self.reading is not None and unit_stands_apart(self.indicator.unit)
        return self.indicator.unit if stands_apart else ""

    @property
    def target_words(self) -> str:
        return self._labelled(self.indicator.target, "by", self.indicator.target_label)

    @property
    def baseline_words(self) -> str:
        return self._labelled(self.indicator.baseline, "in", self.indicator.baseline_label)

    def _labelled(self, value: Decimal | None, link: str, label: str) -> str:
        if value is None:
            return ""
        written = figure_words(value, self.indicator.unit)
        return f"{written} {link} {label}" if label else written

    @property
    def method_words(self) -> str:
        """How it is measured, and how this reading was found."""
        found = Reading.Method(self.reading.method).label if self.reading else ""
        said = found if self.reading and self.reading.method else ""
        return ". ".join(part.rstrip(".") for part in (self.indicator.method, said) if part)

    @property
    def source_words(self) -> str:
        if self.reading is None:
            return "No reading yet"
        parts = [self.reading.source, self.reading.period_words]
        return ", ".join(part for part in parts if part)


def figure_of(indicator: PublishedIndicator) -> Figure:
    """The indicator with the reading whose period ends last; an undated one only if no other."""
    readings = list(indicator.readings.all())
    dated = [reading for reading in readings if reading.period_end or reading.period_start]
    last = max(dated, key=_reading_day, default=None)
    return Figure(indicator, last or (readings[-1] if readings else None))


def headline_figures(snapshot: Snapshot) -> list[Figure]:
    """The headline indicators of a snapshot with their latest readings. Two queries."""
    indicators = PublishedIndicator.objects.filter(snapshot=snapshot, is_headline=True)
    return [figure_of(row) for row in indicators.prefetch_related("readings")]


def published_activity(snapshot: Snapshot, reference: str) -> PublishedActivity | None:
    """One activity with milestones, indicators and readings. At most five queries."""
    return (
        PublishedActivity.objects.filter(snapshot=snapshot, reference=reference)
        .prefetch_related(
            Prefetch("commitments", PublishedCommitment.objects.select_related("promise")),
            "milestones",
            "indicators__readings",
        )
        .first()
    )


def published_commitment(snapshot: Snapshot, code: str) -> PublishedCommitment | None:
    """One commitment with its promise and its activities in reference order."""
    return (
        PublishedCommitment.objects.filter(snapshot=snapshot, code=code)
        .select_related("promise")
        .prefetch_related(Prefetch("activities", PublishedActivity.objects.order_by("reference")))
        .first()
    )


def commitment_wordings(
    strategy: Strategy, published: PublishedCommitment
) -> list[CommitmentWording]:
    """Every wording a commitment has had up to the published one, newest first."""
    return list(
        CommitmentWording.objects.filter(
            commitment__strategy=strategy,
            commitment__code=published.code,
            number__lte=published.wording_number,
        ).order_by("-number")
    )


def wording_counts(
    strategy: Strategy, published: Iterable[PublishedCommitment]
) -> dict[str, tuple[int, dt.datetime | None]]:
    """{commitment code: (number of the published wording, since when it counts)}. One query.

    The first wording counts from the adoption, not from the day it was typed in.
    """
    rows = CommitmentWording.objects.filter(commitment__strategy=strategy).order_by()
    since = {
        (code, number): since
        for code, number, since in rows.values_list("commitment__code", "number", "since")
    }
    return {
        row.code: (
            row.wording_number,
            since.get((row.code, row.wording_number))
            if row.wording_number > 1
            else strategy.adopted_at,
        )
        for row in published
    }


def published_engagements(snapshots: Iterable[Snapshot]) -> QuerySet[PublishedEngagement]:
    """Engagements that these publications counted, latest first."""
    return (
        PublishedEngagement.objects.filter(snapshot__in=list(snapshots))
        .prefetch_related(Prefetch("activities", PublishedActivity.objects.order_by("reference")))
        .order_by("-starts_on", "-number")
    )


@dataclass(frozen=True)
class EngagementTotal:
    """Distinct engagements and the people who came to them."""

    engagements: int
    attendees: int
    uncounted: int


def engagement_total(snapshots: Iterable[Snapshot], references: Iterable[str]) -> EngagementTotal:
    """What these publications counted for these activities, every engagement once. One query."""
    rows = (
        PublishedEngagement.objects.filter(
            snapshot__in=list(snapshots), activities__reference__in=list(references)
        )
        .order_by()
        .values_list("number", "attendees")
        .distinct()
    )
    people = dict(rows)
    return EngagementTotal(
        engagements=len(people),
        attendees=sum(number for number in people.values() if number is not None),
        uncounted=sum(number is None for number in people.values()),
    )


def people_words(engagement: PublishedEngagement) -> str:
    """'45', 'about 40', '30 to 40'; empty when nobody counted."""
    first, last = engagement.attendees_from, engagement.attendees_to
    if first is None or last is None:
        return ""
    if first != last:
        return f"{first:,} to {last:,}"
    about = "about " if engagement.count_method == CountMethod.ESTIMATED else ""
    return f"{about}{first:,}"


def evidence_words(activity: PublishedActivity) -> str:
    """How many items stand behind the evidence grade."""
    number = len(activity.evidence_items)
    if not number:
        return "No evidence has been accepted yet."
    checked = any(item.get("grade") == EvidenceGrade.VERIFIED for item in activity.evidence_items)
    items = f"{number} accepted item{'' if number == 1 else 's'}"
    return f"{items}." if checked else f"{items}; none checked by someone independent."


def _reading_day(reading: PublishedReading) -> dt.date:
    return reading.period_end or reading.period_start or dt.date.min
