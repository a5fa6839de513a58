"""The engagement log in the browser: who may see it, the list, and the list as a file."""

import csv
import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from civic.accounts.models import Role, Unit
from civic.core.models import Term
from partners.models import Organisation
from promises.engagement_words import data_of, differences_between
from promises.imports.engagements import engagements_import
from promises.models import Engagement
from tests.people import person, signed_in
from tests.promises.log_world import LIST, NEW, typed
from tests.story import Story

pytestmark = pytest.mark.django_db

QUERIES = {
    # Session, user, roles and strategy, as for every page; the count and the rows with their
    # activities and partners; activities and types, once for the filter and once for the chips.
    LIST: 12,
    # The four of every page; the rows with their activities and partners.
    f"{LIST}export.csv": 7,
    # The four; the round (2), the person's own updates (6), drafts, owned activities with their
    # evidence, deliveries and updates of the round (6), the number of entries and the newest ones.
    "/staff/": 19,
    # The four; activities near and all with commitments and promises; the last entry; the types and
    # the partners.
    NEW: 11,
}


# Who may do what ---------------------------------------------------------------------------------


@pytest.fixture
def entry(story: Story) -> Engagement:
    return story.log(
        story.activities[0], title="Advice evening", logged_by=story.owner, unit=story.unit
    )


@pytest.mark.parametrize(
    ("who", "answers"),
    [
        ("owner", {"list": 200, "detail": 200, "new": 200, "edit": 200, "export": 200}),
        ("lead", {"list": 200, "detail": 200, "new": 200, "edit": 200, "export": 200}),
        ("publisher", {"list": 200, "detail": 200, "new": 200, "edit": 200, "export": 200}),
        ("stranger", {"list": 200, "detail": 200, "new": 200, "edit": 404, "export": 200}),
    ],
)
def test_log_pages_answer_staff(story: Story, entry: Engagement, who: str, answers: dict[str, int]):
    client = signed_in(getattr(story, who))

    assert {name: client.get(url).status_code for name, url in pages(entry).items()} == answers


def test_log_pages_do_not_exist_for_people_without_a_role(story: Story, entry: Engagement):
    client = signed_in(person("visitor"))

    assert {client.get(url).status_code for url in pages(entry).values()} == {404}
    assert client.post(NEW, {}).status_code == 404
    assert client.post(f"{LIST}{entry.pk}/withdraw/", {}).status_code == 404


def test_log_pages_ask_visitors_to_sign_in(client: Client, entry: Engagement):
    for url in pages(entry).values():
        assert client.get(url).url == f"/sign-in/?next={url}"


def test_stranger_cannot_change_or_withdraw(story: Story, entry: Engagement, talk: Term):
    client = signed_in(story.stranger)

    edited = client.post(f"{LIST}{entry.pk}/edit/", typed(story, talk, version="1"))
    withdrawn = client.post(f"{LIST}{entry.pk}/withdraw/", {"version": "1", "reason": "x"})

    assert (edited.status_code, withdrawn.status_code) == (404, 404)
    entry.refresh_from_db()
    assert (entry.title, entry.state) == ("Advice evening", "logged")


def pages(entry: Engagement) -> dict[str, str]:
    return {
        "list": LIST,
        "detail": f"{LIST}{entry.pk}/",
        "new": NEW,
        "edit": f"{LIST}{entry.pk}/edit/",
        "export": f"{LIST}export.csv",
    }


# The list ----------------------------------------------------------------------------------------


def titles(client: Client, **query: str) -> list[str]:
    return [row.title for row in client.get(LIST, query).context["page"]]


def test_scopes_are_mine_my_unit_and_all_staff(story: Story):
    other = Unit.objects.create(slug="art", name="School of Art")
    colleague = person("carl", Role.STAFF)
    story.owner.unit = story.unit
    story.owner.save()
    story.log(title="Mine", logged_by=story.owner, unit=story.unit)
    story.log(title="Colleague's", logged_by=colleague, unit=story.unit)
    story.log(title="Elsewhere", logged_by=story.stranger, unit=other)
    client = signed_in(story.owner)

    assert titles(client) == ["Mine"]
    assert titles(client, scope="nonsense") == ["Mine"]
    assert titles(client, scope="unit") == ["Colleague's", "Mine"]
    assert titles(client, scope="all") == ["Elsewhere", "Colleague's", "Mine"]


