"""Every way an organisation changes."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from civic.core.audit import audit_record
from civic.core.versions import create_version
from partners.models import Organisation
from partners.queries import name_key, organisations_by_name


@transaction.atomic
def organisation_create(
    *,
    actor: Any,
    name: str,
    kind: str = Organisation.Kind.OTHER,
    standing: str = Organisation.Standing.CONFIRMED,
    is_strategy_partner: bool = False,
    about: str = "",
) -> Organisation:
    """Add an organisation under a name nobody else has. Raises ValidationError."""
    name = " ".join(name.split())
    organisation = Organisation(
        name=name,
        name_key=name_key(name),
        slug=_free_slug(name),
        kind=kind,
        standing=standing,
        is_strategy_partner=is_strategy_partner,
        about=about,
    )
    create_version(organisation, actor=actor)
    audit_record(actor=actor, verb="organisation_create", instance=organisation)
    return organisation


def _free_slug(name: str) -> str:
    base = slugify(name)[:110] or "organisation"
    taken = set(Organisation.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


@transaction.atomic
def organisations_ensure(
    *, actor: Any, names: Iterable[str]
) -> tuple[dict[str, Organisation], list[Organisation]]:
    """The organisations of these names by name key, and those that had to be made.

    One that is not in the register is made and stands as unconfirmed. Raises ValidationError.
    """
    wanted = {name_key(name): name for name in names}
    found = organisations_by_name(set(wanted.values()))
    made = [
        organisation_create(actor=actor, name=name, standing=Organisation.Standing.UNCONFIRMED)
        for key, name in wanted.items()
        if key not in found
    ]
    return found | {row.name_key: row for row in made}, made
