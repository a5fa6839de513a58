import pytest
from django.test import Client

from promises.models import ProgressUpdate
from promises.services.publication import publication_request
from tests.portal.office_world import World, world

pytestmark = pytest.mark.django_db

GET, POST = "get", "post"
ROUTES = [
    (GET, "/office/", 200),
    (GET, "/office/quarters/", 200),
    (POST, "/office/quarters/{key}/move/", 404),
    (POST, "/office/quarters/{key}/chase/", 422),
    (POST, "/office/quarters/{key}/sign-off/", 302),
    (GET, "/office/publications/{request}/", 200),
    (POST, "/office/publications/{request}/withdraw/", 302),
    (POST, "/office/publications/{request}/sign-off/", 403),
]


@pytest.fixture
def w() -> World:
    made = world()
    made.update(made.activity("A-1"), ProgressUpdate.State.APPROVED)
    made.activity("A-2")
    return made


def addresses(w: World) -> list[tuple[str, str, int]]:
    asked = publication_request(actor=w.asker, quarter=w.quarter)
    return [
        (method, route.format(key=w.quarter.key, request=asked.pk), status)
        for method, route, status in ROUTES
    ]


def test_office_routes_answer_the_office(w: World, client: Client) -> None:
    client.force_login(w.asker)
    found = []
    expected = []
    for method, address, status in addresses(w):
        found.append((address, getattr(client, method)(address).status_code))
        expected.append((address, status))
    assert found == expected


@pytest.mark.parametrize("who", ["lead", "owner", "administrator"])
def test_office_routes_do_not_exist_for_other_staff(w: World, client: Client, who: str) -> None:
    client.force_login(getattr(w, who))
    found = {
        address: getattr(client, method)(address).status_code for method, address, _ in addresses(w)
    }
    assert set(found.values()) == {404}, found


def test_office_routes_send_a_visitor_to_sign_in(w: World, client: Client) -> None:
    for method, address, _ in addresses(w):
        response = getattr(client, method)(address)
        assert response.status_code == 302, address
        assert response["Location"].startswith("/sign-in/?next="), address


def test_office_acts_refuse_to_be_read(w: World, client: Client) -> None:
    client.force_login(w.asker)
    for method, address, _ in addresses(w):
        if method == POST:
            assert client.get(address).status_code == 405, address


@pytest.mark.parametrize("key", ["2025-26", "2025-27-Q1", "1999-00-Q1", "x"])
def test_a_round_that_is_not_there_is_not_found(w: World, client: Client, key: str) -> None:
    client.force_login(w.asker)
    assert client.post(f"/office/quarters/{key}/sign-off/").status_code == 404
