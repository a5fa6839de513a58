"""Who may do what. Services check these again; queries narrow what a person sees at all."""

from typing import Any

import rules

from civic.accounts.queries import is_office, is_staff_member, leads_unit
from promises.models import Activity, Engagement, ProgressUpdate, PublicationRequest, Quarter


@rules.predicate
def is_office_member(user: Any) -> bool:
    return is_office(user)


@rules.predicate
def is_staff(user: Any) -> bool:
    return is_staff_member(user)


@rules.predicate
def answers_for_activity(user: Any, activity: Activity | None) -> bool:
    """Its owner; until it has one, the unit's lead or the office."""
    if activity is None or not is_staff_member(user):
        return False
    if activity.owner_id is not None:
        return bool(activity.owner_id == user.pk)
    return leads_unit(user, activity.unit_id) or is_office(user)


@rules.predicate
def may_take_activity(user: Any, activity: Activity | None) -> bool:
    """Somebody of its unit, the unit's lead or the office; any staff where it has no unit."""
    if activity is None or not is_staff_member(user):
        return False
    if activity.unit_id is None or user.unit_id == activity.unit_id:
        return True
    return leads_unit(user, activity.unit_id) or is_office(user)


@rules.predicate
def assigns_activity(user: Any, activity: Activity | None) -> bool:
    """The lead of its unit, or the office."""
    if activity is None:
        return False
    return leads_unit(user, activity.unit_id) or is_office(user)


@rules.predicate
def reviews_update(user: Any, update: ProgressUpdate | None) -> bool:
    """The unit's lead or the office, but nobody approves their own."""
    if update is None or user.pk in (update.author_id, update.activity.owner_id):
        return False
    return leads_unit(user, update.activity.unit_id) or is_office(user)


@rules.predicate
def edits_engagement(user: Any, engagement: Engagement | None) -> bool:
    """Whoever logged it, the lead of its unit, or the office; a draft is its author's alone."""
    if engagement is None or engagement.state == Engagement.State.WITHDRAWN:
        return False
    if not is_staff_member(user):
        return False
    if engagement.logged_by_id == user.pk:
        return True
    if engagement.state == Engagement.State.DRAFT:
        return False
    return leads_unit(user, engagement.unit_id) or is_office(user)


@rules.predicate
def signs_off_request(user: Any, request: PublicationRequest | None) -> bool:
    """A second person of the office, who neither asked for it nor wrote any of its updates."""
    if request is None or not is_office(user) or request.requested_by_id == user.pk:
        return False
    return not wrote_in(user, request.quarter)


def wrote_in(user: Any, quarter: Quarter) -> bool:
    """Whether the person wrote an update of this quarter."""
    return ProgressUpdate.objects.filter(quarter=quarter, author_id=user.pk).exists()


rules.add_perm("promises.write_update", answers_for_activity)
rules.add_perm("promises.take_activity", may_take_activity)
rules.add_perm("promises.assign_activity", assigns_activity)
rules.add_perm("promises.review_update", reviews_update)
rules.add_perm("promises.log_engagement", is_staff)
rules.add_perm("promises.edit_engagement", edits_engagement)
rules.add_perm("promises.publish", is_office_member)
rules.add_perm("promises.sign_off", signs_off_request)
