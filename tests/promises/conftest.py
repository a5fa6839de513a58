"""Fixtures of this room: a small adopted strategy, and what the log needs beside it."""

import pytest
from django.test import Client

from civic.core.models import Term
from partners.models import Organisation
from partners.services import organisation_create
from tests.promises.log_world import talk_type
from tests.story import Story, make_story


@pytest.fixture
def story(db: None) -> Story:
    return make_story()


@pytest.fixture
def talk(db: None) -> Term:
    return talk_type()


@pytest.fixture
def library(db: None) -> Organisation:
    return organisation_create(actor=None, name="Northshore Libraries")


@pytest.fixture
def owner(client: Client, story: Story) -> Client:
    """The browser of the story's owner, signed in."""
    client.force_login(story.owner)
    return client
