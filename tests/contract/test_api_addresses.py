"""Addresses below the API that are none: answered in the API's own manner."""

import pytest

from tests.people import signed_in
from tests.story import make_story

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["", "nothing/", "nothing", "promises/first/", "activities/GN-01/more/", "%00/"]
)
@pytest.mark.parametrize("method", ["get", "head", "post", "put", "patch", "delete"])
def test_unknown_address_is_a_problem_document(client, address, method):
    answer = getattr(client, method)(f"/api/v1/{address}", headers={"accept": "text/html"})

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    if method != "head":
        problem = answer.json()
        assert (problem["status"], problem["title"]) == (404, "Not found.")
        assert (problem["type"], problem["code"]) == ("about:blank", "not_found")


def test_signed_in_or_not_makes_no_difference(client):
    story = make_story(activities=1)

    answers = [who.get("/api/v1/nothing/") for who in (client, signed_in(story.publisher))]

    assert answers[0].content == answers[1].content
    assert {answer.status_code for answer in answers} == {404}


def test_forgotten_slash_leads_to_the_address_meant(client):
    answer = client.get("/api/v1/activities?quarter=2025-26-Q1")

    assert answer.status_code == 301
    assert answer["Location"] == "/api/v1/activities/?quarter=2025-26-Q1"


def test_unknown_address_is_not_in_the_documentation(client):
    assert "UnknownAddress" not in client.get("/api/v1/docs/").content.decode()
