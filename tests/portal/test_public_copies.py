"""Copies of public pages: confirmed to a browser, kept for the next visitor, never out of date."""

import datetime as dt

import pytest
from django.core.cache import caches
from django.test import Client

from civic.core.periods import Period
from tests.people import words
from tests.portal.public_world import PAGES, told

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", PAGES)
def test_unchanged_page_is_confirmed_without_being_drawn(
    client, path, django_assert_max_num_queries
):
    told()
    first = client.get(path)
    assert "Cookie" in first["Vary"]
    assert first["Cache-Control"] == "no-cache"
    with django_assert_max_num_queries(4):
        again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_page_is_drawn_again_after_a_publication(client):
    story = told()
    first = client.get("/")
    story.open(Period(2025, 2), dt.date(2026, 2, 2))
    story.publish(at=dt.datetime(2026, 2, 20, 9, 0, tzinfo=dt.UTC))
    assert client.get("/", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_page_drawn_for_one_visitor_is_kept_for_the_next(client, django_assert_max_num_queries):
    told()
    first = client.get("/progress/")
    with django_assert_max_num_queries(4):
        second = Client().get("/progress/")
    assert second.content == first.content
    for name in ("Content-Type", "ETag", "Vary", "Cache-Control", "Content-Security-Policy"):
        assert second[name] == first[name]


def test_kept_page_gives_way_to_a_new_publication(client):
    story = told()
    before = words(client.get("/progress/"))
    story.open(Period(2025, 2), dt.date(2026, 2, 2))
    story.publish(at=dt.datetime(2026, 2, 20, 9, 0, tzinfo=dt.UTC))
    after = words(Client().get("/progress/"))
    assert "2025-26-Q2" in after
    assert "2025-26-Q2" not in before


def test_kept_pages_are_neither_made_by_nor_shown_to_somebody_signed_in(client):
    story = told()
    staff = Client()
    staff.force_login(story.owner)
    assert "My tasks" in words(staff.get("/"))
    assert "My tasks" not in words(client.get("/"))
    assert "My tasks" in words(staff.get("/"))


def test_pages_of_a_query_are_not_kept(client):
    told()
    for number in range(3):
        client.get("/progress/", {"search": f"word {number}"})
    assert not caches["pages"]._cache


def test_date_alone_never_confirms_a_page(client):
    told()
    assert "Last-Modified" not in client.get("/")
    later = {"If-Modified-Since": "Fri, 01 Jan 2038 00:00:00 GMT"}
    assert client.get("/", headers=later).status_code == 200


def test_page_is_drawn_again_for_another_institution(client, settings):
    told()
    first = client.get("/")
    settings.INSTITUTION_NAME = "University of the Other Bank"
    assert client.get("/", headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/activities/%00/",
        "/commitments/1.1%00/",
        "/progress/%00/",
        "/strategies/place-2025/activities/%00/",
        "/api/v1/activities/?strategy=%00",
        "/api/v1/activities/%00/",
        "/staff/activities/%00/",
        "/staff/updates/%00/",
    ],
)
def test_address_that_no_database_can_look_for_is_not_found(client, path):
    story = told()
    client.force_login(story.owner)
    assert client.get(path).status_code == 404


def test_page_of_somebody_signed_in_is_private_and_always_drawn(client):
    story = told()
    first = client.get("/")
    client.force_login(story.owner)
    mine = client.get("/", headers={"If-None-Match": first["ETag"]})
    assert mine.status_code == 200
    assert "ETag" not in mine
    assert mine["Cache-Control"] == "no-cache, private"
    assert "My tasks" in words(mine)
