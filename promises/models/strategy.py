from django.conf import settings
from django.db import models
from django.utils import timezone

from civic.core.models import Vocabulary
from civic.core.periods import partial_iso

DEFAULT_LABELS = {
    "promise": "Promise",
    "promises": "Promises",
    "commitment": "Commitment",
    "commitments": "Commitments",
}


class Strategy(models.Model):
    """A published set of promises. The adopted one is current; its wording is frozen."""

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    institution = models.CharField(max_length=200)
    responsible = models.CharField(max_length=200, blank=True, help_text="A role, not a name.")
    introduced = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Year.")
    review = models.CharField(max_length=60, blank=True, help_text="How often, as in 'annual'.")
    next_review_on = models.DateField(null=True, blank=True)
    next_review_precision = models.CharField(max_length=5, blank=True)
    labels = models.JSONField(default=dict, blank=True)
    themes = models.ForeignKey(Vocabulary, null=True, on_delete=models.PROTECT, related_name="+")
    enablers = models.ForeignKey(Vocabulary, null=True, on_delete=models.PROTECT, related_name="+")
    is_current = models.BooleanField(default=False)
    # Demonstration data: every page and PDF says so.
    is_demo = models.BooleanField(default=False)
    adopted_at = models.DateTimeField(null=True, blank=True)
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name_plural = "strategies"
        ordering = ["-introduced", "slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"],
                condition=models.Q(is_current=True),
                name="one_current_strategy",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def label_words(self) -> dict[str, str]:
        """What this strategy calls its two levels, capitalised, singular and plural."""
        return {**DEFAULT_LABELS, **self.labels}

    @property
    def next_review_iso(self) -> str:
        return partial_iso(self.next_review_on, self.next_review_precision)


class Promise(models.Model):
    """One promise. `title` is its present wording; every wording it has had is kept."""

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="promises")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=400)

    class Meta:
        ordering = ["strategy", "number"]
        constraints = [
            models.UniqueConstraint(fields=["strategy", "number"], name="promise_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Commitment(models.Model):
    """One commitment of a promise. `text` and `items` are its present wording."""

    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="commitments")
    # Copied from the promise, so that a code is unique within its strategy by constraint.
    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="commitments")
    code = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    items = models.JSONField(default=list, blank=True, help_text="The list below the text.")

    class Meta:
        ordering = ["promise__number", "position"]
        constraints = [
            models.UniqueConstraint(fields=["strategy", "code"], name="commitment_code_once"),
        ]

    def __str__(self) -> str:
        return self.code


class Wording(models.Model):
    """One wording of a promise or commitment, from the day it was adopted."""

    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    since = models.DateTimeField(default=timezone.now, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"wording {self.number}"


class PromiseWording(Wording):
    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="wordings")

    class Meta:
        ordering = ["promise", "number"]
        constraints = [
            models.UniqueConstraint(fields=["promise", "number"], name="promise_wording_once"),
        ]


class CommitmentWording(Wording):
    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="wordings")
    items = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["commitment", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "number"], name="commitment_wording_once"
            ),
        ]
