"""People, units and roles change through services, by administrators or the portal itself."""

import pytest
from django.core.exceptions import ValidationError

from civic.accounts.models import Role, RoleAssignment, User
from civic.accounts.queries import is_office, leads_unit
from civic.accounts.services import role_assign, role_remove, unit_create, unit_save, user_create
from civic.core.errors import NotAllowed
from civic.core.models import AuditEvent
from tests.people import person

pytestmark = pytest.mark.django_db

DETAILS = {
    "username": "nell",
    "name": "Nell Sample",
    "email": "nell@example.org",
    "password": "a-long-enough-password",
}


def test_user_create_makes_somebody_who_may_do_nothing_yet():
    unit = unit_create(actor=None, name="School of Law")

    nell = user_create(actor=None, unit=unit, job_title="Librarian", **DETAILS)

    assert nell.check_password("a-long-enough-password")
    assert (nell.unit, nell.job_title) == (unit, "Librarian")
    assert not nell.role_assignments.exists()
    assert AuditEvent.objects.get(verb="user_create").actor is None


@pytest.mark.parametrize(
    "changes",
    [
        {"password": "short"},
        {"password": "12345678901"},
        {"username": "a b"},
        {"email": "x"},
        {"name": ""},
    ],
)
def test_user_create_refuses_what_does_not_hold(changes: dict[str, str]):
    with pytest.raises(ValidationError):
        user_create(actor=None, **DETAILS | changes)
    assert not User.objects.exists()


def test_user_name_is_taken_once():
    user_create(actor=None, **DETAILS)

    with pytest.raises(ValidationError):
        user_create(actor=None, **DETAILS)


def test_role_given_twice_is_held_once_and_counts_at_once():
    nell = user_create(actor=None, **DETAILS)
    unit = unit_create(actor=None, name="School of Law")
    assert not is_office(nell)

    first = role_assign(actor=None, user=nell, role=Role.OFFICE)
    again = role_assign(actor=None, user=nell, role=Role.OFFICE)
    role_assign(actor=None, user=nell, role=Role.UNIT_LEAD, unit=unit)

    assert first == again
    assert is_office(nell)
    assert leads_unit(nell, unit.pk)
    role_remove(actor=None, assignment=RoleAssignment.objects.get(role=Role.OFFICE))
    assert not is_office(User.objects.get())


@pytest.mark.parametrize("role", [Role.UNIT_LEAD, "emperor"])
def test_role_assign_refuses_what_does_not_hold(role: str):
    nell = user_create(actor=None, **DETAILS)

    with pytest.raises(ValidationError):
        role_assign(actor=None, user=nell, role=role)


@pytest.mark.parametrize("role", [Role.STAFF, Role.OFFICE])
def test_only_administrators_change_accounts(role: str):
    actor = person("olive", role)
    unit = unit_create(actor=None, name="School of Law")

    with pytest.raises(NotAllowed):
        user_create(actor=actor, **DETAILS)
    with pytest.raises(NotAllowed):
        role_assign(actor=actor, user=actor, role=Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        role_remove(actor=actor, assignment=actor.role_assignments.get())
    with pytest.raises(NotAllowed):
        unit_save(actor=actor, unit=unit)
