"""Every way a milestone or an evidence item changes."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from civic.core.audit import audit_record
from civic.core.periods import local_date
from promises.models import Activity, EvidenceItem, Milestone


@transaction.atomic
def milestone_record(
    *,
    actor: Any,
    activity: Activity,
    title: str,
    due_on: dt.date,
    done_on: dt.date | None = None,
) -> Milestone:
    """Add a dated step to an activity. Raises ValidationError."""
    milestone = Milestone(activity=activity, title=title, due_on=due_on, done_on=done_on)
    milestone.full_clean()
    milestone.save()
    audit_record(actor=actor, verb="milestone_record", instance=milestone)
    return milestone


@transaction.atomic
def evidence_record(
    *,
    actor: Any,
    activity: Activity,
    title: str,
    grade: str,
    state: str = EvidenceItem.State.OFFERED,
    note: str = "",
    added_by: Any = None,
    added_on: dt.date | None = None,
) -> EvidenceItem:
    """Add graded evidence for an activity; it counts once it is accepted. `title` and `note` of
    accepted evidence are published. Raises ValidationError."""
    item = EvidenceItem(
        activity=activity,
        title=title,
        grade=grade,
        state=state,
        note=note,
        added_by=added_by or actor,
        added_on=added_on or local_date(timezone.now()),
    )
    item.full_clean()
    item.save()
    audit_record(actor=actor, verb="evidence_record", instance=item)
    return item
