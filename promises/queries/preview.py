"""What a publication would say, told from its facts before it is made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from promises.rollup import Score, delivery_counts
from promises.snapshots import Facts, Row
from promises.words import DELIVERY_ORDER, Delivery


@dataclass(frozen=True)
class PreviewLine:
    """One promise as it would stand: its activities counted once."""

    number: int
    title: str
    score: Score


@dataclass(frozen=True)
class Preview:
    """A publication before it is made."""

    score: Score
    promises: list[PreviewLine]
    changes: list[Row]
    not_reported: list[Row]
    engagements: int
    late_engagements: int
    attendees: int

    @property
    def counted_twice(self) -> bool:
        """Whether the lines by promise add up to more than there is."""
        return sum(line.score.total for line in self.promises) > self.score.total

    @property
    def lines(self) -> list[Row]:
        """The promises as the lines of a table of counts."""
        return [_counts_line(f"{line.number}. {line.title}", line.score) for line in self.promises]

    @property
    def total_line(self) -> Row:
        return _counts_line("All", self.score)


def preview_of(facts: Facts) -> Preview:
    """The answer, the counts by promise, what changed and what would be "not reported"."""
    ordered = sorted(
        facts.activities,
        key=lambda row: (DELIVERY_ORDER.index(row["delivery"]), row["reference"]),
    )
    sums = facts.totals
    return Preview(
        score=Score(facts.rollup["counts"], facts.rollup["percent"]),
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
        score=Score(delivery_counts(row["delivery"] for row in mine), promise["percent"]),
    )


def _counts_line(title: str, score: Score) -> Row:
    return {
        "title": title,
        "counts": score.counts,
        "total": score.total,
        "mean": score.percent,
    }
