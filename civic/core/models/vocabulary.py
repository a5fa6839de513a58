from django.db import models


class Vocabulary(models.Model):
    """A list of terms: themes, enablers, places, engagement types, KEF aspects."""

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=120)

    class Meta:
        verbose_name_plural = "vocabularies"
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.title


class Term(models.Model):
    """One tag of one vocabulary. `code` is stable; `label` is what people read."""

    vocabulary = models.ForeignKey(Vocabulary, on_delete=models.PROTECT, related_name="terms")
    code = models.SlugField(max_length=80)
    label = models.CharField(max_length=160)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["vocabulary", "position", "label"]
        constraints = [
            models.UniqueConstraint(fields=["vocabulary", "code"], name="term_code_once"),
        ]

    def __str__(self) -> str:
        return self.label
