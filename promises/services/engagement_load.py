"""Logging many engagements at once, under the same rules as logging one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from promises.models import Activity, Engagement, Strategy
from promises.services.engagements import EngagementData, check, fill, title_key

BATCH = 500
# Checked by constraint and by the register that found them, not by one query for each row.
_LINKS = ["strategy", "engagement_type", "unit", "logged_by", "likely_duplicate_of"]

DuplicateKey = tuple[date, str, int]


@dataclass
class Entry:
    """One engagement to load, with the digest of the row it came from and a mark, if any."""

    data: EngagementData
    import_digest: str
    look_again: str = ""


def engagement_prepare(*, data: EngagementData, today: date) -> Engagement:
    """An unsaved engagement that meets the rules. Raises ValidationError by field."""
    engagement = Engagement(strategy=data.strategy, state=Engagement.State.LOGGED)
    fill(engagement, data, actor=None)
    check(engagement, data, today=today)
    engagement.clean_fields(exclude=_LINKS)
    engagement.clean()
    return engagement


@transaction.atomic
def engagements_load(
    *, actor: Any, strategy: Strategy, entries: list[Entry], today: date
) -> list[Engagement]:
    """Log the entries in their order, with history and likely-duplicate marks.

    Digests must be new to the strategy: see `digests_loaded`. The import that calls this writes one
    audit row for the whole run. Raises ValidationError by field; then nothing is saved.
    """
    engagements = []
    for entry in entries:
        engagement = engagement_prepare(data=entry.data, today=today)
        engagement.import_digest = entry.import_digest
        engagement.look_again = entry.look_again
        engagements.append(engagement)
    seen = _logged_before(strategy, entries)
    Engagement.objects.bulk_create(engagements, batch_size=BATCH)
    marked = []
    for engagement, entry in zip(engagements, entries, strict=True):
        keys = _keys(engagement.starts_on, engagement.title, entry.data.activities)
        first = min((seen[key] for key in keys if key in seen), default=None)
        if first is not None:
            engagement.likely_duplicate_of_id = first
            marked.append(engagement)
        for key in keys:
            seen.setdefault(key, engagement.pk)
    Engagement.objects.bulk_update(marked, ["likely_duplicate_of"], batch_size=BATCH)
    _link(engagements, entries)
    Engagement.history.bulk_history_create(engagements, batch_size=BATCH, default_user=actor)
    return engagements


def digests_loaded(strategy: Strategy, digests: Iterable[str]) -> set[str]:
    """Those of `digests` whose row is in the log already."""
    return set(
        Engagement.objects.filter(strategy=strategy, import_digest__in=list(digests)).values_list(
            "import_digest", flat=True
        )
    )


def _logged_before(strategy: Strategy, entries: list[Entry]) -> dict[DuplicateKey, int]:
    """The first counted engagement of each day, title and activity that the entries might repeat.

    Two plain queries: joined in one, a database that has not yet taken stock of a fresh table may
    compare every row with every other.
    """
    wanted = {(entry.data.starts_on, title_key(entry.data.title)) for entry in entries}
    alike: dict[int, tuple[date, str]] = {}
    logged = Engagement.objects.filter(
        strategy=strategy,
        starts_on__in={day for day, _title in wanted},
        state__in=Engagement.COUNTED_STATES,
    )
    for pk, day, title in logged.values_list("pk", "starts_on", "title").iterator():
        if (day, title_key(title)) in wanted:
            alike[pk] = (day, title_key(title))
    links = (
        Engagement.activities.through.objects.filter(engagement_id__in=alike)
        .order_by("engagement_id")
        .values_list("engagement_id", "activity_id")
    )
    seen: dict[DuplicateKey, int] = {}
    for engagement, activity in links:
        seen.setdefault((*alike[engagement], activity), engagement)
    return seen


def _keys(day: date, title: str, activities: Iterable[Activity]) -> list[DuplicateKey]:
    return [(day, title_key(title), activity.pk) for activity in activities]


def _link(engagements: list[Engagement], entries: list[Entry]) -> None:
    to_activity = Engagement.activities.through
    to_partner = Engagement.partners.through
    pairs = list(zip(engagements, entries, strict=True))
    to_activity.objects.bulk_create(
        [
            to_activity(engagement_id=engagement.pk, activity_id=activity.pk)
            for engagement, entry in pairs
            for activity in entry.data.activities
        ],
        batch_size=BATCH,
    )
    to_partner.objects.bulk_create(
        [
            to_partner(engagement_id=engagement.pk, organisation_id=partner.pk)
            for engagement, entry in pairs
            for partner in entry.data.partners
        ],
        batch_size=BATCH,
    )
