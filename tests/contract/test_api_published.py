"""The API reads what was published: the same figures as the pages, for anyone."""

import re

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from promises.models import Strategy
from promises.queries import delivery_score, promise_rows
from promises.words import DELIVERY_ORDER
from tests.story import PERIOD, make_story

pytestmark = pytest.mark.django_db

LISTS = ["strategies", "promises", "commitments", "activities"]


@pytest.fixture
def api():
    return APIClient()


@pytest.fixture
def story():
    return make_story()


@pytest.fixture
def snapshot(story):
    story.report(story.activities[0], delivery="complete", percent=100)
    story.report(story.activities[1], delivery="delayed", percent=20, reason="No hall.")
    return story.publish()


def results(api, path, **query):
    answer = api.get(f"/api/v1/{path}/", query)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


@pytest.mark.parametrize("path", LISTS)
def test_anyone_may_read(api, snapshot, path):
    answer = api.get(f"/api/v1/{path}/")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert answer.json()["count"] == len(answer.json()["results"]) > 0


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nobody_may_write(api, snapshot, story, path, method):
    api.force_login(story.publisher)
    answer = getattr(api, method)(f"/api/v1/{path}/", {}, format="json")
    assert answer.status_code in (403, 405)
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", LISTS[1:])
def test_before_anything_is_adopted_there_is_nothing_to_read(api, path):
    answer = api.get(f"/api/v1/{path}/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["status"] == 404


def test_before_the_first_publication_only_the_wording_is_read(api, story):
    assert [row["text"] for row in results(api, "commitments")] == [
        row.text for row in story.commitments
    ]
    assert results(api, "activities") == []
    assert results(api, "strategies")[0]["latest_quarter"] is None


def test_promises_are_those_of_the_page(api, snapshot):
    rows = results(api, "promises")
    expected = promise_rows(snapshot)
    assert [row["counts"] for row in rows] == [row.counts for row in expected]
    assert [row["percent"] for row in rows] == [
        None if row.percent is None else str(row.percent) for row in expected
    ]
    total = {word: sum(row["counts"][word] for row in rows) for word in DELIVERY_ORDER}
    assert total == delivery_score(snapshot).counts


def test_each_answer_names_its_snapshot(api, snapshot):
    for path in ("promises/", "promises/1/", "commitments/1.1/", "activities/GN-01/"):
        answer = api.get(f"/api/v1/{path}")
        assert (answer["Civic-Quarter"], answer["Civic-Snapshot"]) == (
            PERIOD.key,
            snapshot.sha256,
        )


def test_activities_hold_public_columns_and_nothing_else(api, story):
    story.report(story.activities[0])
    story.log(story.activities[0], notes="Ring Jo on 0151 496 0000")
    story.publish()
    text = api.get("/api/v1/activities/").content.decode()
    for private in ("Sample", "example.org", "sam", "0151"):
        assert private not in text
    assert "Head of Outreach" in text


@pytest.mark.parametrize(
    ("query", "references"),
    [
        ({"delivery": "delayed"}, ["GN-02"]),
        ({"delivery": "kept"}, ["GN-01"]),
        ({"promise": "2"}, ["GN-03"]),
        ({"commitment": "1.2"}, ["GN-02"]),
        ({"search": "number 3"}, ["GN-03"]),
        ({"schedule": "not_due"}, ["GN-02", "GN-03"]),
        ({"promise": "not a number"}, []),
    ],
)
def test_activities_are_filtered_by_the_pages_own_filter_set(api, snapshot, query, references):
    assert [row["reference"] for row in results(api, "activities", **query)] == references


def test_a_filter_word_that_is_not_one_is_refused_with_the_words_there_are(api, snapshot):
    answer = api.get("/api/v1/activities/", {"delivery": "wonderful"})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert "delivery" in answer.json()["errors"]


@pytest.mark.parametrize(
    ("precision", "told"), [("day", "2026-07-31"), ("month", "2026-07"), ("year", "2026"), ("", "")]
)
def test_dates_are_told_as_precisely_as_they_were_given(api, story, precision, told):
    activity = story.activities[0]
    activity.target_precision = precision
    activity.target_on = activity.target_on if precision else None
    activity.save()
    story.publish()
    assert api.get("/api/v1/activities/GN-01/").json()["target"] == told


def test_an_earlier_quarter_is_read_by_its_key(api, story, snapshot):
    import datetime as dt

    story.open(PERIOD.next(), dt.date(2026, 2, 10))
    story.publish(dt.datetime(2026, 2, 21, 9, 0, tzinfo=dt.UTC))
    now = results(api, "activities")
    then = results(api, "activities", quarter=PERIOD.key)
    assert [row["delivery"] for row in now] == ["complete", "not_reported", "not_reported"]
    assert [row["delivery"] for row in then] == ["complete", "delayed", "not_reported"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"quarter": "2019-20-Q1"}, 404),
        ({"quarter": "last"}, 400),
        ({"strategy": "nowhere"}, 404),
    ],
)
def test_a_quarter_or_strategy_that_is_not_there(api, snapshot, query, status):
    answer = api.get("/api/v1/activities/", query)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


@pytest.mark.parametrize("path", ["promises/9/", "commitments/9.9/", "activities/ZZ-99/"])
def test_a_record_that_is_not_there_is_a_problem_document(api, snapshot, path):
    answer = api.get(f"/api/v1/{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_strategy_not_yet_adopted_is_not_public(api, snapshot):
    Strategy.objects.create(slug="draft", title="Draft", institution="U")
    assert [row["slug"] for row in results(api, "strategies")] == ["place-2025"]
    assert api.get("/api/v1/strategies/draft/").status_code == 404


def test_labels_of_the_strategy_are_told(api):
    make_story(labels={"promise": "Objective", "promises": "Objectives"})
    assert results(api, "strategies")[0]["labels"] == {
        "promise": "Objective",
        "promises": "Objectives",
        "commitment": "Commitment",
        "commitments": "Commitments",
    }


@pytest.mark.parametrize("path", LISTS[1:])
def test_lists_take_the_same_queries_for_three_activities_as_for_twelve(
    api, path, django_assert_max_num_queries
):
    make_story(activities=12).publish()
    with django_assert_max_num_queries(9):
        api.get(f"/api/v1/{path}/")


def test_pages_are_limited(api, snapshot):
    answer = api.get("/api/v1/activities/", {"page_size": 2}).json()
    assert (answer["count"], len(answer["results"])) == (3, 2)
    assert api.get(answer["next"]).json()["next"] is None
    assert api.get("/api/v1/activities/", {"page": 99}).status_code == 404


def test_documentation_names_every_address_and_field(client, snapshot):
    page = client.get(reverse("v1:docs")).content.decode()
    for path in LISTS:
        assert f"<code>/api/v1/{path}/</code>" in page
    for name in ("reference", "schedule_days", "wording_number", "latest_quarter", "page_size"):
        assert f"<code>{name}</code>" in page
    assert "<code>not_reported</code>" in page


def test_the_quick_start_names_an_address_that_answers(client, api, snapshot):
    page = client.get(reverse("v1:docs")).content.decode()
    address = re.search(r'curl "http://127.0.0.1:8000([^"]+)"', page)[1]
    assert [row["reference"] for row in api.get(address).json()["results"]] == ["GN-02"]
