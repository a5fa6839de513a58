"""Asking, by mail, for the updates that people owe."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from civic.accounts.models import Role, RoleAssignment, User
from civic.core.audit import audit_record
from civic.core.errors import NotAllowed, WrongState
from civic.core.mail import mail_send
from civic.core.models import MailMessage
from civic.core.periods import local_date
from promises.models import Quarter
from promises.queries.office import CHASED, OwedUpdate, updates_owed
from promises.services.quarters import quarter_lock

# From this many days after collecting closed, the unit lead is written to as well.
LEAD_AFTER_DAYS = 7


@dataclass(frozen=True)
class Chased:
    """What a chase did: people written to, people left in peace, updates nobody answers for."""

    people: int
    people_chased_today: int
    without_person: int


@transaction.atomic
def updates_chase(
    *, actor: Any, quarter: Quarter, activity_ids: Iterable[int], on: dt.date | None = None
) -> Chased:
    """Write to everyone who owes one of these updates: one message a person, at most one a day.

    A message lists all that the person owes in the round, not only what was selected. It goes to
    the owner; to the unit's leads where no owner signs in, and also to them once the round is
    seven days over. What has come in since is left out. Raises NotAllowed and WrongState.
    """
    if not actor.has_perm("promises.publish", quarter):
        raise NotAllowed("Only the office chases updates.")
    # Two chases at once must not each find that today's message is unwritten.
    quarter_lock(quarter)
    if not quarter.is_writing:
        raise WrongState(
            f"The round is {quarter.get_state_display().lower()}: no update can be written in it."
        )
    day = on or local_date(timezone.now())
    wanted = set(activity_ids)
    owed = updates_owed(quarter)
    people: dict[int, User] = {}
    owed_by: dict[int, list[OwedUpdate]] = defaultdict(list)
    without_person = 0
    leads = _leads_of_units()
    is_long_over = day >= quarter.collecting_until + dt.timedelta(days=LEAD_AFTER_DAYS)
    for item in owed:
        recipients = _recipients(item, leads, is_long_over)
        if not recipients and item.activity.pk in wanted:
            without_person += 1
        for person in recipients:
            people[person.pk] = person
            owed_by[person.pk].append(item)
    written = chased_today = 0
    for pk, items in owed_by.items():
        if not any(item.activity.pk in wanted for item in items):
            continue
        if _chase(actor, quarter, people[pk], items, day):
            written += 1
        else:
            chased_today += 1
    return Chased(written, chased_today, without_person)


def _leads_of_units() -> dict[int | None, list[User]]:
    leads: dict[int | None, list[User]] = defaultdict(list)
    held = RoleAssignment.objects.filter(role=Role.UNIT_LEAD, user__is_active=True)
    for assignment in held.select_related("user"):
        leads[assignment.unit_id].append(assignment.user)
    return leads


def _recipients(
    item: OwedUpdate, leads: dict[int | None, list[User]], is_long_over: bool
) -> list[User]:
    owner = item.activity.owner
    found = [owner] if owner and owner.is_active and owner.email else []
    if not found or is_long_over:
        found += [
            lead
            for lead in leads.get(item.activity.unit_id, [])
            if lead.email and lead not in found
        ]
    return found


def _chase(
    actor: Any, quarter: Quarter, person: User, items: list[OwedUpdate], day: dt.date
) -> bool:
    """Write to one person unless that was done today; audit each activity it names."""
    key = f"chase:{quarter.pk}:{person.pk}:{day.isoformat()}"
    if MailMessage.objects.filter(key=key).exists():
        return False
    mail_send(
        to=person.email,
        template="chase",
        context={
            "person": person,
            "period": quarter.period,
            "closes_on": quarter.collecting_until if day <= quarter.collecting_until else None,
            "owed": [
                {
                    "activity": item.activity,
                    "owner_words": item.owner_words,
                    "state": item.state,
                    "is_mine": item.activity.owner_id in (None, person.pk),
                }
                for item in items
            ],
        },
        key=key,
    )
    for item in items:
        audit_record(
            actor=actor,
            verb=CHASED,
            instance=item.activity,
            changes={"quarter": quarter.key, "person": person.pk},
        )
    return True
