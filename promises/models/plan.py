from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from simple_history.models import HistoricalRecords

from civic.accounts.models import Unit
from civic.core.models import Term, Versioned
from civic.core.periods import partial_words
from partners.models import Organisation
from promises.models.strategy import Commitment, Strategy
from promises.words import Delivery, Horizon, Priority

PRECISIONS = [("day", "Day"), ("month", "Month"), ("year", "Year")]


class Activity(Versioned):
    """An item of the implementation plan. Gaps stay gaps: nothing is invented to fill them."""

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="activities")
    reference = models.CharField(max_length=30)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="activities_owned",
    )
    owner_role = models.CharField(max_length=160, blank=True)
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="activities"
    )
    horizon = models.CharField(max_length=12, choices=Horizon, blank=True)
    priority = models.CharField(max_length=8, choices=Priority, default=Priority.NORMAL)
    weight = models.DecimalField(
        max_digits=6,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    # A year alone is kept as the first (start) or last (target) day of it, with its precision.
    start_on = models.DateField(null=True, blank=True)
    start_precision = models.CharField(max_length=5, choices=PRECISIONS, blank=True)
    target_on = models.DateField(null=True, blank=True)
    target_precision = models.CharField(max_length=5, choices=PRECISIONS, blank=True)
    # What the source said of its delivery before the first round was reported here.
    opening_delivery = models.CharField(max_length=12, choices=Delivery, blank=True)
    source = models.CharField(max_length=200, blank=True)
    commitments = models.ManyToManyField(Commitment, related_name="activities", blank=True)
    terms = models.ManyToManyField(Term, related_name="+", blank=True)
    partners = models.ManyToManyField(Organisation, related_name="activities", blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "activities"
        ordering = ["strategy", "reference"]
        constraints = [
            models.UniqueConstraint(
                fields=["strategy", "reference"], name="activity_reference_once"
            ),
        ]
        indexes = [models.Index(fields=["target_on"], name="activity_target")]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def start_words(self) -> str:
        return partial_words(self.start_on, self.start_precision)

    @property
    def target_words(self) -> str:
        return partial_words(self.target_on, self.target_precision)


class Milestone(models.Model):
    """A dated step of an activity."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="milestones")
    title = models.CharField(max_length=200)
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["activity", "due_on", "id"]

    def __str__(self) -> str:
        return self.title
