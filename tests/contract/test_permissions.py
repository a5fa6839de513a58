"""Who gets which answer where: permissions.yaml, walked with one person of every role."""

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from civic.core.models import AuditEvent
from promises.models import Activity
from tests.contract.permissions_world import SECRETS, World, make_world
from tests.people import signed_in

TABLE = yaml.safe_load((Path(__file__).parent / "permissions.yaml").read_text(encoding="utf-8"))
ROLES = list(TABLE["roles"])
EVERYBODY = TABLE["everybody"].split()
ROUTES = TABLE["routes"]
SIGN_IN = "sign-in"
DONE = {"200", "302", "422"}
# Jobs and sessions belong to the machinery, not to anybody's records.
UNWATCHED = {"sessions.Session"}

# One process walks them all, so that the portal is filled once.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("permissions")]


@dataclass
class Browser:
    """One person's browser. Signing out in one request does not sign it out for the next."""

    client: Client
    cookies: dict[str, str] = field(default_factory=dict)

    def answer(self, method: str, address: str, data: dict[str, str] | None = None) -> Any:
        self.client.cookies = SimpleCookie(self.cookies)
        if method in ("PUT", "PATCH", "DELETE"):
            return getattr(self.client, method.lower())(address)
        return getattr(self.client, method.lower())(address, data or {})


@dataclass
class Portal:
    world: World
    browsers: dict[str, Browser]


@pytest.fixture(scope="module")
def portal(django_db_setup: None, django_db_blocker: Any) -> Iterator[Portal]:
    """The filled portal and everybody's browser, once for this module."""
    refusals = logging.getLogger("django.request")
    level = refusals.level
    # Thousands of refusals, each expected: to tell them takes longer than to refuse them.
    refusals.setLevel(logging.ERROR)
    with django_db_blocker.unblock(), transaction.atomic():
        world = make_world()
        browsers = {}
        for role, user in world.people.items():
            client = signed_in(user) if user else Client()
            cookies = {name: morsel.value for name, morsel in client.cookies.items()}
            browsers[role] = Browser(client, cookies)
        yield Portal(world, browsers)
        transaction.set_rollback(True)
    refusals.setLevel(level)


def status_of(response: Any) -> str:
    """The status as the table writes it."""
    ways_in = (reverse(settings.LOGIN_URL), reverse("admin:login"))
    if response.status_code == 302 and response["Location"].startswith(ways_in):
        return SIGN_IN
    return str(response.status_code)


