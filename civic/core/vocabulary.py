"""Every way a vocabulary changes."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.text import slugify

from civic.core.models import Term, Vocabulary


@transaction.atomic
def terms_ensure(*, slug: str, title: str, labels: Iterable[str]) -> dict[str, Term]:
    """{label: term} of the vocabulary `slug`, making it and whatever it lacks, in this order."""
    vocabulary, _made = Vocabulary.objects.get_or_create(slug=slug, defaults={"title": title})
    terms = {}
    for position, label in enumerate(labels, start=1):
        terms[label], _made = Term.objects.get_or_create(
            vocabulary=vocabulary,
            code=slugify(label)[:80],
            defaults={"label": label, "position": position},
        )
    return terms
