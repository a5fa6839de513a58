from django.db import models
from simple_history.models import HistoricalRecords

from civic.core.models import Versioned


class Organisation(Versioned):
    """A body the university works with. It may be a strategy partner, a PACT partner, or neither.

    One that came in by an import and nobody has looked at yet is *unconfirmed*.
    """

    class Kind(models.TextChoices):
        COMBINED_AUTHORITY = "combined_authority", "Combined authority"
        LOCAL_AUTHORITY = "local_authority", "Local authority"
        POLICE = "police", "Police"
        NHS = "nhs", "NHS"
        FURTHER_EDUCATION = "further_education", "Further education"
        SCHOOL = "school", "School"
        UNIVERSITY = "university", "University"
        BUSINESS = "business", "Business"
        SOCIAL_ENTERPRISE = "social_enterprise", "Social enterprise"
        CHARITY = "charity", "Charity"
        VOLUNTARY_BODY = "voluntary_body", "Voluntary body"
        TRADE_UNION = "trade_union", "Trade union"
        CULTURAL_BODY = "cultural_body", "Cultural body"
        OTHER = "other", "Other"

    class Standing(models.TextChoices):
        UNCONFIRMED = "unconfirmed", "Unconfirmed"
        CONFIRMED = "confirmed", "Confirmed"

    name = models.CharField(max_length=200)
    # What two spellings of one name have in common; keeps an import from making it twice.
    name_key = models.CharField(max_length=200, unique=True, editable=False)
    slug = models.SlugField(max_length=120, unique=True)
    kind = models.CharField(max_length=30, choices=Kind, default=Kind.OTHER)
    standing = models.CharField(
        max_length=12, choices=Standing, default=Standing.CONFIRMED, db_index=True
    )
    is_strategy_partner = models.BooleanField(default=False)
    website = models.URLField(blank=True)
    about = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
