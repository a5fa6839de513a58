"""What the public reads: rows copied at publication and never changed again.

There is no column here for anything private: no person's name, no address, no draft.
"""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models

from civic.core.periods import Period, long_date, partial_iso, partial_words
from promises.models.progress import Quarter
from promises.models.strategy import DEFAULT_LABELS, Strategy
from promises.words import CountMethod, Delivery, EvidenceGrade, Horizon, Schedule


class Immutable(Exception):
    """Something tried to change a published row. A correction is a new revision."""


class ImmutableQuerySet(models.QuerySet[Any]):
    def update(self, **_values: Any) -> NoReturn:
        raise Immutable("Published rows are never changed.")

    def delete(self) -> NoReturn:
        raise Immutable("Published rows are never deleted.")


class ImmutableRow(models.Model):
    """Written once."""

    objects = ImmutableQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Immutable("Published rows are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Immutable("Published rows are never deleted.")


class Snapshot(ImmutableRow):
    """The frozen facts of one publication: canonical JSON and its SHA-256.

    Each names the digest of the one before it, in order of publication within the strategy. The
    first, without a quarter, is made at adoption and holds the wording alone.
    """

    strategy = models.ForeignKey(Strategy, on_delete=models.PROTECT, related_name="snapshots")
    quarter = models.ForeignKey(
        Quarter, null=True, blank=True, on_delete=models.PROTECT, related_name="snapshots"
    )
    # The quarter's place in time, for ordering without a join; zero for the wording alone.
    year = models.PositiveSmallIntegerField(default=0)
    number = models.PositiveSmallIntegerField(default=0)
    revision = models.PositiveSmallIntegerField(default=1)
    sequence = models.PositiveIntegerField()
    as_of = models.DateField(help_text="The quarter's last day.")
    payload = models.TextField(help_text="Canonical JSON.")
    sha256 = models.CharField(max_length=64)
    previous_sha256 = models.CharField(max_length=64, blank=True)
    reason = models.TextField(blank=True, help_text="Of a correction.")
    is_demo = models.BooleanField(default=False)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    signed_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["strategy", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["strategy", "sequence"], name="snapshot_in_chain_once"),
            models.UniqueConstraint(
                fields=["strategy", "year", "number", "revision"], name="snapshot_revision_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}, revision {self.revision}"

    @property
    def is_wording_only(self) -> bool:
        return self.number == 0

    @property
    def period(self) -> Period | None:
        return Period(self.year, self.number) if self.number else None

    @property
    def key(self) -> str:
        """'2025-26-Q1', or 'wording' before the first publication."""
        return self.period.key if self.period else "wording"

    @property
    def label_words(self) -> dict[str, str]:
        return {**DEFAULT_LABELS, **self.strategy.labels}


class PublishedPromise(ImmutableRow):
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="promises")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=400)
    # Mean of percent complete over its activities, by weight; null when none ever reported.
    percent = models.DecimalField(max_digits=5, decimal_places=1, null=True)

    class Meta:
        ordering = ["snapshot", "number"]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class PublishedCommitment(ImmutableRow):
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="commitments")
    promise = models.ForeignKey(
        PublishedPromise, on_delete=models.PROTECT, related_name="commitments"
    )
    code = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    items = models.JSONField(default=list)
    wording_number = models.PositiveSmallIntegerField()
    percent = models.DecimalField(max_digits=5, decimal_places=1, null=True)

    class Meta:
        ordering = ["snapshot", "promise__number", "position"]

    def __str__(self) -> str:
        return self.code


class PublishedActivity(ImmutableRow):
    """One activity as it stood on the quarter's last day."""

    class Basis(models.TextChoices):
        """Where its delivery comes from."""

        UPDATE = "update", "This quarter’s update"
        CARRIED = "carried", "Carried forward: it had already ended"
        OPENING = "opening", "Stated when the plan was loaded"
        NONE = "none", "No update"

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="activities")
    commitments = models.ManyToManyField(PublishedCommitment, related_name="activities")
    reference = models.CharField(max_length=30)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    owner_role = models.CharField(max_length=160, blank=True)
    unit = models.CharField(max_length=160, blank=True)
    horizon = models.CharField(max_length=12, choices=Horizon, blank=True)
    weight = models.DecimalField(max_digits=6, decimal_places=2)
    start_on = models.DateField(null=True)
    start_precision = models.CharField(max_length=5, blank=True)
    target_on = models.DateField(null=True)
    target_precision = models.CharField(max_length=5, blank=True)
    themes = models.JSONField(default=list)
    enablers = models.JSONField(default=list)
    places = models.JSONField(default=list)
    partners = models.JSONField(default=list, help_text="Names of confirmed organisations.")
    delivery = models.CharField(max_length=12, choices=Delivery)
    delivery_basis = models.CharField(max_length=8, choices=Basis)
    previous_delivery = models.CharField(max_length=12, choices=Delivery, blank=True)
    percent = models.PositiveSmallIntegerField(null=True)
    # The quarter whose approved update gave the percent; blank when nobody ever gave one.
    percent_quarter = models.CharField(max_length=12, blank=True)
    narrative = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    next_steps = models.TextField(blank=True)
    schedule = models.CharField(max_length=10, choices=Schedule)
    schedule_days = models.PositiveIntegerField(null=True, help_text="Overdue by, or due within.")
    evidence = models.CharField(max_length=24, choices=EvidenceGrade)
    evidence_items = models.JSONField(default=list, help_text="[{title, grade, note}].")
    engagement_count = models.PositiveIntegerField(default=0)
    attendee_total = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "published activities"
        ordering = ["snapshot", "reference"]
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "reference"], name="published_activity_once"
            ),
        ]
        indexes = [models.Index(fields=["reference"], name="published_activity_ref")]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def start_words(self) -> str:
        return partial_words(self.start_on, self.start_precision)

    @property
    def target_words(self) -> str:
        return partial_words(self.target_on, self.target_precision)

    @property
    def start_iso(self) -> str:
        return partial_iso(self.start_on, self.start_precision)

    @property
    def target_iso(self) -> str:
        return partial_iso(self.target_on, self.target_precision)

    @property
    def schedule_words(self) -> str:
        """'Due 31 July 2026', 'Overdue by 41 days', 'Finished'."""
        return schedule_words(self.schedule, self.schedule_days, self.target_words)


