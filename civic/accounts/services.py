"""Every way a person, a unit or a role changes. Only administrators do these things; the portal
itself (actor None) does them from commands."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils.text import slugify

from civic.accounts.models import Role, RoleAssignment, Unit, User
from civic.accounts.queries import is_administrator
from civic.core.audit import audit_record, changes_between, field_values
from civic.core.errors import NotAllowed

USER_FIELDS = ["username", "name", "email", "job_title", "unit_id", "is_active"]


@transaction.atomic
def user_create(
    *,
    actor: Any,
    username: str,
    name: str,
    email: str,
    password: str,
    unit: Unit | None = None,
    job_title: str = "",
) -> User:
    """Add somebody who can sign in and, until given a role, may do nothing else.

    Raises ValidationError (a taken user name, a weak password) and NotAllowed.
    """
    user = User(username=username, name=name, email=email, unit=unit, job_title=job_title)
    validate_password(password, user)
    user.set_password(password)
    return user_save(actor=actor, user=user)


@transaction.atomic
def user_save(*, actor: Any, user: User) -> User:
    """Save a new or changed person, with what changed in the audit (never the password).

    Raises ValidationError and NotAllowed.
    """
    _check_administrator(actor)
    user.full_clean()
    known = User.objects.filter(pk=user.pk).first() if user.pk else None
    before = field_values(known, USER_FIELDS) if known else {}
    user.save()
    audit_record(
        actor=actor,
        verb="user_edit" if known else "user_create",
        instance=user,
        changes=changes_between(before, field_values(user, USER_FIELDS)),
    )
    return user


@transaction.atomic
def unit_save(*, actor: Any, unit: Unit) -> Unit:
    """Save a new or changed unit. Raises ValidationError and NotAllowed."""
    _check_administrator(actor)
    unit.full_clean()
    known = Unit.objects.filter(pk=unit.pk).first() if unit.pk else None
    before = field_values(known, ["slug", "name"]) if known else {}
    unit.save()
    audit_record(
        actor=actor,
        verb="unit_edit" if known else "unit_create",
        instance=unit,
        changes=changes_between(before, field_values(unit, ["slug", "name"])),
    )
    return unit


def unit_create(*, actor: Any, name: str, slug: str = "") -> Unit:
    """Add a unit; without `slug` its address comes from its name. Raises as unit_save does."""
    return unit_save(actor=actor, unit=Unit(name=name, slug=slug or slugify(name)[:80]))


@transaction.atomic
def role_assign(*, actor: Any, user: User, role: str, unit: Unit | None = None) -> RoleAssignment:
    """Give `user` a role, for `unit` where the role is unit lead. A role held already stays.

    Raises ValidationError (a unit missing, or given to a role that has none) and NotAllowed.
    """
    _check_administrator(actor)
    held = RoleAssignment.objects.filter(user=user, role=role, unit=unit).first()
    if held:
        return held
    assignment = RoleAssignment(user=user, role=role, unit=unit)
    assignment.full_clean()
    assignment.save()
    _forget_roles(user)
    audit_record(
        actor=actor, verb="role_assign", instance=user, changes=_role_change(assignment, True)
    )
    return assignment


@transaction.atomic
def role_remove(*, actor: Any, assignment: RoleAssignment) -> None:
    """Take a role away. Raises NotAllowed."""
    _check_administrator(actor)
    user, change = assignment.user, _role_change(assignment, False)
    assignment.delete()
    _forget_roles(user)
    audit_record(actor=actor, verb="role_remove", instance=user, changes=change)


def _role_change(assignment: RoleAssignment, given: bool) -> dict[str, list[str]]:
    unit = f", {assignment.unit}" if assignment.unit else ""
    words = f"{Role(assignment.role).label}{unit}"
    return {"role": ["", words] if given else [words, ""]}


def _forget_roles(user: User) -> None:
    """The roles were read for an earlier question; the next one must read them again."""
    user.__dict__.pop("_roles_held", None)


def _check_administrator(actor: Any) -> None:
    if actor is not None and not is_administrator(actor):
        raise NotAllowed("Only an administrator changes people, units and roles.")
