"""The Django admin shows the records of the civic work as their own pages do."""

import pytest
from django.urls import reverse

from promises.models import ProgressUpdate
from promises.services.updates import update_save
from tests.story import make_story

pytestmark = pytest.mark.django_db


def test_administrator_finds_no_draft_of_somebody_else(client):
    story = make_story()
    draft = story.log(story.activities[0], title="Not for others yet", state="draft")
    logged = story.log(story.activities[0], title="Open to colleagues")
    update = update_save(
        actor=story.owner,
        activity=story.activities[1],
        quarter=story.quarter,
        expected_version=None,
        delivery="at_risk",
        percent=10,
        narrative="Only a thought so far",
        reason="",
        next_steps="",
    )
    client.force_login(story.administrator)

    listed = client.get(reverse("admin:promises_engagement_changelist")).content.decode()
    assert logged.title in listed
    assert draft.title not in listed
    for record in (draft, update):
        name = record._meta.model_name
        page = client.get(reverse(f"admin:promises_{name}_change", args=[record.pk]), follow=True)
        assert "Not for others yet" not in page.content.decode()
        assert "Only a thought so far" not in page.content.decode()

    ProgressUpdate.objects.filter(pk=update.pk).update(state="approved")
    page = client.get(reverse("admin:promises_progressupdate_change", args=[update.pk]))
    assert "Only a thought so far" in page.content.decode()