def body_of(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", "replace")


def rows_of_every_table() -> dict[str, Counter[Any]]:
    """Every column of every row: what a refused request must leave as it was."""
    return {
        model._meta.label: Counter(map(repr, model._default_manager.order_by().values_list()))
        for model in apps.get_models()
        if model._meta.label not in UNWATCHED
    }


def columns(row: str | int) -> dict[str, str]:
    """{role: answer} of a line of the table; one answer alone is for everybody."""
    answers = str(row).split()
    if len(answers) == 1:
        return dict.fromkeys(EVERYBODY, answers[0])
    assert len(answers) == len(ROLES), row
    return dict(zip(ROLES, answers, strict=True))


def address_of(route: str, case: dict[str, Any], world: World) -> str:
    kwargs = {name: world.records.get(value, value) for name, value in case.get("at", {}).items()}
    if "path" in case:
        return str(case["path"])
    return reverse(route, kwargs=kwargs)


def leaks_in(route: str, role: str, response: Any) -> list[str]:
    """The secrets that this answer tells to a role that the table does not name for them."""
    if route in TABLE["tells_all"]:
        return []
    text = body_of(response)
    return [
        name
        for name, readers in TABLE["secrets"].items()
        if SECRETS[name] in text and role not in readers.split()
    ]


def ask(browser: Browser, method: str, address: str, case: dict[str, Any]) -> Any:
    """The answer, with whatever it did undone if it may do something."""
    with transaction.atomic():
        response = browser.answer(method, address, case.get("send"))
        transaction.set_rollback(method == "POST" and status_of(response) in DONE)
    return response


def routes(
    resolver: URLResolver | None = None, space: tuple[str, ...] = ()
) -> Iterator[tuple[str, URLPattern]]:
    """(name with its namespaces, pattern) of every address of the site."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield ":".join([*space, pattern.name or ""]), pattern
        else:
            yield from routes(pattern, (*space, pattern.namespace) if pattern.namespace else space)


def names_outside_the_admin() -> set[str]:
    return {name for name, _pattern in routes() if not name.startswith("admin:")}


def test_every_route_stands_in_the_table():
    missing = names_outside_the_admin() - set(ROUTES)

    assert not missing, f"Say in permissions.yaml who gets which answer at {sorted(missing)}."


def test_every_line_of_the_table_is_a_route():
    gone = set(ROUTES) - names_outside_the_admin()

    assert not gone, f"Take {sorted(gone)} out of permissions.yaml: there is no such route."


def test_table_speaks_of_the_roles_and_secrets_that_there_are(portal):
    assert list(portal.world.people) == ROLES
    assert set(TABLE["secrets"]) == set(SECRETS)
    assert {role for row in TABLE["secrets"].values() for role in row.split()} <= set(ROLES)


@pytest.mark.parametrize("route", ROUTES)
def test_route_answers_as_the_table_says(portal, route):
    before = rows_of_every_table()
    expected, found, leaks = {}, {}, []
    for number, case in enumerate(ROUTES[route]):
        address = address_of(route, case, portal.world)
        assert resolve(address.partition("?")[0]).view_name == route
        for method in ("GET", "POST"):
            for role, answer in columns(case[method]).items():
                response = ask(portal.browsers[role], method, address, case)
                key = (number, method, address, role)
                expected[key], found[key] = answer, status_of(response)
                leaks += [(*key, secret) for secret in leaks_in(route, role, response)]

    assert {
        key: (found[key], answer) for key, answer in expected.items() if found[key] != answer
    } == {}
    assert leaks == []
    assert rows_of_every_table() == before


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_nothing_is_replaced_or_deleted_by_its_address(portal, method):
    before = rows_of_every_table()
    found = {}
    for route in set(ROUTES) - set(TABLE["any_method"]):
        for case in ROUTES[route]:
            address = address_of(route, case, portal.world)
            for role in EVERYBODY:
                answer = status_of(portal.browsers[role].answer(method, address))
                if answer not in (SIGN_IN, "404", "405"):
                    found[(address, role)] = answer

    assert found == {}
    assert rows_of_every_table() == before


def admin_addresses(world: World) -> Iterator[tuple[str, str]]:
    """(name, address) of every named route of the admin, each about a record that is there."""
    story = world.story
    for name, pattern in routes():
        if not name.startswith("admin:") or name == "admin:":
            continue
        wanted = set(pattern.pattern.regex.groupindex)
        values: dict[str, Any] = {}
        if "app_label" in wanted:
            values = {"app_label": "promises"}
        elif "content_type_id" in wanted:
            content_type = ContentType.objects.get_for_model(Activity)
            values = {"content_type_id": content_type.pk, "object_id": story.activities[0].pk}
        elif "id" in wanted:
            values = {"id": story.owner.pk}
        elif "object_id" in wanted:
            label, model = name.removeprefix("admin:").split("_")[:2]
            values = {"object_id": apps.get_model(label, model)._default_manager.first().pk}
        yield name, reverse(name, kwargs=values)


def admin_answers(method: str, name: str, role: str) -> set[str]:
    """What the rule of the table allows a role at a route of the admin."""
    if role == "visitor":
        return {SIGN_IN}
    if role != "administrator":
        return {"404"}
    exceptions = TABLE["admin"][method].items()
    held = [str(answer) for pattern, answer in exceptions if fnmatch(name, pattern)]
    return set(held[:1]) or {"200", "302", SIGN_IN}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_admin_answers_administrators_alone(portal, method):
    before = rows_of_every_table()
    wrong, leaks = {}, []
    for name, address in admin_addresses(portal.world):
        for role, browser in portal.browsers.items():
            response = ask(browser, method, address, {})
            answer = status_of(response)
            if answer not in admin_answers(method, name, role):
                wrong[(name, role)] = answer
            leaks += [(name, role, secret) for secret in leaks_in(name, role, response)]

    assert wrong == {}
    assert leaks == []
    assert rows_of_every_table() == before


def test_audit_trail_tells_administrators_who_and_what_but_no_secret(portal):
    browser = portal.browsers["administrator"]
    events = AuditEvent.objects.exclude(changes={}, note="")
    leaks = []
    for event in events:
        address = reverse("admin:core_auditevent_change", args=[event.pk])
        response = browser.answer("GET", address)
        assert response.status_code == 200
        leaks += [(event.verb, secret) for secret in leaks_in("", "administrator", response)]
    found = browser.answer(
        "GET", reverse("admin:core_auditevent_changelist"), {"q": SECRETS["reason for return"]}
    )

    assert {"update_save", "update_return"} <= {event.verb for event in events}
    assert leaks == []
    assert found.context["cl"].result_count == 0
