from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from simple_history.models import HistoricalRecords

from civic.accounts.models import Unit
from civic.core.models import Attachment, Term, Versioned
from civic.core.periods import Period
from partners.models import Organisation
from promises.models.measures import Reading
from promises.models.plan import Activity
from promises.models.strategy import Strategy
from promises.words import Charge, CountMethod, EvidenceGrade, Format, Purpose

MOST_PEOPLE = 10_000_000
NOT_NEGATIVE = MinValueValidator(Decimal(0))


class Engagement(Versioned):
    """One thing that happened, from a date to a date. Never called an activity."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        LOGGED = "logged", "Logged"
        CONFIRMED = "confirmed", "Confirmed by the partner"
        DISPUTED = "disputed", "Disputed by the partner"
        SETTLED = "settled", "Settled"
        WITHDRAWN = "withdrawn", "Withdrawn"

    # What public totals count; a disputed entry stays out until it is settled.
    COUNTED_STATES = frozenset({State.LOGGED.value, State.CONFIRMED.value, State.SETTLED.value})

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="engagements")
    state = models.CharField(max_length=10, choices=State, default=State.LOGGED)
    title = models.CharField(max_length=200)
    starts_on = models.DateField(db_index=True)
    ends_on = models.DateField()
    activities = models.ManyToManyField(Activity, related_name="engagements", blank=True)
    engagement_type = models.ForeignKey(
        Term, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    place = models.CharField(max_length=200, blank=True)
    # An exact count has both ends alike; a range keeps both and is totalled at its middle.
    attendees_from = models.PositiveIntegerField(null=True, blank=True)
    attendees_to = models.PositiveIntegerField(null=True, blank=True)
    # The middle of the two, halves rounded up: what totals add. Set by the service.
    attendees = models.PositiveIntegerField(null=True, blank=True, editable=False)
    count_method = models.CharField(max_length=10, choices=CountMethod, blank=True)
    volunteer_hours = models.DecimalField(
        max_digits=9, decimal_places=2, null=True, blank=True, validators=[NOT_NEGATIVE]
    )
    academic_hours = models.DecimalField(
        max_digits=9, decimal_places=2, null=True, blank=True, validators=[NOT_NEGATIVE]
    )
    other_staff_hours = models.DecimalField(
        max_digits=9, decimal_places=2, null=True, blank=True, validators=[NOT_NEGATIVE]
    )
    charge = models.CharField(max_length=10, choices=Charge, blank=True)
    price = models.DecimalField(
        max_digits=9, decimal_places=2, null=True, blank=True, validators=[NOT_NEGATIVE]
    )
    purpose = models.CharField(max_length=24, choices=Purpose, blank=True)
    format = models.CharField(max_length=10, choices=Format, blank=True)
    partners = models.ManyToManyField(Organisation, related_name="engagements", blank=True)
    notes = models.TextField(blank=True, max_length=4000)
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="engagements"
    )
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="engagements_logged",
    )
    # As an imported file gave it, where it names nobody who signs in here.
    logged_by_words = models.CharField(max_length=160, blank=True)
    logged_at = models.DateTimeField(default=timezone.now, editable=False)
    # Marks that ask for a second look; they block nothing.
    likely_duplicate_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    look_again = models.CharField(max_length=200, blank=True)
    # Why it stays out of the statutory return; blank when nothing keeps it out.
    return_exclusion = models.CharField(max_length=200, blank=True)
    # The imported row it came from, so that the same row twice changes nothing.
    import_digest = models.CharField(max_length=64, blank=True)
    # The form's own key: a second press of the same button finds the first one's record.
    submission_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    history = HistoricalRecords()

    class Meta:
        ordering = ["-starts_on", "-id"]
        indexes = [
            models.Index(fields=["strategy", "-starts_on", "-id"], name="engagement_list"),
            models.Index(fields=["logged_by", "-starts_on", "-id"], name="engagement_mine"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["strategy", "import_digest"],
                condition=~models.Q(import_digest=""),
                name="engagement_imported_once",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="engagement_dates_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(attendees_from__isnull=True, attendees_to__isnull=True)
                | models.Q(attendees_to__gte=models.F("attendees_from")),
                name="engagement_attendees_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        errors: dict[str, str] = {}
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            errors["ends_on"] = "The last day must be the same as the first day, or later."
        if self.state != self.State.DRAFT:
            errors |= self._unfinished()
        for field in ("attendees_from", "attendees_to"):
            value = getattr(self, field)
            if value is not None and value > MOST_PEOPLE:
                errors[field] = f"Attendees must be {MOST_PEOPLE:,} or fewer."
        if errors:
            raise ValidationError(errors)

    def _unfinished(self) -> dict[str, str]:
        """What a draft may leave open and a logged entry may not."""
        errors: dict[str, str] = {}
        if self.charge == Charge.CHARGEABLE and self.price is None:
            errors["price"] = "Enter the price for one person, like 12.50."
        if self.charge != Charge.CHARGEABLE and self.price is not None:
            errors["price"] = "Leave the price empty, or choose “Chargeable”."
        if self.attendees_from is not None and not self.count_method:
            errors["count_method"] = "Say how the attendees were counted."
        return errors

    @property
    def period(self) -> Period:
        """The quarter it is counted in: that of its first day."""
        return Period.containing(self.starts_on)

    @property
    def attendees_words(self) -> str:
        """'45', 'about 40', '30 to 40'; empty when nobody counted."""
        if self.attendees_from is None or self.attendees_to is None:
            return ""
        if self.attendees_from != self.attendees_to:
            return f"{self.attendees_from:,} to {self.attendees_to:,}"
        about = "about " if self.count_method == CountMethod.ESTIMATED else ""
        return f"{about}{self.attendees_from:,}"


class EvidenceItem(models.Model):
    """A file, link or reading that supports an activity or an engagement, graded."""

    class State(models.TextChoices):
        OFFERED = "offered", "Offered"
        ACCEPTED = "accepted", "Accepted"
        REJECTED = "rejected", "Rejected"

    activity = models.ForeignKey(
        Activity, null=True, blank=True, on_delete=models.CASCADE, related_name="evidence"
    )
    engagement = models.ForeignKey(
        Engagement, null=True, blank=True, on_delete=models.CASCADE, related_name="evidence"
    )
    title = models.CharField(max_length=200)
    grade = models.CharField(
        max_length=24,
        choices=[choice for choice in EvidenceGrade.choices if choice[0] != "none"],
    )
    state = models.CharField(max_length=10, choices=State, default=State.OFFERED)
    url = models.URLField(blank=True)
    attachment = models.ForeignKey(
        Attachment, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reading = models.ForeignKey(
        Reading, null=True, blank=True, on_delete=models.PROTECT, related_name="evidence"
    )
    note = models.TextField(blank=True)
    added_on = models.DateField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-added_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(activity__isnull=False, engagement__isnull=True)
                | models.Q(activity__isnull=True, engagement__isnull=False),
                name="evidence_of_one_record",
            ),
        ]

    def __str__(self) -> str:
        return self.title