def schedule_words(schedule: str, days: int | None, target: str) -> str:
    """The schedule fact in a few words; `target` is the date as it is shown."""
    if schedule == Schedule.OVERDUE:
        return f"Overdue by {days} day{'' if days == 1 else 's'}"
    if schedule in (Schedule.NOT_DUE, Schedule.DUE_SOON):
        return f"Due {target}"
    return Schedule(schedule).label


class PublishedMilestone(ImmutableRow):
    activity = models.ForeignKey(
        PublishedActivity, on_delete=models.PROTECT, related_name="milestones"
    )
    title = models.CharField(max_length=200)
    due_on = models.DateField()
    done_on = models.DateField(null=True)
    schedule = models.CharField(max_length=10, choices=Schedule)
    schedule_days = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["activity", "due_on", "id"]

    def __str__(self) -> str:
        return self.title

    @property
    def schedule_words(self) -> str:
        """'Met, 7 days early', 'Met, 40 days late', 'Due 31 March 2026'."""
        if self.done_on:
            days = (self.done_on - self.due_on).days
            if days == 0:
                return "Met on the day"
            plural = "" if abs(days) == 1 else "s"
            return f"Met, {abs(days)} day{plural} {'early' if days < 0 else 'late'}"
        return schedule_words(self.schedule, self.schedule_days, long_date(self.due_on))


class PublishedIndicator(ImmutableRow):
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="indicators")
    activity = models.ForeignKey(
        PublishedActivity, null=True, on_delete=models.PROTECT, related_name="indicators"
    )
    reference = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    unit = models.CharField(max_length=60)
    direction = models.CharField(max_length=4, blank=True)
    method = models.TextField(blank=True)
    baseline = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    baseline_label = models.CharField(max_length=40, blank=True)
    target = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    target_label = models.CharField(max_length=40, blank=True)
    is_headline = models.BooleanField(default=False)

    class Meta:
        ordering = ["snapshot", "reference"]

    def __str__(self) -> str:
        return self.title


class PublishedReading(ImmutableRow):
    indicator = models.ForeignKey(
        PublishedIndicator, on_delete=models.PROTECT, related_name="readings"
    )
    value = models.DecimalField(max_digits=18, decimal_places=4)
    period_start = models.DateField(null=True)
    period_end = models.DateField(null=True)
    period_precision = models.CharField(max_length=5, blank=True)
    source = models.CharField(max_length=200, blank=True)
    method = models.CharField(max_length=10, blank=True)
    confidence = models.CharField(max_length=5, blank=True)

    class Meta:
        ordering = ["indicator", "period_end", "id"]

    def __str__(self) -> str:
        return f"{self.value.normalize():f}"

    @property
    def period_words(self) -> str:
        """'August to October 2025', '2016 to 2019', or 'Undated'."""
        if self.period_start is None and self.period_end is None:
            return "Undated"
        first = partial_words(self.period_start, self.period_precision)
        last = partial_words(self.period_end, self.period_precision)
        if first and last:
            return first if first == last else f"{first} to {last}"
        return first or last


class PublishedEngagement(ImmutableRow):
    """One logged engagement, in the publication that first counted it."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="engagements")
    activities = models.ManyToManyField(PublishedActivity, related_name="engagements")
    # The portal's own number for it, the same in every publication.
    number = models.PositiveBigIntegerField(db_index=True)
    title = models.CharField(max_length=200)
    starts_on = models.DateField()
    ends_on = models.DateField()
    # The quarter it happened in; earlier than the snapshot's for a late entry.
    quarter = models.CharField(max_length=12)
    is_late = models.BooleanField(default=False)
    engagement_type = models.CharField(max_length=160, blank=True)
    place = models.CharField(max_length=200, blank=True)
    attendees_from = models.PositiveIntegerField(null=True)
    attendees_to = models.PositiveIntegerField(null=True)
    attendees = models.PositiveIntegerField(null=True)
    count_method = models.CharField(max_length=10, choices=CountMethod, blank=True)
    volunteer_hours = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    partners = models.JSONField(default=list)

    class Meta:
        ordering = ["snapshot", "starts_on", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "number"], name="published_engagement_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title
