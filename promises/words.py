"""The product's fixed words and their order. Pages, PDF, API and exports all read them here."""

from decimal import Decimal

from django.db import models

from civic.core.templatetags._format import number

PERCENT_UNITS = frozenset({"%", "percent", "per cent"})
POUND_UNITS = frozenset({"£", "GBP"})


def unit_stands_apart(unit: str) -> bool:
    """Whether the unit is a word beside the figure, not a sign joined to it."""
    return bool(unit) and unit not in PERCENT_UNITS | POUND_UNITS


def figure_words(value: Decimal, unit: str) -> str:
    """The figure with its sign, without a unit that stands apart: `63%`, `£4,000`, `1,160`."""
    written = number(value)
    if unit in PERCENT_UNITS:
        return f"{written}%"
    return f"£{written}" if unit in POUND_UNITS else written


class Delivery(models.TextChoices):
    """What the owner says, with a reason. Not reported means that nothing was approved."""

    COMPLETE = "complete", "Complete"
    ON_TRACK = "on_track", "On track"
    AT_RISK = "at_risk", "At risk"
    DELAYED = "delayed", "Delayed"
    NOT_STARTED = "not_started", "Not started"
    STOPPED = "stopped", "Stopped"
    NOT_REPORTED = "not_reported", "Not reported"


# The order in which counts and gauges stand everywhere.
DELIVERY_ORDER = [choice.value for choice in Delivery]
# What an owner may say; "not reported" is only ever derived.
REPORTABLE = [choice for choice in Delivery if choice != Delivery.NOT_REPORTED]
FINAL_DELIVERY = frozenset({Delivery.COMPLETE.value, Delivery.STOPPED.value})
KEPT_DELIVERY = frozenset({Delivery.COMPLETE.value, Delivery.ON_TRACK.value})
# These say that something is wrong, so the owner must say why.
NEEDS_REASON = frozenset({Delivery.AT_RISK.value, Delivery.DELAYED.value, Delivery.STOPPED.value})


class Schedule(models.TextChoices):
    """What the dates say."""

    FINISHED = "finished", "Finished"
    NOT_DUE = "not_due", "Not due"
    DUE_SOON = "due_soon", "Due soon"
    OVERDUE = "overdue", "Overdue"
    STOPPED = "stopped", "Stopped"
    NO_DATE = "no_date", "No target date"


class EvidenceGrade(models.TextChoices):
    """The best accepted evidence of a record."""

    NONE = "none", "None"
    STATED = "stated", "Stated"
    DOCUMENTED = "documented", "Documented"
    VERIFIED = "independently_verified", "Independently verified"


EVIDENCE_ORDER = [choice.value for choice in EvidenceGrade]


class Horizon(models.TextChoices):
    CURRENT = "current", "Current"
    PLANNED = "planned", "Planned"
    LONGER_TERM = "longer_term", "Longer-term"


class Priority(models.TextChoices):
    HIGH = "high", "High"
    NORMAL = "normal", "Normal"
    LOW = "low", "Low"


class CountMethod(models.TextChoices):
    """How a number of people was found."""

    COUNTED = "counted", "Counted"
    TICKETED = "ticketed", "Ticketed or signed in"
    ESTIMATED = "estimated", "Estimated"


class Charge(models.TextChoices):
    NOT_SAID = "", "Not said"
    FREE = "free", "Free"
    CHARGEABLE = "chargeable", "Chargeable"


class Purpose(models.TextChoices):
    PUBLIC_BENEFIT = "public_benefit", "Public and community benefit"
    PARTNERSHIP = "partnership", "Working with partners"
    BUSINESS_SUPPORT = "business_support", "Support for business"
    TRAINING = "training", "Training and professional development"
    WIDENING_PARTICIPATION = "widening_participation", "Widening participation"
    RECRUITMENT = "recruitment", "Student recruitment"


class Format(models.TextChoices):
    IN_PERSON = "in_person", "In person"
    ONLINE = "online", "Online"
    HYBRID = "hybrid", "Both"


class Confidence(models.TextChoices):
    HIGH = "high", "High"
    FAIR = "fair", "Fair"
    LOW = "low", "Low"


ENGAGEMENT_TYPES = "engagement-types"
KEF_ASPECTS = "kef-aspects"
PLACES = "places"
