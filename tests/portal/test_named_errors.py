from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory

from civic.core.errors import NotAllowed, PortalError, StaleVersion, WrongState
from civic.core.middleware import NamedErrorMiddleware
from tests.people import person, words

pytestmark = pytest.mark.django_db
FORM = "http://testserver/office/"


def answer(
    error: Exception, *, user: Any = None, referer: str = "", method: str = "post"
) -> HttpResponse | None:
    headers = {"HTTP_REFERER": referer} if referer else {}
    request = getattr(RequestFactory(), method)("/office/", **headers)
    request.user = user or AnonymousUser()
    request.session = {}
    return NamedErrorMiddleware(lambda _request: HttpResponse()).process_exception(request, error)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotAllowed("Only the office does this."), 403),
        (WrongState("The round is closed."), 409),
        (StaleVersion("Somebody saved this."), 409),
    ],
)
def test_named_error_becomes_a_page(error: PortalError, status: int) -> None:
    response = answer(error)
    assert response is not None
    assert response.status_code == status
    page = words(response)
    assert f"{error.title} {error.message}" in page
    assert "Start from the home page" in page


def test_other_errors_are_left_alone() -> None:
    assert answer(ValueError("A fault of ours.")) is None


def test_message_is_escaped() -> None:
    response = answer(WrongState("<script>x</script>"))
    assert response is not None
    assert b"<script>x" not in response.content


def test_someone_signed_in_is_led_to_their_tasks() -> None:
    response = answer(WrongState("Closed."), user=person("staff", "staff"))
    assert response is not None
    assert 'href="/staff/"' in response.content.decode()


@pytest.mark.parametrize(
    ("referer", "method", "leads_back"),
    [
        (FORM, "post", True),
        ("http://testserver/staff/", "get", True),
        # Reading the same page again would be refused again.
        (FORM, "get", False),
        ("https://elsewhere.example.org/", "post", False),
        ("javascript:alert(1)", "post", False),
        ("", "post", False),
    ],
)
def test_way_back_leads_only_to_a_page_of_ours(referer: str, method: str, leads_back: bool) -> None:
    response = answer(WrongState("Closed."), referer=referer, method=method)
    assert response is not None
    page = response.content.decode()
    assert ("Go back to the page you came from" in page) is leads_back
    if referer:
        assert (f'href="{referer}"' in page) is leads_back


@pytest.mark.parametrize("path", ["/nowhere/", "/strategies/none/"])
def test_missing_page_is_our_own_with_debug_on_too(client, settings, path: str) -> None:
    settings.DEBUG = True
    response = client.get(path)
    assert response.status_code == 404
    assert "Page not found" in words(response)
    assert "urlpatterns" not in response.content.decode()
    assert "URLconf" not in response.content.decode()


def test_address_without_its_slash_still_leads_on(client, settings) -> None:
    settings.DEBUG = True
    assert client.get("/privacy").status_code == 301
