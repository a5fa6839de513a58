"""Every way an activity of the plan changes."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from civic.accounts.models import Unit
from civic.accounts.queries import is_office
from civic.core.audit import audit_record, changes_between, field_values
from civic.core.errors import NotAllowed
from civic.core.models import Term
from civic.core.periods import DAY, YEAR, PartialDate
from civic.core.versions import create_version, save_version
from partners.models import Organisation
from promises.models import Activity, Commitment, Strategy
from promises.words import Delivery, Priority

_COPIED = [
    "reference",
    "title",
    "description",
    "owner",
    "owner_role",
    "unit",
    "horizon",
    "priority",
    "weight",
    "opening_delivery",
    "source",
]
_AUDITED = [
    *(name for name in _COPIED if name not in ("owner", "unit")),
    "owner_id",
    "unit_id",
    "start_on",
    "start_precision",
    "target_on",
    "target_precision",
]


@dataclass
class ActivityData:
    """What the plan says of one activity. Blank and None are gaps and stay gaps."""

    strategy: Strategy
    reference: str
    title: str
    description: str = ""
    owner: Any = None
    owner_role: str = ""
    unit: Unit | None = None
    horizon: str = ""
    priority: str = Priority.NORMAL
    weight: Decimal = Decimal(1)
    start: PartialDate | None = None
    target: PartialDate | None = None
    opening_delivery: str = ""
    source: str = ""
    commitments: list[Commitment] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)
    partners: list[Organisation] = field(default_factory=list)


@transaction.atomic
def activity_create(*, actor: Any, data: ActivityData) -> Activity:
    """Add an activity to the plan of its strategy, under a reference nobody else has there.

    A year or month alone is kept as such. Raises ValidationError by field, and NotAllowed for an
    actor outside the office; `actor` None is the portal itself.
    """
    _require_office(actor)
    activity = Activity(strategy=data.strategy)
    _fill(activity, data)
    create_version(activity, actor=actor)
    _set_links(activity, data)
    audit_record(actor=actor, verb="activity_create", instance=activity)
    return activity


@transaction.atomic
def activity_edit(
    *, actor: Any, activity: Activity, expected_version: int, data: ActivityData
) -> Activity:
    """Change an activity that nobody has saved since `expected_version`.

    Raises ValidationError by field, StaleVersion, and NotAllowed as `activity_create` does.
    """
    _require_office(actor)
    before = activity_values(activity)
    _fill(activity, data)
    save_version(activity, expected=expected_version, actor=actor)
    _set_links(activity, data)
    audit_record(
        actor=actor,
        verb="activity_edit",
        instance=activity,
        changes=changes_between(before, activity_values(activity)),
    )
    return activity


def activity_data(activity: Activity) -> ActivityData:
    """The activity as it stands, ready to be changed in part and handed to `activity_edit`."""
    return ActivityData(
        strategy=activity.strategy,
        **{name: getattr(activity, name) for name in _COPIED},
        start=_partial(activity.start_on, activity.start_precision),
        target=_partial(activity.target_on, activity.target_precision),
        commitments=list(activity.commitments.all()),
        terms=list(activity.terms.all()),
        partners=list(activity.partners.all()),
    )


def activity_values(activity: Activity) -> dict[str, Any]:
    """Plain values of everything the plan says of it: what the audit compares."""
    return {
        **field_values(activity, _AUDITED),
        "commitments": sorted(row.code for row in activity.commitments.all()),
        "terms": sorted(f"{row.vocabulary_id}:{row.code}" for row in activity.terms.all()),
        "partners": sorted(row.name for row in activity.partners.all()),
    }


def _fill(activity: Activity, data: ActivityData) -> None:
    for name in _COPIED:
        setattr(activity, name, getattr(data, name))
    activity.start_on = data.start.first_day if data.start else None
    activity.start_precision = data.start.precision if data.start else ""
    activity.target_on = data.target.last_day if data.target else None
    activity.target_precision = data.target.precision if data.target else ""
    if data.start and data.target and data.target.last_day < data.start.first_day:
        raise ValidationError({"target_on": "The target date must not be before the start."})
    if data.opening_delivery == Delivery.NOT_REPORTED:
        raise ValidationError({"opening_delivery": "Leave it blank where nothing was reported."})
    if any(row.strategy_id != data.strategy.pk for row in data.commitments):
        word = data.strategy.label_words["commitments"].lower()
        raise ValidationError({"commitments": f"Choose {word} of the same strategy."})


def _set_links(activity: Activity, data: ActivityData) -> None:
    activity.commitments.set(data.commitments)
    activity.terms.set(data.terms)
    activity.partners.set(data.partners)


def _partial(day: Any, precision: str) -> PartialDate | None:
    if day is None:
        return None
    return PartialDate(
        day.year,
        None if precision == YEAR else day.month,
        day.day if precision in (DAY, "") else None,
    )


def _require_office(actor: Any) -> None:
    if actor is not None and not is_office(actor):
        raise NotAllowed("Only the PVC office can change the implementation plan.")