def test_filters_narrow_the_list(owner: Client, story: Story, talk: Term):
    first = story.log(story.activities[0], title="Dune fencing", logged_by=story.owner)
    story.log(
        story.activities[1],
        title="Open day",
        logged_by=story.owner,
        starts_on=dt.date(2025, 10, 3),
        engagement_type=talk,
        return_exclusion="Student recruitment stays out of the statutory return.",
        likely_duplicate_of=first,
        look_again="The note names another end.",
    )

    assert titles(owner, search="dune") == ["Dune fencing"]
    assert titles(owner, activity="GN-02") == ["Open day"]
    assert titles(owner, type="talk") == ["Open day"]
    assert titles(owner, state="withdrawn") == []
    for mark in ("duplicate", "look_again", "excluded"):
        assert titles(owner, mark=mark) == ["Open day"]
    assert titles(owner, quarter="2025-26-Q1") == ["Open day", "Dune fencing"]
    for nowhere in ("2025-26-Q2", "2025", "0000-01-Q1", "9999-00-Q4"):
        assert titles(owner, quarter=nowhere) == []


def test_marks_are_shown_in_words(owner: Client, story: Story):
    first = story.log(title="Open day", logged_by=story.owner)
    story.log(
        title="Open day",
        logged_by=story.owner,
        return_exclusion="Student recruitment stays out of the statutory return.",
        likely_duplicate_of=first,
        look_again="The note names another end.",
    )

    page = owner.get(LIST).content.decode()

    assert "Likely duplicate" in page
    assert "Look again: The note names another end." in page
    assert page.count("Student recruitment stays out of the statutory return.") == 1


def test_list_pages_hold_fifty(owner: Client, story: Story):
    for number in range(51):
        story.log(title=f"Walk {number}", logged_by=story.owner)

    assert len(titles(owner)) == 50
    assert titles(owner, page="2") == ["Walk 0"]
    assert titles(owner, page="nonsense") == titles(owner)


@pytest.mark.parametrize("address", [LIST, f"{LIST}export.csv", "/staff/", NEW])
def test_one_and_three_entries_cost_the_same_queries(
    owner: Client, story: Story, library: Organisation, address: str, django_assert_num_queries: Any
):
    def add(number: int) -> None:
        entry = story.log(*story.activities, title=f"Walk {number}", logged_by=story.owner)
        entry.partners.add(library)

    def read() -> None:
        response = owner.get(address)
        assert response.status_code == 200
        if response.streaming:
            b"".join(response.streaming_content)

    add(1)
    read()
    with django_assert_num_queries(QUERIES[address]):
        read()
    add(2)
    add(3)
    with django_assert_num_queries(QUERIES[address]):
        read()


def test_export_is_the_filtered_list_without_formulas(owner: Client, story: Story):
    story.log(story.activities[0], title="=HYPERLINK(1)", logged_by=story.owner)
    story.log(title="Left out", logged_by=story.stranger)

    response = owner.get(f"{LIST}export.csv")
    rows = list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))

    assert [row["What happened"] for row in rows] == ["'=HYPERLINK(1)"]
    sheet = load_workbook(io.BytesIO(owner.get(f"{LIST}export.xlsx").content)).active
    assert sheet.max_row == 2
    assert owner.get(f"{LIST}export.ods").status_code == 404


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_export_says_everything_to_the_import(
    owner: Client, story: Story, talk: Term, library: Organisation, tmp_path: Path, kind: str
):
    """An export, read by the import into an empty log, makes the same entries."""
    owner.post(
        NEW,
        typed(
            story,
            talk,
            ends_on_day="6",
            ends_on_month="11",
            ends_on_year="2025",
            activities=[str(activity.pk) for activity in story.activities[:2]],
            attendees_from="30",
            attendees_to="40",
            count_method="estimated",
            volunteer_hours="18.25",
            academic_hours="2",
            charge="chargeable",
            price="12.50",
            purpose="partnership",
            format="hybrid",
            place="Pier Hall",
            partners=[str(library.pk)],
            notes="A note",
        ),
    )
    before = data_of(Engagement.objects.get())
    file = tmp_path / f"engagements.{kind}"
    file.write_bytes(b"".join(owner.get(f"{LIST}export.{kind}")))
    Engagement.objects.all().delete()

    engagements_import(actor=story.publisher, path=file)

    assert differences_between(before, data_of(Engagement.objects.get())) == []
