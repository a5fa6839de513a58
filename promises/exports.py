"""Columns of the files that the live records are exported to. The imports read them again."""

from civic.core.exports import Column
from promises.models import Engagement
from promises.words import Charge


def _activities(engagement: Engagement) -> str:
    return "; ".join(activity.reference for activity in engagement.activities.all())


def _partners(engagement: Engagement) -> str:
    return "; ".join(partner.name for partner in engagement.partners.all())


def _charge(engagement: Engagement) -> str:
    if engagement.charge == Charge.CHARGEABLE and engagement.price is not None:
        return f"{engagement.price:.2f}"
    return "free" if engagement.charge == Charge.FREE else ""


ENGAGEMENT_COLUMNS = [
    Column("Date", lambda row: row.starts_on, "date"),
    Column("Activity ref", _activities),
    Column("What happened", lambda row: row.title),
    Column("Type", lambda row: row.engagement_type.label if row.engagement_type else ""),
    Column("Where", lambda row: row.place),
    Column("Attendees", lambda row: row.attendees_words),
    Column("Volunteers hours", lambda row: row.volunteer_hours, "number"),
    Column("Free?", _charge),
    Column("Partners", _partners),
    Column("Logged by", lambda row: str(row.logged_by or row.logged_by_words)),
    Column("Notes", lambda row: row.notes),
]
