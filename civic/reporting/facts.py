"""What a quarterly report says. Plain values made of one snapshot's published rows."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from civic.core.periods import Period
from promises.drawings import ROW_LENGTH
from promises.models import (
    PublishedActivity,
    PublishedCommitment,
    PublishedEngagement,
    PublishedIndicator,
    PublishedMilestone,
    PublishedPromise,
    PublishedReading,
    Snapshot,
)
from promises.queries.public import figure_of
from promises.rollup import Score
from promises.words import CountMethod, Delivery, Schedule

# An entry with more text than this may break over a page: it would not fit on one.
LONG_TEXT = 1500
MOST_COVER_ROWS = 5


@dataclass(frozen=True)
class MeasureFacts:
    row: PublishedIndicator
    readings: list[PublishedReading]

    @property
    def latest(self) -> PublishedReading | None:
        """The reading that the pages show: the newest dated one, else an undated one."""
        return figure_of(self.row).reading

    @property
    def scale(self) -> Decimal:
        """What the full length of its bar stands for."""
        latest = self.latest.value if self.latest else None
        known = [
            value for value in (latest, self.row.target, self.row.baseline) if value is not None
        ]
        return max([*known, Decimal(0)]) or Decimal(1)

    def along(self, value: Decimal | None) -> int | None:
        """The place of a value on the bar, 0 to 100."""
        return None if value is None else round(max(value, Decimal(0)) / self.scale * 100)

    @property
    def places(self) -> dict[str, int | None]:
        return {
            "value": self.along(self.latest.value if self.latest else None),
            "target": self.along(self.row.target),
            "baseline": self.along(self.row.baseline),
        }

    @property
    def undated(self) -> int:
        return sum(1 for reading in self.readings if reading.period_words == "Undated")


@dataclass(frozen=True)
class ActivityFacts:
    row: PublishedActivity
    commitments: list[PublishedCommitment]
    milestones: list[PublishedMilestone]
    measures: list[MeasureFacts]

    @property
    def delivery(self) -> str:
        return self.row.delivery

    @property
    def percent(self) -> int | None:
        return self.row.percent

    @property
    def home(self) -> PublishedCommitment | None:
        """The commitment under which it is printed in full."""
        return self.commitments[0] if self.commitments else None

    @property
    def gauge(self) -> str:
        return gauge_class(self.row.delivery, self.row.percent)

    @property
    def is_long(self) -> bool:
        row = self.row
        texts = (row.description, row.narrative, row.reason, row.next_steps)
        return sum(map(len, texts)) + 120 * len(self.milestones) > LONG_TEXT

    @property
    def has_ended(self) -> bool:
        return self.row.schedule in (Schedule.FINISHED, Schedule.STOPPED)

    @property
    def date_untold(self) -> bool:
        """It has a target date, which its schedule does not name."""
        target = self.row.target_words
        return bool(target) and target not in self.row.schedule_words

    @property
    def has_no_update(self) -> bool:
        return self.row.delivery_basis == PublishedActivity.Basis.NONE

    @property
    def also(self) -> list[str]:
        """The other commitments it serves."""
        return [commitment.code for commitment in self.commitments[1:]]

    @property
    def terms(self) -> list[str]:
        return [*self.row.themes, *self.row.enablers, *self.row.places]

    @property
    def changed(self) -> bool:
        return self.row.previous_delivery not in ("", self.row.delivery)


@dataclass(frozen=True)
class CommitmentFacts:
    row: PublishedCommitment
    full: list[ActivityFacts]
    elsewhere: list[ActivityFacts]
    score: Score


@dataclass(frozen=True)
class PromiseFacts:
    row: PublishedPromise
    commitments: list[CommitmentFacts]
    activities: list[ActivityFacts]
    score: Score


@dataclass(frozen=True)
class EngagementFacts:
    """The engagements that this publication counted first, and their totals as published."""

    rows: list[PublishedEngagement]
    quarter: dict[str, Any]
    late: dict[str, Any]

    @property
    def late_rows(self) -> list[PublishedEngagement]:
        return [row for row in self.rows if row.is_late]

    @property
    def estimates(self) -> int:
        """Engagements of which only a range or an estimate is known."""
        return sum(
            1
            for row in self.rows
            if row.count_method == CountMethod.ESTIMATED or row.attendees_from != row.attendees_to
        )

    @property
    def by_type(self) -> list[tuple[str, int, int]]:
        """(type, engagements, attendees) of the quarter, most attended first."""
        return _summed(
            (row.engagement_type or "Not said", row) for row in self.rows if not row.is_late
        )

    @property
    def by_method(self) -> list[tuple[str, int]]:
        """(how people were counted, attendees) of the quarter, as published."""
        words = {**dict(CountMethod.choices), "not_said": "Not said"}
        totals = self.quarter["attendees_by_method"]
        return [(str(words[name]), totals[name]) for name in words]


@dataclass(frozen=True)
class Partner:
    name: str
    activities: list[ActivityFacts]
    engagements: int


@dataclass(frozen=True)
class Gaps:
    """What the data does not say."""

    no_target: list[ActivityFacts]
    no_evidence: list[ActivityFacts]
    not_reported: list[ActivityFacts]
    never_reported: list[ActivityFacts]
    no_unit: list[ActivityFacts]
    no_commitment: list[ActivityFacts]
    undated_readings: int
    no_reading: list[MeasureFacts]


@dataclass(frozen=True)
class QuarterlyFacts:
    snapshot: Snapshot
    period: Period
    labels: dict[str, str]
    promises: list[PromiseFacts]
    activities: list[ActivityFacts]
    score: Score
    measures: list[MeasureFacts]
    engagements: EngagementFacts
    partners: list[Partner]
    gaps: Gaps
    evidence: list[tuple[str, str, int]]

    @property
    def strategy(self) -> Any:
        return self.snapshot.strategy

    @property
    def widest(self) -> int:
        """The longest row of gauges, which sets the scale of all."""
        return max((len(promise.activities) for promise in self.promises), default=0)

    @property
    def fits_cover(self) -> bool:
        """Whether every promise fits on the cover as one row of gauges."""
        return len(self.promises) <= MOST_COVER_ROWS and self.widest <= ROW_LENGTH

    @property
    def changes(self) -> list[ActivityFacts]:
        return [activity for activity in self.activities if activity.changed]

    @property
    def is_first(self) -> bool:
        """No activity has an earlier quarter to be compared with."""
        return not any(activity.row.previous_delivery for activity in self.activities)

    @property
    def headlines(self) -> list[MeasureFacts]:
        return [measure for measure in self.measures if measure.row.is_headline]

    @property
    def other_measures(self) -> list[MeasureFacts]:
        return [measure for measure in self.measures if not measure.row.is_headline]

    def standing(self, *deliveries: str) -> list[ActivityFacts]:
        return [activity for activity in self.activities if activity.delivery in deliveries]

    @property
    def complete(self) -> list[ActivityFacts]:
        return self.standing(Delivery.COMPLETE)

    @property
    def on_track(self) -> list[ActivityFacts]:
        return self.standing(Delivery.ON_TRACK)

    @property
    def finished_now(self) -> list[ActivityFacts]:
        return [activity for activity in self.changes if activity.delivery == Delivery.COMPLETE]

    @property
    def slipping(self) -> list[ActivityFacts]:
        return self.standing(Delivery.AT_RISK, Delivery.DELAYED)

    @property
    def stopped(self) -> list[ActivityFacts]:
        return self.standing(Delivery.STOPPED)

    def milestones(self) -> list[PublishedMilestone]:
        rows = [row for activity in self.activities for row in activity.milestones]
        return sorted(rows, key=lambda row: (row.due_on, row.pk))

    @property
    def milestones_met(self) -> list[PublishedMilestone]:
        """Met within the quarter."""
        first, last = self.period.starts_on, self.period.ends_on
        met = [row for row in self.milestones() if row.done_on and first <= row.done_on <= last]
        return sorted(met, key=lambda row: (row.done_on, row.pk))

    @property
    def milestones_missed(self) -> list[PublishedMilestone]:
        """Due by the quarter's last day, and not met on it."""
        return [row for row in self.milestones() if row.schedule == Schedule.OVERDUE]

    @property
    def milestones_next(self) -> list[PublishedMilestone]:
        """Due in the quarter that follows."""
        last = self.period.next().ends_on
        waiting = (Schedule.NOT_DUE, Schedule.DUE_SOON)
        return [row for row in self.milestones() if row.schedule in waiting and row.due_on <= last]


def gauge_class(delivery: str, percent: int | None) -> str:
    return f"g-{delivery}-{'none' if percent is None else percent}"


def _summed(pairs: Iterable[tuple[str, PublishedEngagement]]) -> list[tuple[str, int, int]]:
    counts: Counter[str] = Counter()
    people: Counter[str] = Counter()
    for name, row in pairs:
        counts[name] += 1
        people[name] += row.attendees or 0
    return sorted(
        ((name, counts[name], people[name]) for name in counts),
        key=lambda line: (-line[2], -line[1], line[0]),
    )
