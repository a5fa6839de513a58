"""Roll-up: how many activities stand where, and how far along they are. Pure functions."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from promises.words import DELIVERY_ORDER, KEPT_DELIVERY, Delivery


@dataclass(frozen=True)
class Score:
    """Activities counted by delivery, and their mean percent; None when none has reported."""

    counts: dict[str, int]
    percent: Decimal | None

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def kept(self) -> int:
        """Complete or on track."""
        return sum(self.counts[word] for word in KEPT_DELIVERY)

    @property
    def not_kept(self) -> int:
        return self.total - self.kept

    @property
    def not_reported(self) -> int:
        return self.counts[Delivery.NOT_REPORTED]


def delivery_counts(deliveries: Iterable[str]) -> dict[str, int]:
    """{delivery: how many}, every word present, in the fixed order."""
    counts = dict.fromkeys(DELIVERY_ORDER, 0)
    for delivery in deliveries:
        counts[delivery] += 1
    return counts


def mean_percent(parts: Iterable[tuple[int | None, Decimal]]) -> Decimal | None:
    """Mean of percent complete weighted by activity weight, to one decimal place, halves up.

    `parts` are (percent, weight). A percent of None (never reported) is left out; None comes back
    when nothing is left.
    """
    total = weight_sum = Decimal(0)
    for percent, weight in parts:
        if percent is not None:
            total += percent * weight
            weight_sum += weight
    if not weight_sum:
        return None
    return (total / weight_sum).quantize(Decimal("0.1"), ROUND_HALF_UP)
