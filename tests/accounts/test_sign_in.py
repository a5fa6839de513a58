"""Signing in and out."""

import pytest
from django.contrib.auth import get_user
from django.test import Client

from civic.accounts.models import Role, User
from tests.people import person

pytestmark = pytest.mark.django_db

SIGN_IN = "/sign-in/"
PASSWORD = "a-long-enough-password"


@pytest.fixture
def sam() -> User:
    return person("sam", Role.STAFF)


def test_staff_sign_in_and_start_at_their_tasks(client: Client, sam: User):
    response = client.post(SIGN_IN, {"username": "sam", "password": PASSWORD})

    assert response.url == "/staff/"
    assert get_user(client) == sam


def test_person_without_a_role_starts_at_the_public_site(client: Client):
    person("visitor")

    assert client.post(SIGN_IN, {"username": "visitor", "password": PASSWORD}).url == "/"


@pytest.mark.parametrize(
    ("username", "password"), [("sam", "wrong"), ("nobody", PASSWORD), ("inactive", PASSWORD)]
)
def test_every_failure_has_the_same_words(client: Client, sam: User, username: str, password: str):
    User.objects.filter(pk=person("inactive").pk).update(is_active=False)

    response = client.post(SIGN_IN, {"username": username, "password": password})

    page = " ".join(response.content.decode().split())
    assert "The user name and password do not match. Check both, then try again." in page
    assert "<title>Error: Sign in" in page
    assert f'value="{username}"' in page
    assert password not in page
    assert not get_user(client).is_authenticated


def test_empty_form_names_both_fields(client: Client):
    response = client.post(SIGN_IN, {})

    assert dict(response.context["form"].errors) == {
        "username": ["Enter your user name"],
        "password": ["Enter your password"],
    }


def test_fields_help_password_managers(client: Client):
    page = client.get(SIGN_IN).content.decode()

    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page


def test_next_is_followed_within_the_site(client: Client, sam: User):
    response = client.post(
        SIGN_IN, {"username": "sam", "password": PASSWORD, "next": "/staff/engagements/new/"}
    )
    assert response.url == "/staff/engagements/new/"


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/",
        "//example.org/",
        "javascript:alert(1)",
        "\\\\example.org",
        "http:///x",
    ],
)
def test_next_to_another_site_is_ignored(client: Client, sam: User, address: str):
    response = client.post(SIGN_IN, {"username": "sam", "password": PASSWORD, "next": address})
    assert response.url == "/staff/"


def test_somebody_signed_in_is_taken_on(client: Client, sam: User):
    client.force_login(sam)

    assert client.get(SIGN_IN).url == "/staff/"


def test_sign_out_is_a_button_not_a_link(client: Client, sam: User):
    client.force_login(sam)

    assert client.get("/sign-out/").status_code == 405
    assert get_user(client) == sam
    assert client.post("/sign-out/").url == "/"
    assert not get_user(client).is_authenticated
    assert client.post("/sign-out/").url == "/"


def test_sign_out_and_sign_in_are_guarded_against_forgery(sam: User):
    client = Client(enforce_csrf_checks=True)
    client.force_login(sam)

    assert client.post("/sign-out/").status_code == 403
    assert client.post(SIGN_IN, {"username": "sam", "password": PASSWORD}).status_code == 403
