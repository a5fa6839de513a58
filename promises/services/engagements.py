"""Every way one engagement changes. Loading many at once is in `engagement_load`."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from civic.accounts.models import Unit
from civic.accounts.queries import is_staff_member
from civic.core.audit import audit_record, changes_between, field_values
from civic.core.errors import NotAllowed, WrongState
from civic.core.models import Term
from civic.core.versions import create_version, save_version
from partners.models import Organisation
from promises.models import Activity, Engagement, Strategy
from promises.words import Purpose

RECRUITMENT_EXCLUSION = "Student recruitment stays out of the statutory return."
OPENING_STATES = frozenset({Engagement.State.DRAFT.value, Engagement.State.LOGGED.value})

# Plain columns copied from the data to the record as they are.
_COPIED = (
    "title",
    "starts_on",
    "engagement_type",
    "place",
    "attendees_from",
    "attendees_to",
    "count_method",
    "volunteer_hours",
    "academic_hours",
    "other_staff_hours",
    "charge",
    "price",
    "purpose",
    "format",
    "notes",
)
_AUDITED = [
    "state",
    "ends_on",
    "attendees",
    "return_exclusion",
    "unit_id",
    "engagement_type_id",
    *(name for name in _COPIED if name != "engagement_type"),
]


@dataclass
class EngagementData:
    """What somebody says of one engagement. Hours are decimal hours, price is pounds a person.

    `ends_on` None means the first day; `attendees_to` None means the same as `attendees_from`.
    """

    strategy: Strategy
    title: str
    starts_on: date
    ends_on: date | None = None
    activities: list[Activity] = field(default_factory=list)
    engagement_type: Term | None = None
    place: str = ""
    attendees_from: int | None = None
    attendees_to: int | None = None
    count_method: str = ""
    volunteer_hours: Decimal | None = None
    academic_hours: Decimal | None = None
    other_staff_hours: Decimal | None = None
    charge: str = ""
    price: Decimal | None = None
    purpose: str = ""
    format: str = ""
    partners: list[Organisation] = field(default_factory=list)
    notes: str = ""
    unit: Unit | None = None
    logged_by: Any = None
    logged_by_words: str = ""


@transaction.atomic
def engagement_log(
    *,
    actor: Any,
    data: EngagementData,
    submission_key: uuid.UUID | None = None,
    state: str = Engagement.State.LOGGED,
    at: datetime | None = None,
) -> Engagement:
    """Write one engagement into the log, as `logged` or as `draft`.

    The same submission key gives back the record it made the first time. Without anybody named in
    the data the actor is the one who logged it, and the unit is theirs. Raises ValidationError by
    field, NotAllowed for an actor who is not staff, WrongState for another opening state.
    """
    if actor is not None and not is_staff_member(actor):
        raise NotAllowed("Only staff can log an engagement. Sign in with your staff account.")
    if state not in OPENING_STATES:
        raise WrongState("An engagement begins as a draft or as logged.")
    if submission_key and (made := _made_before(submission_key)):
        return made
    engagement = Engagement(
        strategy=data.strategy,
        state=state,
        submission_key=submission_key,
        logged_at=at or timezone.now(),
    )
    fill(engagement, data, actor=actor)
    check(engagement, data)
    engagement.likely_duplicate_of = likely_duplicate(engagement, data.activities)
    try:
        with transaction.atomic():
            create_version(engagement, actor=actor)
    except (IntegrityError, ValidationError) as error:
        # Two presses at once: the second finds what the first one wrote.
        clash = isinstance(error, IntegrityError) or "submission_key" in error.message_dict
        made = _made_before(submission_key) if submission_key and clash else None
        if made is None:
            raise
        return made
    engagement.activities.set(data.activities)
    engagement.partners.set(data.partners)
    audit_record(actor=actor, verb="engagement_log", instance=engagement)
    return engagement


@transaction.atomic
def engagement_edit(
    *,
    actor: Any,
    engagement: Engagement,
    expected_version: int,
    data: EngagementData,
    state: str | None = None,
) -> Engagement:
    """Change an engagement that nobody has saved since `expected_version`.

    `state="logged"` also turns a draft into a logged entry. Who logged it stays. Raises
    ValidationError, StaleVersion, NotAllowed, and WrongState for one that was withdrawn.
    """
    if engagement.state == Engagement.State.WITHDRAWN:
        raise WrongState("This engagement was withdrawn. Log it again if it did happen.")
    _require_editor(actor, engagement)
    before = _values(engagement)
    if state and state != engagement.state:
        if engagement.state != Engagement.State.DRAFT or state != Engagement.State.LOGGED:
            raise WrongState("Only a draft can be turned into a logged engagement.")
        engagement.state = state
    fill(engagement, data, actor=None)
    check(engagement, data)
    engagement.likely_duplicate_of = likely_duplicate(engagement, data.activities)
    save_version(engagement, expected=expected_version, actor=actor)
    engagement.activities.set(data.activities)
    engagement.partners.set(data.partners)
    audit_record(
        actor=actor,
        verb="engagement_edit",
        instance=engagement,
        changes=changes_between(before, _values(engagement)),
    )
    return engagement


@transaction.atomic
def engagement_withdraw(
    *, actor: Any, engagement: Engagement, expected_version: int, reason: str
) -> Engagement:
    """Take an engagement out of every total. It stays in the log with the reason.

    Raises ValidationError without a reason, StaleVersion, NotAllowed, and WrongState when it was
    withdrawn already.
    """
    if engagement.state == Engagement.State.WITHDRAWN:
        raise WrongState("This engagement is withdrawn already.")
    _require_editor(actor, engagement)
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": "Say why the engagement is withdrawn."})
    before = engagement.state
    engagement.state = Engagement.State.WITHDRAWN
    save_version(engagement, expected=expected_version, actor=actor)
    audit_record(
        actor=actor,
        verb="engagement_withdraw",
        instance=engagement,
        changes={"state": [before, engagement.state]},
        note=reason,
    )
    return engagement


def fill(engagement: Engagement, data: EngagementData, *, actor: Any) -> None:
    """Put the data on the record, with what follows from it: middle count, exclusion, unit."""
    for name in _COPIED:
        setattr(engagement, name, getattr(data, name))
    engagement.title = " ".join(data.title.split())
    engagement.ends_on = data.ends_on or data.starts_on
    if engagement.attendees_to is None:
        engagement.attendees_to = engagement.attendees_from
    low, high = engagement.attendees_from, engagement.attendees_to
    engagement.attendees = None if low is None or high is None else (low + high + 1) // 2
    engagement.return_exclusion = (
        RECRUITMENT_EXCLUSION if data.purpose == Purpose.RECRUITMENT else ""
    )
    if data.logged_by is not None or data.logged_by_words:
        engagement.logged_by = data.logged_by
        engagement.logged_by_words = data.logged_by_words
    elif actor is not None:
        engagement.logged_by = actor
    if data.unit is not None:
        engagement.unit = data.unit
    elif engagement.unit is None and engagement.logged_by is not None:
        engagement.unit = engagement.logged_by.unit


def check(engagement: Engagement, data: EngagementData, *, today: date | None = None) -> None:
    """The rules an engagement meets however it comes in, beyond those of the model.

    A draft may lie in the future. `today` is the local date unless given. Raises ValidationError.
    """
    errors: dict[str, str] = {}
    today = today or timezone.localdate()
    is_draft = engagement.state == Engagement.State.DRAFT
    if engagement.starts_on and engagement.starts_on > today and not is_draft:
        errors["starts_on"] = "The first day is later than today. Log it once it has happened."
    if data.attendees_from is None and data.attendees_to is not None:
        errors["attendees_from"] = "Enter the lowest number of attendees too."
    elif (
        data.attendees_from is not None
        and data.attendees_to is not None
        and data.attendees_to < data.attendees_from
    ):
        errors["attendees_to"] = "The highest number of attendees must not be below the lowest."
    if any(activity.strategy_id != engagement.strategy_id for activity in data.activities):
        errors["activities"] = "Choose activities of the same strategy."
    if errors:
        raise ValidationError(errors)


def likely_duplicate(engagement: Engagement, activities: list[Activity]) -> Engagement | None:
    """The first other entry of the same day, activity and title, whatever the case of letters."""
    others = (
        Engagement.objects.filter(
            strategy=engagement.strategy,
            starts_on=engagement.starts_on,
            state__in=Engagement.COUNTED_STATES,
        )
        .filter(activities__in=activities)
        .exclude(pk=engagement.pk)
        .order_by("pk")
        .distinct()
    )
    if engagement.pk:
        others = others.exclude(likely_duplicate_of=engagement.pk)
    key = title_key(engagement.title)
    return next((other for other in others if title_key(other.title) == key), None)


def title_key(title: str) -> str:
    """What two spellings of one title have in common: case and spaces do not count."""
    return " ".join(title.casefold().split())


def _made_before(submission_key: uuid.UUID) -> Engagement | None:
    return Engagement.objects.filter(submission_key=submission_key).first()


def _require_editor(actor: Any, engagement: Engagement) -> None:
    if actor is not None and not actor.has_perm("promises.edit_engagement", engagement):
        raise NotAllowed("Only the person who logged this, or the office, can change it.")


def _values(engagement: Engagement) -> dict[str, Any]:
    return {
        **field_values(engagement, _AUDITED),
        "activities": sorted(engagement.activities.values_list("reference", flat=True)),
        "partners": sorted(engagement.partners.values_list("name", flat=True)),
    }
