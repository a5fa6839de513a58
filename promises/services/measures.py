"""Every way an indicator or one of its readings changes."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from civic.core.audit import audit_record, changes_between, field_values
from promises.models import Activity, Indicator, Reading, Strategy

_INDICATOR_FIELDS = [
    "title",
    "unit",
    "direction",
    "method",
    "baseline",
    "baseline_label",
    "target",
    "target_label",
    "is_headline",
]
_READING_FIELDS = [
    "value",
    "period_start",
    "period_end",
    "period_precision",
    "source",
    "method",
    "confidence",
]


@transaction.atomic
def indicator_create(
    *,
    actor: Any,
    strategy: Strategy,
    title: str,
    unit: str,
    activity: Activity | None = None,
    reference: str = "",
    direction: str = "",
    method: str = "",
    baseline: Decimal | None = None,
    baseline_label: str = "",
    target: Decimal | None = None,
    target_label: str = "",
    is_headline: bool = False,
) -> Indicator:
    """Add a measured quantity of the strategy, or of one of its activities.

    Without a reference it gets the next free one: PC-01-1, PC-01-2; S-1 for the strategy's own.
    Raises ValidationError by field.
    """
    if activity is not None and activity.strategy_id != strategy.pk:
        raise ValidationError({"activity": "Choose an activity of the same strategy."})
    indicator = Indicator(
        strategy=strategy,
        activity=activity,
        reference=reference or _free_reference(strategy, activity),
        title=title,
        unit=unit,
        direction=direction,
        method=method,
        baseline=baseline,
        baseline_label=baseline_label,
        target=target,
        target_label=target_label,
        is_headline=is_headline,
    )
    indicator.full_clean()
    indicator.save()
    audit_record(actor=actor, verb="indicator_create", instance=indicator)
    return indicator


@transaction.atomic
def indicator_edit(*, actor: Any, indicator: Indicator, **fields: Any) -> Indicator:
    """Change any of title, unit, direction, method, baseline, target, their labels, is_headline.

    Raises ValidationError by field, and TypeError for a field that is not one of these.
    """
    if unknown := set(fields) - set(_INDICATOR_FIELDS):
        raise TypeError(f"not a field of an indicator: {', '.join(sorted(unknown))}")
    before = field_values(indicator, _INDICATOR_FIELDS)
    for name, value in fields.items():
        setattr(indicator, name, value)
    indicator.full_clean()
    indicator.save()
    audit_record(
        actor=actor,
        verb="indicator_edit",
        instance=indicator,
        changes=changes_between(before, field_values(indicator, _INDICATOR_FIELDS)),
    )
    return indicator


@transaction.atomic
def reading_record(
    *,
    actor: Any,
    indicator: Indicator,
    value: Decimal,
    period_start: date | None = None,
    period_end: date | None = None,
    period_precision: str = "",
    source: str = "",
    method: str = "",
    confidence: str = "",
    corrects: Reading | None = None,
) -> Reading:
    """Record one value for one period, or undated. A second one for the same period corrects it.

    `corrects` names the reading to correct, its period too: so an undated one gets its dates.
    Raises ValidationError by field.
    """
    if period_start and period_end and period_end < period_start:
        raise ValidationError({"period_end": "The period must not end before it starts."})
    reading = (
        corrects
        or Reading.objects.filter(
            indicator=indicator, period_start=period_start, period_end=period_end
        ).first()
    )
    before = field_values(reading, _READING_FIELDS) if reading else {}
    if reading is None:
        reading = Reading(indicator=indicator)
    reading.recorded_by = actor
    reading.period_start, reading.period_end = period_start, period_end
    reading.value = value
    reading.period_precision = period_precision
    reading.source = source
    reading.method = method
    reading.confidence = confidence
    reading.full_clean()
    reading.save()
    audit_record(
        actor=actor,
        verb="reading_record",
        instance=reading,
        changes=changes_between(before, field_values(reading, _READING_FIELDS)) if before else {},
    )
    return reading


def _free_reference(strategy: Strategy, activity: Activity | None) -> str:
    stem = activity.reference if activity else "S"
    taken = set(
        Indicator.objects.filter(strategy=strategy, reference__startswith=f"{stem}-").values_list(
            "reference", flat=True
        )
    )
    number = 1
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"
