"""An engagement in words: for its page, for two versions side by side, and for its history."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from civic.accounts.models import Unit
from civic.core.models import AuditEvent, Term
from civic.core.periods import long_date
from promises.models import Engagement
from promises.services.engagements import EngagementData
from promises.words import Charge, CountMethod, Format, Purpose

LABELS = {
    "title": "In a few words",
    "state": "State",
    "starts_on": "First day",
    "ends_on": "Last day",
    "engagement_type": "Type",
    "activities": "Activities",
    "partners": "Partners",
    "attendees_from": "Attendees, at least",
    "attendees_to": "Attendees, at most",
    "count_method": "How counted",
    "format": "Format",
    "place": "Place",
    "academic_hours": "Academic staff hours",
    "other_staff_hours": "Other staff hours",
    "volunteer_hours": "Volunteer hours",
    "charge": "Charge",
    "price": "Price for one person",
    "purpose": "Purpose",
    "notes": "Notes",
    "unit": "Unit",
    "return_exclusion": "Left out of the statutory return",
}
_CHOICES: dict[str, dict[str, str]] = {
    "state": dict(Engagement.State.choices),
    "count_method": dict(CountMethod.choices),
    "format": dict(Format.choices),
    "charge": {**dict(Charge.choices), "": ""},
    "purpose": dict(Purpose.choices),
}
_DAYS = ("starts_on", "ends_on")
_VERBS = {
    "engagement_log": "Written",
    "engagement_load": "Imported",
    "engagement_edit": "Changed",
    "engagement_withdraw": "Withdrawn",
}


@dataclass(frozen=True)
class Difference:
    """One field in two versions, in words; an empty side said nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Act:
    """One act in the history of a record."""

    at: dt.datetime
    who: str
    what: str
    note: str
    differences: list[Difference]


def data_of(engagement: Engagement) -> EngagementData:
    """A saved engagement in the shape a form gives."""
    return EngagementData(
        strategy=engagement.strategy,
        title=engagement.title,
        starts_on=engagement.starts_on,
        ends_on=engagement.ends_on,
        activities=list(engagement.activities.order_by("reference")),
        engagement_type=engagement.engagement_type,
        place=engagement.place,
        attendees_from=engagement.attendees_from,
        attendees_to=engagement.attendees_to,
        count_method=engagement.count_method,
        volunteer_hours=engagement.volunteer_hours,
        academic_hours=engagement.academic_hours,
        other_staff_hours=engagement.other_staff_hours,
        charge=engagement.charge,
        price=engagement.price,
        purpose=engagement.purpose,
        format=engagement.format,
        partners=list(engagement.partners.order_by("name")),
        notes=engagement.notes,
    )


def differences_between(theirs: EngagementData, typed: EngagementData) -> list[Difference]:
    """The fields in which two versions differ, in the order of the form."""
    before, after = _words_of(theirs), _words_of(typed)
    return [
        Difference(LABELS[name], before[name], after[name])
        for name in before
        if before[name] != after[name]
    ]


def history_of(engagement: Engagement) -> list[Act]:
    """Who did what to this engagement, newest first."""
    events = list(
        AuditEvent.objects.filter(
            entity=engagement._meta.label_lower, entity_id=str(engagement.pk)
        ).select_related("actor")
    )
    names = _names_in(events)
    return [
        Act(
            at=event.at,
            who=str(event.actor) if event.actor else "The portal",
            what=_VERBS.get(event.verb, event.verb.replace("_", " ").capitalize()),
            note=event.note,
            differences=list(_event_differences(event, names)),
        )
        for event in events
    ]


def _event_differences(
    event: AuditEvent, names: dict[tuple[str, str], str]
) -> Iterable[Difference]:
    for field, (before, after) in event.changes.items():
        name = field.removesuffix("_id")
        if name in LABELS:
            sides = [
                names.get((name, str(side)), "") if field != name else _value_words(name, side)
                for side in (before, after)
            ]
            yield Difference(LABELS[name], *sides)


def _names_in(events: list[AuditEvent]) -> dict[tuple[str, str], str]:
    """{(field, id): name} of the types and units that a history mentions."""
    found: dict[tuple[str, str], str] = {}
    for name, model in (("engagement_type", Term), ("unit", Unit)):
        keys = {
            key
            for event in events
            for key in event.changes.get(f"{name}_id", [])
            if key is not None
        }
        if keys:
            rows = model._default_manager.filter(pk__in=keys)
            found |= {(name, str(row.pk)): str(row) for row in rows}
    return found


def _words_of(data: EngagementData) -> dict[str, str]:
    """{field: words} of what a form holds, in the order of the form."""
    values: dict[str, Any] = {
        name: getattr(data, name) for name in LABELS if hasattr(data, name) and name != "unit"
    }
    values["ends_on"] = data.ends_on or data.starts_on
    if data.attendees_to is None:
        values["attendees_to"] = data.attendees_from
    values["title"] = " ".join(data.title.split())
    return {name: _value_words(name, value) for name, value in values.items()}


def _value_words(name: str, value: Any) -> str:
    """One value as the page says it; empty for nothing. Reads the audit's plain values too."""
    if value is None or value == "":
        return ""
    if name in _CHOICES:
        return _CHOICES[name].get(str(value), str(value))
    if name in _DAYS:
        return long_date(dt.date.fromisoformat(str(value)))
    if isinstance(value, list):
        return "; ".join(str(item) for item in value)
    if name.endswith(("_hours", "price")):
        return f"{Decimal(str(value)):,.2f}".removesuffix(".00")
    if isinstance(value, int):
        return f"{value:,}"
    return str(value)
