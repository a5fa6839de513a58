"""Pages of the house, health answers, and the frame around every page."""

import pytest
from django.db import DatabaseError, InterfaceError
from django.test import RequestFactory
from kombu.exceptions import OperationalError

from civic.accounts.models import Role, Unit
from civic.portal.context import Site, site, strategy_of
from civic.portal.views import health
from promises.models import Strategy
from tests.people import person, words
from tests.story import make_story


def test_healthz_answers_without_the_database(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_readyz_when_all_is_well(client):
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (200, b"ready\n")


@pytest.mark.django_db
@pytest.mark.parametrize("fault", [DatabaseError("no such server"), InterfaceError("closed")])
def test_readyz_names_every_reason(client, monkeypatch, fault):
    class Broken:
        def __init__(self, *_args):
            raise fault

    class Silent:
        def __enter__(self):
            raise OperationalError("refused")

        def __exit__(self, *_args):
            return False

    monkeypatch.setattr(health, "MigrationExecutor", Broken)
    monkeypatch.setattr(health.celery_app, "connection_for_write", lambda **_options: Silent())
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.content.decode().splitlines() == [
        "The database does not answer.",
        "The message broker does not answer.",
    ]


@pytest.mark.django_db
def test_readyz_counts_migrations_that_are_missing(client, monkeypatch):
    monkeypatch.setattr(
        health.MigrationExecutor, "migration_plan", lambda _self, _targets: [("m", False)] * 2
    )
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.content.startswith(b"2 database migrations are not applied.")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "phrase"),
    [
        ("/accessibility/", "What we know falls short"),
        ("/privacy/", "Publications name roles, not people."),
        ("/cookies/", "Reading this site sets no cookie."),
    ],
)
def test_page_of_the_house(client, path, phrase):
    response = client.get(path)
    assert response.status_code == 200
    assert phrase in words(response)
    assert response.content.count(b"<h1") == 1
    assert response.cookies == {}


@pytest.mark.django_db
def test_robots_keeps_search_engines_out_of_the_rooms_behind_a_sign_in(client):
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /staff/", "Disallow: /office/"} <= set(lines)


# The frame -------------------------------------------------------------------------------------


def labels_of(links):
    return [link["label"] for link in links]


def request_of(user, path="/"):
    request = RequestFactory().get(path)
    request.user = user
    return request


@pytest.mark.django_db
def test_frame_asks_the_database_nothing_until_it_is_shown(django_assert_num_queries):
    make_story()
    user = person("vera")
    with django_assert_num_queries(0):
        context = site(request_of(user))
        assert context["site"].institution
    with django_assert_num_queries(1):
        assert context["labels"]["promises_lower"] == "promises"
        assert not context["is_demo"]
        assert context["site"].nav


@pytest.mark.django_db
def test_frame_uses_the_strategy_that_the_view_chose(django_assert_num_queries):
    request = request_of(person("vera"))
    request.strategy = Strategy(labels={"promises": "Objectives"})
    with django_assert_num_queries(0):
        assert strategy_of(request) is request.strategy
        assert "Objectives" in labels_of(Site(request).nav)


@pytest.mark.django_db
def test_public_links_lead_visitors_to_sign_in_and_staff_to_their_tasks(client):
    make_story()
    assert "Sign in" in words(client.get("/"))
    client.force_login(person("vera", Role.STAFF))
    text = words(client.get("/"))
    assert "My tasks" in text
    assert "Sign in" not in text


@pytest.mark.django_db
def test_staff_links_follow_from_roles():
    unit = Unit.objects.create(slug="law-school", name="Law")
    expected = {
        "vera": (Role.STAFF, None, ["My tasks", "Engagements", "Updates", "Plan", "Public site"]),
        "una": (
            Role.UNIT_LEAD,
            unit,
            ["My tasks", "Engagements", "Updates", "Plan", "Reviews", "Public site"],
        ),
        "olga": (
            Role.OFFICE,
            None,
            ["My tasks", "Engagements", "Updates", "Plan", "Office", "Public site"],
        ),
        "adam": (
            Role.ADMINISTRATOR,
            None,
            ["My tasks", "Engagements", "Updates", "Plan", "People", "Public site"],
        ),
    }
    for name, (role, where, links) in expected.items():
        assert labels_of(Site(request_of(person(name, role, unit=where))).staff_nav) == links


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/progress/2025-26-Q1/", ["Progress"]),
        ("/activities/GN-01/", ["Progress"]),
        ("/promises/1/", ["Promises"]),
        ("/commitments/1.1/", ["Promises"]),
        ("/data/", ["Data"]),
        ("/", []),
    ],
)
def test_link_of_the_room_one_is_in_is_marked(path, current):
    nav = Site(request_of(person("vera"), path)).nav
    assert [link["label"] for link in nav if link["current"]] == current
