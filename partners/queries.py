"""Reads of organisations."""

from typing import Any

from django.db.models import QuerySet

from civic.accounts.queries import is_staff_member
from partners.models import Organisation


def organisations_visible_to(user: Any) -> QuerySet[Organisation]:
    """Staff see the whole register; everyone else only confirmed organisations."""
    organisations = Organisation.objects.all()
    if not is_staff_member(user):
        organisations = organisations.filter(standing=Organisation.Standing.CONFIRMED)
    return organisations


def name_key(name: str) -> str:
    """What two spellings of one name have in common: case and spaces do not count."""
    return " ".join(name.casefold().replace("’", "'").split())


def organisations_by_name(names: set[str]) -> dict[str, Organisation]:
    """{name key: organisation} for those of `names` that are in the register."""
    keys = {name_key(name) for name in names}
    return {row.name_key: row for row in Organisation.objects.filter(name_key__in=keys)}
