"""Who holds which role. Read once for each user object, because every page asks."""

from typing import Any

from civic.accounts.models import Role, RoleAssignment


def roles_of(user: Any) -> set[tuple[str, int | None]]:
    """{(role, unit id or None)} of an active, signed-in user; empty for a visitor."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return set()
    held: set[tuple[str, int | None]] | None = getattr(user, "_roles_held", None)
    if held is None:
        held = set(RoleAssignment.objects.filter(user=user).values_list("role", "unit_id"))
        user._roles_held = held
    return held


def is_staff_member(user: Any) -> bool:
    """Staff, and everyone whose role includes being staff."""
    return bool(roles_of(user))


def is_office(user: Any) -> bool:
    return (Role.OFFICE.value, None) in roles_of(user)


def is_administrator(user: Any) -> bool:
    return (Role.ADMINISTRATOR.value, None) in roles_of(user)


def leads_unit(user: Any, unit_id: int | None) -> bool:
    return unit_id is not None and (Role.UNIT_LEAD.value, unit_id) in roles_of(user)


def units_led_by(user: Any) -> set[int]:
    return {unit for role, unit in roles_of(user) if role == Role.UNIT_LEAD and unit is not None}
