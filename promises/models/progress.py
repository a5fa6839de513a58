from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from simple_history.models import HistoricalRecords

from civic.core.models import Versioned
from civic.core.periods import Period
from promises.models.plan import Activity
from promises.models.strategy import Strategy
from promises.words import Delivery


class Quarter(models.Model):
    """A reporting round of one strategy."""

    class State(models.TextChoices):
        UPCOMING = "upcoming", "Upcoming"
        OPEN = "open", "Open"
        COLLECTING = "collecting", "Collecting"
        REVIEWING = "reviewing", "Reviewing"
        PUBLISHED = "published", "Published"
        CORRECTING = "correcting", "Correcting"

    # States in which an owner may write and submit.
    WRITING_STATES = frozenset({State.OPEN.value, State.COLLECTING.value, State.REVIEWING.value})

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="quarters")
    year = models.PositiveSmallIntegerField(help_text="Calendar year in which the year starts.")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=State, default=State.UPCOMING)
    collecting_from = models.DateField()
    collecting_until = models.DateField()
    reviewing_until = models.DateField()

    class Meta:
        ordering = ["strategy", "year", "number"]
        constraints = [
            models.UniqueConstraint(fields=["strategy", "year", "number"], name="quarter_once"),
            models.CheckConstraint(
                condition=models.Q(number__gte=1, number__lte=4), name="quarter_1_to_4"
            ),
            models.CheckConstraint(
                condition=models.Q(collecting_until__gte=models.F("collecting_from"))
                & models.Q(reviewing_until__gte=models.F("collecting_until")),
                name="quarter_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def period(self) -> Period:
        return Period(self.year, self.number)

    @property
    def key(self) -> str:
        return self.period.key

    @property
    def is_writing(self) -> bool:
        return self.state in self.WRITING_STATES


class ProgressUpdate(Versioned):
    """What an owner says of one activity for one quarter."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Submitted"
        RETURNED = "returned", "Returned"
        APPROVED = "approved", "Approved"

    # States in which the owner still has something to do.
    OWNER_STATES = frozenset({State.DRAFT.value, State.RETURNED.value})

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="updates")
    quarter = models.ForeignKey(Quarter, on_delete=models.CASCADE, related_name="updates")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    delivery = models.CharField(max_length=12, choices=Delivery, blank=True)
    percent = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    narrative = models.TextField(blank=True, max_length=4000)
    reason = models.TextField(blank=True, max_length=1000)
    next_steps = models.TextField(blank=True, max_length=1000)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    return_reason = models.TextField(blank=True, max_length=1000)
    history = HistoricalRecords()

    class Meta:
        ordering = ["activity", "quarter"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "quarter"], name="update_once_a_quarter"),
            models.CheckConstraint(
                condition=models.Q(percent__isnull=True) | models.Q(percent__lte=100),
                name="update_percent_to_100",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity} in {self.quarter}"


class PublicationRequest(models.Model):
    """An office member's wish to publish a quarter, waiting for a second person to sign it off.

    `facts_sha256` names exactly what would be published: if the figures change before the
    sign-off, the request no longer holds.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for sign-off"
        SIGNED = "signed", "Signed off"
        WITHDRAWN = "withdrawn", "Withdrawn"

    quarter = models.ForeignKey(
        Quarter, on_delete=models.CASCADE, related_name="publication_requests"
    )
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    facts_sha256 = models.CharField(max_length=64)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    requested_at = models.DateTimeField(auto_now_add=True)
    signed_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["quarter"],
                condition=models.Q(state="waiting"),
                name="one_waiting_publication_request",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quarter}: {self.get_state_display()}"
