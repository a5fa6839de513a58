"""What a publication would say, told from its facts before it is made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from promises.publication import Facts, Row
from promises.rollup import delivery_counts
from promises.words import DELIVERY_ORDER, KEPT_DELIVERY, Delivery


@dataclass(frozen=True)
class PreviewLine:
    """One promise as it would stand: its activities counted once. `mean` is in percent."""

    number: int
    title: str
    counts: dict[str, int]
    mean: Decimal | None

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Preview:
    """A publication before it is made."""

    counts: dict[str, int]
    mean: Decimal | None
    promises: list[PreviewLine]
    changes: list[Row]
    not_reported: list[Row]
    engagements: int
    late_engagements: int
    attendees: int

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def kept(self) -> int:
        """Activities complete or on track."""
        return sum(self.counts[word] for word in KEPT_DELIVERY)

    @property
    def not_kept(self) -> int:
        return self.total - self.kept

    @property
    def counted_twice(self) -> bool:
        """Whether the lines by promise add up to more than there is."""
        return sum(line.total for line in self.promises) > self.total

    @property
    def lines(self) -> list[Row]:
        """The promises as the lines of a table of counts."""
        return [
            {
                "title": f"{line.number}. {line.title}",
                "counts": line.counts,
                "total": line.total,
                "mean": line.mean,
            }
            for line in self.promises
        ]

    @property
    def total_line(self) -> Row:
        return {"title": "All", "counts": self.counts, "total": self.total, "mean": self.mean}


def preview_of(facts: Facts) -> Preview:
    """The answer, the counts by promise, what changed and what would be "not reported"."""
    ordered = sorted(
        facts.activities,
        key=lambda row: (DELIVERY_ORDER.index(row["delivery"]), row["reference"]),
    )
    sums = facts.totals
    return Preview(
        counts=facts.rollup["counts"],
        mean=facts.rollup["percent"],
        promises=[_line(promise, facts) for promise in facts.promises],
        changes=[row for row in ordered if row["previous_delivery"] not in ("", row["delivery"])],
        not_reported=[row for row in ordered if row["delivery"] == Delivery.NOT_REPORTED],
        engagements=sums["quarter"]["engagements"] + sums["late"]["engagements"],
        late_engagements=sums["late"]["engagements"],
        attendees=sums["quarter"]["attendees"] + sums["late"]["attendees"],
    )


def _line(promise: Row, facts: Facts) -> PreviewLine:
    codes = {row["code"] for row in facts.commitments if row["promise"] == promise["number"]}
    mine: Iterable[Row] = (
        row for row in facts.activities if codes.intersection(row["commitments"])
    )
    return PreviewLine(
        number=promise["number"],
        title=promise["title"],
        counts=delivery_counts(row["delivery"] for row in mine),
        mean=promise["percent"],
    )
