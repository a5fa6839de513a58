"""Who owns an activity: somebody takes it on, or is named for it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from civic.accounts.models import User
from civic.accounts.queries import is_staff_member
from civic.core.audit import audit_record, changes_between, field_values
from civic.core.errors import NotAllowed, WrongState
from civic.core.versions import save_version
from promises.models import Activity


@transaction.atomic
def activity_take(*, actor: Any, activity: Activity, expected_version: int) -> Activity:
    """Make `actor` the owner of an activity that has none; the role in the plan stays as it is.

    Taking again what one has taken changes nothing. Raises NotAllowed, WrongState where somebody
    else owns it, and StaleVersion.
    """
    if not actor.has_perm("promises.take_activity", activity):
        raise NotAllowed(
            "Only staff of its unit, the unit’s lead or the office can take this activity on."
        )
    if activity.owner_id == actor.pk:
        return activity
    if activity.owner_id is not None:
        raise WrongState(
            f"{activity.owner} owns this activity. The lead of its unit or the office can change that."
        )
    return _set_owner(activity, actor, actor=actor, expected=expected_version, verb="activity_take")


@transaction.atomic
def activity_assign(
    *, actor: Any, activity: Activity, owner: User | None, expected_version: int
) -> Activity:
    """Name, change or clear (None) the owner. Naming the present owner changes nothing.

    Raises NotAllowed, StaleVersion, and ValidationError under `owner` for somebody who is not
    active staff.
    """
    if not actor.has_perm("promises.assign_activity", activity):
        raise NotAllowed(
            "Only the lead of its unit or the office can name the owner of an activity."
        )
    if activity.owner_id == (owner.pk if owner else None):
        return activity
    if owner is not None and not is_staff_member(owner):
        raise ValidationError({"owner": f"{owner} is not active staff. Choose somebody who is."})
    return _set_owner(
        activity, owner, actor=actor, expected=expected_version, verb="activity_assign"
    )


def _set_owner(
    activity: Activity, owner: User | None, *, actor: Any, expected: int, verb: str
) -> Activity:
    before = field_values(activity, ["owner_id"])
    activity.owner = owner
    save_version(activity, expected=expected, actor=actor)
    changes = changes_between(before, field_values(activity, ["owner_id"]))
    audit_record(actor=actor, verb=verb, instance=activity, changes=changes)
    return activity
