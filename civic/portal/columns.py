"""The columns of the published tables as files, headed in the strategy's own words."""

from civic.core.exports import Column
from civic.core.periods import partial_iso
from promises.models import PublishedActivity, PublishedEngagement, Snapshot
from promises.words import CountMethod, Delivery, EvidenceGrade, Horizon, Schedule

DEMONSTRATION = "Demonstration data"


def activity_columns(snapshot: Snapshot) -> list[Column]:
    """One row for each activity of a publication."""
    labels = snapshot.label_words
    columns = [
        Column("Quarter", lambda _row: snapshot.key),
        Column("Revision", lambda _row: snapshot.revision, "number"),
        Column("Reference", lambda row: row.reference),
        Column("Title", lambda row: row.title),
        Column("Description", lambda row: row.description),
        Column(labels["promises"], promise_numbers),
        Column(labels["commitments"], commitment_codes),
        Column("Delivery", lambda row: Delivery(row.delivery).label),
        Column("Delivery comes from", lambda row: row.get_delivery_basis_display()),
        Column("Delivery the quarter before", _previous_delivery),
        Column("Percent done", lambda row: row.percent, "number"),
        Column("Percent reported in", lambda row: row.percent_quarter),
        Column("Update", lambda row: row.narrative),
        Column("Reason", lambda row: row.reason),
        Column("Next steps", lambda row: row.next_steps),
        Column("Schedule", lambda row: Schedule(row.schedule).label),
        Column("Days overdue or left", lambda row: row.schedule_days, "number"),
        Column("Start", lambda row: partial_iso(row.start_on, row.start_precision)),
        Column("Target", lambda row: partial_iso(row.target_on, row.target_precision)),
        Column("Evidence", lambda row: EvidenceGrade(row.evidence).label),
        Column("Evidence items", lambda row: len(row.evidence_items), "number"),
        Column("Who answers for it", lambda row: row.owner_role),
        Column("Unit", lambda row: row.unit),
        Column("Horizon", lambda row: Horizon(row.horizon).label if row.horizon else ""),
        Column("Weight", lambda row: row.weight, "number"),
        Column("Themes", lambda row: row.themes),
        Column("Enablers", lambda row: row.enablers),
        Column("Places", lambda row: row.places),
        Column("Partners", lambda row: row.partners),
        Column("Engagements", lambda row: row.engagement_count, "number"),
        Column("Attendees", lambda row: row.attendee_total, "number"),
    ]
    return columns + _note(snapshot)


def engagement_columns(snapshot: Snapshot) -> list[Column]:
    """One row for each engagement that a publication counted."""
    columns = [
        Column("Published in", lambda _row: snapshot.key),
        Column("Revision", lambda _row: snapshot.revision, "number"),
        Column("Number", lambda row: row.number, "number"),
        Column("Title", lambda row: row.title),
        Column("First day", lambda row: row.starts_on, "date"),
        Column("Last day", lambda row: row.ends_on, "date"),
        Column("Quarter", lambda row: row.quarter),
        Column("Late entry", lambda row: row.is_late),
        Column("Activities", activity_references),
        Column("Type", lambda row: row.engagement_type),
        Column("Place", lambda row: row.place),
        Column("Attendees from", lambda row: row.attendees_from, "number"),
        Column("Attendees to", lambda row: row.attendees_to, "number"),
        Column("Attendees counted as", lambda row: row.attendees, "number"),
        Column("How they were counted", _count_method),
        Column("Volunteer hours", lambda row: row.volunteer_hours, "number"),
        Column("Partners", lambda row: row.partners),
    ]
    return columns + _note(snapshot)


def promise_numbers(row: PublishedActivity) -> list[int]:
    """The numbers of the promises it serves, each once."""
    return sorted({commitment.promise.number for commitment in row.commitments.all()})


def commitment_codes(row: PublishedActivity) -> list[str]:
    """The codes of the commitments it serves, in the order of the strategy."""
    commitments = sorted(
        row.commitments.all(), key=lambda found: (found.promise.number, found.position)
    )
    return [found.code for found in commitments]


def activity_references(row: PublishedEngagement) -> list[str]:
    """The references of the activities it belongs to."""
    return [activity.reference for activity in row.activities.all()]


def file_name(snapshot: Snapshot, what: str) -> str:
    """`civic-2022-2025-26-Q1-activities`; demonstration data says so in the name."""
    parts = [snapshot.strategy.slug, snapshot.key, what]
    return "-".join([*parts, "demonstration"] if snapshot.is_demo else parts)


def _previous_delivery(row: PublishedActivity) -> str:
    return str(Delivery(row.previous_delivery).label) if row.previous_delivery else ""


def _count_method(row: PublishedEngagement) -> str:
    return str(CountMethod(row.count_method).label) if row.count_method else ""


def _note(snapshot: Snapshot) -> list[Column]:
    """Invented figures say so in every row, because rows travel without their file name."""
    return [Column("Note", lambda _row: DEMONSTRATION)] if snapshot.is_demo else []
