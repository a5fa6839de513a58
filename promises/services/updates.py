"""Every way a progress update changes: written, submitted, approved, returned."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from civic.core.audit import audit_record, changes_between, field_values
from civic.core.errors import NotAllowed, StaleVersion, WrongState
from civic.core.mail import mail_send
from civic.core.versions import create_version, save_version
from promises.models import Activity, ProgressUpdate, Quarter
from promises.queries.progress import final_references
from promises.services.quarters import quarter_lock
from promises.words import NEEDS_REASON, Delivery

TEXT_FIELDS = ["delivery", "percent", "narrative", "reason", "next_steps"]
State = ProgressUpdate.State


@transaction.atomic
def update_save(
    *,
    actor: Any,
    activity: Activity,
    quarter: Quarter,
    expected_version: int | None,
    delivery: str,
    percent: int | None,
    narrative: str,
    reason: str,
    next_steps: str,
) -> ProgressUpdate:
    """Keep what the owner has written so far. A draft always saves; checks bite on submission.

    `expected_version` is the version the person saw, None when there was nothing yet. Raises
    NotAllowed, WrongState (round closed, activity final, already submitted), StaleVersion.
    """
    _require_writer(actor, activity)
    _require_writing(quarter, activity)
    update = ProgressUpdate.objects.filter(activity=activity, quarter=quarter).first()
    before: dict[str, Any] = {}
    if update is None:
        update = ProgressUpdate(activity=activity, quarter=quarter)
    else:
        before = field_values(update, TEXT_FIELDS)
        if update.state not in ProgressUpdate.OWNER_STATES:
            raise WrongState(
                f"This update is {update.get_state_display().lower()} and can no longer be "
                "changed. Ask your unit lead to return it if it must be."
            )
    update.delivery, update.percent = delivery, percent
    update.narrative, update.reason, update.next_steps = narrative, reason, next_steps
    update.author = actor
    if update.pk is None:
        if expected_version:
            raise StaleVersion("This update was removed while you were writing. Save again.")
        try:
            with transaction.atomic():
                create_version(update, actor=actor)
        except (IntegrityError, ValidationError) as error:
            if not ProgressUpdate.objects.filter(activity=activity, quarter=quarter).exists():
                raise
            raise _begun_elsewhere() from error
    elif expected_version is None:
        raise _begun_elsewhere()
    else:
        save_version(update, expected=expected_version, actor=actor)
    audit_record(
        actor=actor,
        verb="update_save",
        instance=update,
        changes=changes_between(before, field_values(update, TEXT_FIELDS)),
    )
    return update


@transaction.atomic
def update_submit(
    *, actor: Any, update: ProgressUpdate, expected_version: int, at: dt.datetime | None = None
) -> None:
    """Hand a draft, or a returned update, to the unit lead.

    Raises ValidationError by field where something is missing, NotAllowed, WrongState,
    StaleVersion.
    """
    _require_writer(actor, update.activity)
    _require_writing(update.quarter, update.activity)
    if update.state not in ProgressUpdate.OWNER_STATES:
        raise WrongState("This update has been submitted already.")
    errors = submission_errors(update)
    if errors:
        raise ValidationError(errors)
    _change(
        update,
        actor=actor,
        expected=expected_version,
        verb="update_submit",
        state=State.SUBMITTED.value,
        submitted_at=at or timezone.now(),
    )


@transaction.atomic
def update_approve(
    *, actor: Any, update: ProgressUpdate, expected_version: int, at: dt.datetime | None = None
) -> None:
    """Approve a submitted update. Raises NotAllowed (also for one's own), WrongState, StaleVersion."""
    _require_reviewer(actor, update)
    _change(
        update,
        actor=actor,
        expected=expected_version,
        verb="update_approve",
        state=State.APPROVED.value,
        reviewer=actor,
        reviewed_at=at or timezone.now(),
        return_reason="",
    )


@transaction.atomic
def update_return(
    *,
    actor: Any,
    update: ProgressUpdate,
    expected_version: int,
    reason: str,
    at: dt.datetime | None = None,
) -> None:
    """Send a submitted update back with a reason, and tell its author by mail.

    Raises ValidationError without a reason, NotAllowed, WrongState, StaleVersion.
    """
    _require_reviewer(actor, update)
    if not reason.strip():
        raise ValidationError(
            {"reason": "Say what has to change, so that the owner can put it right."}
        )
    _change(
        update,
        actor=actor,
        expected=expected_version,
        verb="update_return",
        state=State.RETURNED.value,
        reviewer=actor,
        reviewed_at=at or timezone.now(),
        return_reason=reason.strip(),
    )
    if update.author is not None:
        mail_send(
            to=update.author.email,
            template="update_returned",
            context={"update": update, "reviewer": actor},
            key=f"update-returned:{update.pk}:{update.version}",
        )


def submission_errors(update: ProgressUpdate) -> dict[str, str]:
    """{field: what to do} for everything that keeps an update from being submitted."""
    errors: dict[str, str] = {}
    if not update.delivery or update.delivery == Delivery.NOT_REPORTED:
        errors["delivery"] = "Choose how the activity stands."
    if update.percent is None:
        errors["percent"] = "Enter how much is done, from 0 to 100."
    elif update.delivery == Delivery.COMPLETE and update.percent != 100:
        errors["percent"] = "An activity that is complete is 100% done. Enter 100."
    elif update.delivery == Delivery.NOT_STARTED and update.percent != 0:
        errors["percent"] = "An activity that has not started is 0% done. Enter 0."
    if not update.narrative.strip():
        errors["narrative"] = "Say what happened this quarter, in two or three sentences."
    if update.delivery in NEEDS_REASON and not update.reason.strip():
        errors["reason"] = f"Say why it is {Delivery(update.delivery).label.lower()}."
    return errors


def _change(update: ProgressUpdate, *, actor: Any, expected: int, verb: str, **values: Any) -> None:
    before = update.state
    for name, value in values.items():
        setattr(update, name, value)
    save_version(update, expected=expected, actor=actor)
    changes = {"state": [before, update.state]}
    audit_record(
        actor=actor, verb=verb, instance=update, changes=changes, note=update.return_reason
    )


def _require_writer(actor: Any, activity: Activity) -> None:
    if not actor.has_perm("promises.write_update", activity):
        raise NotAllowed("Only the owner of this activity reports on it.")


def _require_writing(quarter: Quarter, activity: Activity) -> None:
    quarter_lock(quarter)
    if not quarter.is_writing:
        raise WrongState(
            f"The round for {quarter.key} is {quarter.get_state_display().lower()}. "
            "Updates can be written while a round is open, collecting or reviewing."
        )
    if activity.reference in final_references(activity.strategy, [activity.reference]):
        raise WrongState("This activity has ended and its end is published. Nothing more is due.")


def _require_reviewer(actor: Any, update: ProgressUpdate) -> None:
    if not actor.has_perm("promises.review_update", update):
        raise NotAllowed(
            "An update is reviewed by its unit lead or the office, never by its author."
        )
    quarter_lock(update.quarter)
    if update.state != State.SUBMITTED:
        raise WrongState(
            f"This update is {update.get_state_display().lower()}, not waiting for review."
        )
    if not update.quarter.is_writing:
        raise WrongState(f"The round for {update.quarter.key} is closed.")


def _begun_elsewhere() -> StaleVersion:
    return StaleVersion(
        "An update for this quarter was begun in another window. Your text is still below. "
        "Compare it with the other, then save again."
    )
