"""Columns of the files that live records are exported to. The imports read the same headings."""

from civic.core.exports import Column
from promises.models import Engagement
from promises.words import Charge


def _activities(engagement: Engagement) -> str:
    return "; ".join(activity.reference for activity in engagement.activities.all())


def _partners(engagement: Engagement) -> str:
    return "; ".join(partner.name for partner in engagement.partners.all())


def _attendees(engagement: Engagement) -> int | str | None:
    low, high = engagement.attendees_from, engagement.attendees_to
    return low if low == high else f"{low}-{high}"


def _charge(engagement: Engagement) -> str:
    return str(Charge(engagement.charge).label).lower() if engagement.charge else ""


ENGAGEMENT_COLUMNS = [
    Column("Date", lambda row: row.starts_on, "date"),
    Column("Last day", lambda row: row.ends_on, "date"),
    Column("Activity ref", _activities),
    Column("What happened", lambda row: row.title),
    Column("Type", lambda row: row.engagement_type.label if row.engagement_type else ""),
    Column("Where", lambda row: row.place),
    Column("Attendees", _attendees),
    Column("How counted", lambda row: row.get_count_method_display()),
    Column("Volunteer hours", lambda row: row.volunteer_hours, "number"),
    Column("Academic hours", lambda row: row.academic_hours, "number"),
    Column("Other staff hours", lambda row: row.other_staff_hours, "number"),
    Column("Free?", _charge),
    Column("Price", lambda row: row.price, "number"),
    Column("Purpose", lambda row: row.get_purpose_display()),
    Column("Format", lambda row: row.get_format_display()),
    Column("Partners", _partners),
    Column("Unit", lambda row: row.unit.name if row.unit else ""),
    Column("Logged by", lambda row: str(row.logged_by or row.logged_by_words)),
    Column("Notes", lambda row: row.notes),
]
