"""Reading one published quarter whole, in a fixed number of queries."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Prefetch

from civic.reporting.facts import (
    ActivityFacts,
    CommitmentFacts,
    EngagementFacts,
    Gaps,
    MeasureFacts,
    Partner,
    PromiseFacts,
    QuarterlyFacts,
)
from promises.models import (
    PublishedActivity,
    PublishedCommitment,
    PublishedEngagement,
    PublishedMilestone,
    PublishedReading,
    Snapshot,
)
from promises.queries import delivery_score, engagement_totals, promise_rows
from promises.queries.published import drawing_order
from promises.rollup import Score, delivery_counts
from promises.words import EVIDENCE_ORDER, Delivery, EvidenceGrade


def gather(snapshot: Snapshot) -> QuarterlyFacts:
    """Everything a quarterly report says.

    Raises ValueError for a snapshot that holds the wording alone.
    """
    period = snapshot.period
    if period is None:
        raise ValueError("A report is made of a published quarter, not of the wording alone.")
    measures = [
        MeasureFacts(row, sorted(row.readings.all(), key=_reading_place))
        for row in snapshot.indicators.select_related("activity").prefetch_related("readings")
    ]
    activities = _activities(snapshot, measures)
    engagements = _engagements(snapshot)
    return QuarterlyFacts(
        snapshot=snapshot,
        period=period,
        labels=_labels(snapshot),
        promises=_promises(snapshot, activities),
        activities=activities,
        score=delivery_score(snapshot),
        measures=measures,
        engagements=engagements,
        partners=_partners(activities, engagements.rows),
        gaps=_gaps(activities, measures),
        evidence=_evidence(activities),
    )


def _reading_place(reading: PublishedReading) -> tuple[dt.date, int]:
    """In order of time on every database, undated first."""
    return reading.period_end or reading.period_start or dt.date.min, reading.pk


def _labels(snapshot: Snapshot) -> dict[str, str]:
    """The strategy's own words, capitalised and as they stand within a sentence."""
    words = snapshot.label_words
    return words | {f"{name}_lower": word.lower() for name, word in words.items()}


def _activities(snapshot: Snapshot, measures: list[MeasureFacts]) -> list[ActivityFacts]:
    """Every activity once, complete first and silence last."""
    rows = snapshot.activities.prefetch_related(
        Prefetch("commitments", PublishedCommitment.objects.select_related("promise")),
        Prefetch("milestones", PublishedMilestone.objects.select_related("activity")),
    )
    return [
        ActivityFacts(
            row=row,
            commitments=sorted(
                row.commitments.all(), key=lambda one: (one.promise.number, one.position)
            ),
            milestones=list(row.milestones.all()),
            measures=[measure for measure in measures if measure.row.activity_id == row.pk],
        )
        for row in sorted(rows, key=drawing_order)
    ]


def _promises(snapshot: Snapshot, activities: list[ActivityFacts]) -> list[PromiseFacts]:
    by_pk = {activity.row.pk: activity for activity in activities}

    def facts_of(rows: Iterable[PublishedActivity]) -> list[ActivityFacts]:
        return [by_pk[row.pk] for row in rows]

    found = []
    for promise in promise_rows(snapshot, [activity.row for activity in activities]):
        commitments = []
        for entry in promise.commitments:
            serving = facts_of(entry.activities)
            commitments.append(
                CommitmentFacts(
                    row=entry.commitment,
                    full=[one for one in serving if one.home == entry.commitment],
                    elsewhere=[one for one in serving if one.home != entry.commitment],
                    score=_score(serving, entry.commitment.percent),
                )
            )
        own = facts_of(promise.activities)
        found.append(PromiseFacts(promise.promise, commitments, own, _score(own, promise.percent)))
    return found


def _score(activities: list[ActivityFacts], percent: Decimal | None) -> Score:
    counts = delivery_counts(activity.delivery for activity in activities)
    return Score(counts, percent)


def _engagements(snapshot: Snapshot) -> EngagementFacts:
    rows = snapshot.engagements.prefetch_related(
        Prefetch("activities", PublishedActivity.objects.order_by("reference"))
    )
    totals = engagement_totals(snapshot)
    return EngagementFacts(
        rows=list(rows.order_by("starts_on", "number")),
        quarter=totals["quarter"],
        late=totals["late"],
    )


def _partners(
    activities: list[ActivityFacts], engagements: list[PublishedEngagement]
) -> list[Partner]:
    named: dict[str, list[ActivityFacts]] = {}
    for activity in activities:
        for name in activity.row.partners:
            named.setdefault(name, []).append(activity)
    met = Counter(name for row in engagements for name in row.partners)
    return [
        Partner(name, named.get(name, []), met[name])
        for name in sorted({*named, *met}, key=str.casefold)
    ]


def _gaps(activities: list[ActivityFacts], measures: list[MeasureFacts]) -> Gaps:
    return Gaps(
        no_target=[one for one in activities if not one.row.target_on and not one.has_ended],
        no_evidence=[one for one in activities if one.row.evidence == EvidenceGrade.NONE],
        not_reported=[one for one in activities if one.delivery == Delivery.NOT_REPORTED],
        never_reported=[one for one in activities if one.percent is None],
        no_unit=[one for one in activities if not one.row.unit],
        no_commitment=[one for one in activities if not one.commitments],
        undated_readings=sum(measure.undated for measure in measures),
        no_reading=[measure for measure in measures if not measure.readings],
    )


def _evidence(activities: list[ActivityFacts]) -> list[tuple[str, str, int]]:
    """(grade, word, activities), best first."""
    counts = Counter(activity.row.evidence for activity in activities)
    return [(grade, EvidenceGrade(grade).label, counts[grade]) for grade in EVIDENCE_ORDER[::-1]]
