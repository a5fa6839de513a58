from django.conf import settings
from django.db import models

from promises.models.plan import Activity
from promises.models.strategy import Strategy
from promises.words import Confidence


class Indicator(models.Model):
    """A measured quantity, of one activity or of the strategy as a whole."""

    class Direction(models.TextChoices):
        UP = "up", "More is better"
        DOWN = "down", "Less is better"
        NONE = "", "Not said"

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="indicators")
    activity = models.ForeignKey(
        Activity, null=True, blank=True, on_delete=models.CASCADE, related_name="indicators"
    )
    reference = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    unit = models.CharField(
        max_length=60, blank=True, help_text="What one of it is: people, hours, GBP."
    )
    direction = models.CharField(max_length=4, choices=Direction, blank=True)
    method = models.TextField(blank=True)
    baseline = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    baseline_label = models.CharField(max_length=40, blank=True, help_text="When, as in 2021-22.")
    target = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    target_label = models.CharField(max_length=40, blank=True, help_text="By when.")
    is_headline = models.BooleanField(default=False)

    class Meta:
        ordering = ["strategy", "reference"]
        constraints = [
            models.UniqueConstraint(
                fields=["strategy", "reference"], name="indicator_reference_once"
            ),
            models.UniqueConstraint(
                fields=["activity", "title"],
                condition=models.Q(activity__isnull=False),
                name="indicator_title_once_an_activity",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Reading(models.Model):
    """One value of an indicator for one period. Undated is a gap, and is shown as one."""

    class Method(models.TextChoices):
        COUNTED = "counted", "Counted"
        TICKETED = "ticketed", "Ticketed"
        ESTIMATED = "estimated", "Estimated"
        RECORDS = "records", "From records"
        NOT_SAID = "", "Not said"

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="readings")
    value = models.DecimalField(max_digits=18, decimal_places=4)
    period_start = models.DateField(null=True, blank=True)
    period_end = models.DateField(null=True, blank=True)
    period_precision = models.CharField(max_length=5, blank=True)
    source = models.CharField(max_length=200, blank=True)
    method = models.CharField(max_length=10, choices=Method, blank=True)
    confidence = models.CharField(max_length=5, choices=Confidence, blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["indicator", "period_end", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "period_start", "period_end"], name="reading_once_a_period"
            ),
            models.UniqueConstraint(
                fields=["indicator"],
                condition=models.Q(period_start__isnull=True, period_end__isnull=True),
                name="one_undated_reading",
            ),
            models.CheckConstraint(
                condition=models.Q(period_start__isnull=True)
                | models.Q(period_end__isnull=True)
                | models.Q(period_end__gte=models.F("period_start")),
                name="reading_period_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.value.normalize():f}"
