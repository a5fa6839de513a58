"""What the tests of the engagement log share: its vocabulary, and an entry as it is typed."""

import uuid
from typing import Any

from civic.core.models import Term, Vocabulary
from promises.words import ENGAGEMENT_TYPES
from tests.story import Story

NEW = "/staff/engagements/new/"
LIST = "/staff/engagements/"


def talk_type() -> Term:
    vocabulary = Vocabulary.objects.create(slug=ENGAGEMENT_TYPES, title="Engagement types")
    return Term.objects.create(vocabulary=vocabulary, code="talk", label="Public lecture or talk")


def typed(story: Story, talk: Term, **changes: Any) -> dict[str, Any]:
    """What a careful person types; the activity is one of the owner's."""
    values = {
        "title": "Housing rights evening",
        "starts_on_day": "5",
        "starts_on_month": "11",
        "starts_on_year": "2025",
        "ends_on_day": "",
        "ends_on_month": "",
        "ends_on_year": "",
        "engagement_type": str(talk.pk),
        "activities": [str(story.activities[0].pk)],
        "submission_key": str(uuid.uuid4()),
    }
    return values | changes


def errors_of(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 200
    return {name: list(found) for name, found in response.context["form"].errors.items()}
