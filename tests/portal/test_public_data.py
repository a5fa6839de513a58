"""Downloads are what was published, to the byte, and harmless in a spreadsheet."""

import csv
import datetime as dt
import hashlib
import io
import json

import pytest
from django.core.files.base import ContentFile
from openpyxl import load_workbook

from civic.core.models import Attachment
from civic.core.periods import Period
from civic.reporting.models import Report
from partners.models import Organisation
from partners.services import organisation_create
from promises.models import Activity, Snapshot, Strategy
from tests.people import person, words
from tests.story import make_story

pytestmark = pytest.mark.django_db

FORMULA = "=HYPERLINK(“example.org”)"


def content(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def rows_of(response):
    text = content(response).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def story():
    story = make_story()
    Activity.objects.filter(pk=story.activities[2].pk).update(
        title=FORMULA, target_on=dt.date(2027, 12, 31), target_precision="year"
    )
    story.activities[0].commitments.add(story.commitments[3])
    story.report(story.activities[0])
    story.report(story.activities[1], delivery="delayed", percent=20, reason="+44 was busy")
    story.log(story.activities[0], story.activities[1], title="@home evening")
    story.log(story.activities[0], attendees=None, title="Quiet hour")
    story.publish()
    return story


def test_activities_csv_holds_every_published_fact(client, story):
    response = client.get("/data/2025-26-Q1/activities.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="place-2025-2025-26-Q1-activities.csv"' in response["Content-Disposition"]
    rows = rows_of(response)
    assert [row["Reference"] for row in rows] == ["GN-01", "GN-02", "GN-03"]
    first = rows[0]
    assert (first["Promises"], first["Commitments"]) == ("1; 2", "1.1; 2.2")
    assert (first["Delivery"], first["Percent done"]) == ("On track", "50")
    assert (first["Schedule"], first["Target"]) == ("Not due", "2026-07-31")
    assert (first["Engagements"], first["Attendees"]) == ("2", "40")
    assert rows[2]["Target"] == "2027"
    assert rows[2]["Delivery"] == "Not reported"
    assert "Note" not in first


def test_downloads_run_no_formula(client, story):
    rows = rows_of(client.get("/data/2025-26-Q1/activities.csv"))
    assert rows[2]["Title"] == f"'{FORMULA}"
    assert rows[1]["Reason"] == "'+44 was busy"
    titles = [row["Title"] for row in rows_of(client.get("/data/2025-26-Q1/engagements.csv"))]
    assert sorted(titles) == ["'@home evening", "Quiet hour"]
    book = load_workbook(io.BytesIO(content(client.get("/data/2025-26-Q1/activities.xlsx"))))
    kinds = {cell.data_type for row in book.worksheets[0] for cell in row}
    assert kinds <= {"s", "inlineStr", "n"}
    assert book.worksheets[0].title == "Activities 2025-26-Q1"


def test_engagements_keep_gaps_as_gaps(client, story):
    rows = {row["Title"]: row for row in rows_of(client.get("/data/2025-26-Q1/engagements.csv"))}
    assert rows["Quiet hour"]["Attendees counted as"] == ""
    assert rows["'@home evening"]["Activities"] == "GN-01; GN-02"
    assert rows["'@home evening"]["Late entry"] == "no"


def test_download_takes_the_same_filter_as_the_page(client, story):
    response = client.get("/data/2025-26-Q1/activities.csv?delivery=delayed")
    assert [row["Reference"] for row in rows_of(response)] == ["GN-02"]


def test_download_with_an_unknown_word_says_so(client, story):
    response = client.get("/data/2025-26-Q1/activities.csv?delivery=splendid")
    assert response.status_code == 400
    assert "splendid" in words(response)


def test_headings_are_in_the_strategys_words(client):
    story = make_story(
        labels={"promise": "Objective", "promises": "Objectives", "commitments": "Actions"}
    )
    story.publish()
    head = content(client.get("/data/2025-26-Q1/activities.csv")).decode().splitlines()[0]
    assert ",Objectives,Actions," in head
    assert "Promise" not in head


def test_demonstration_data_says_so_in_name_and_in_every_row(client):
    story = make_story()
    Strategy.objects.filter(pk=story.strategy.pk).update(is_demo=True)
    story.strategy.refresh_from_db()
    story.quarter.strategy.refresh_from_db()
    story.publish()
    response = client.get("/data/2025-26-Q1/activities.csv")
    assert "-demonstration.csv" in response["Content-Disposition"]
    assert {row["Note"] for row in rows_of(response)} == {"Demonstration data"}
    assert "Demonstration." in words(client.get("/data/"))


def test_snapshot_is_the_bytes_its_fingerprint_was_taken_of(client, story):
    snapshot = Snapshot.objects.get(number=1)
    response = client.get("/data/2025-26-Q1/snapshot.json")
    assert response["Content-Type"] == "application/json"
    assert hashlib.sha256(response.content).hexdigest() == snapshot.sha256
    assert json.loads(response.content)["quarter"] == "2025-26-Q1"
    printed = words(client.get("/progress/")).replace(" ", "")
    assert snapshot.sha256 in printed
    assert snapshot.sha256 in words(client.get("/data/")).replace(" ", "")


def test_wording_is_a_snapshot_too(client, story):
    wording = Snapshot.objects.get(number=0)
    response = client.get("/data/wording/snapshot.json")
    assert hashlib.sha256(response.content).hexdigest() == wording.sha256


def test_named_revision_is_given(client, story):
    latest = client.get("/data/2025-26-Q1/snapshot.json").content
    assert client.get("/data/2025-26-Q1/snapshot.json?revision=1").content == latest


def test_data_page_says_how_we_count(client, story):
    text = words(client.get("/data/"))
    for phrase in (
        "Each level counts it once",
        "A year runs from 1 August to 31 July",
        "quarter 1 is August to October",
        "An engagement belongs to the quarter of its first day.",
        "Read the API documentation",
    ):
        assert phrase in text


def test_year_of_another_institution_is_described(client, story, settings):
    settings.YEAR_START_MONTH = 4
    assert "A year runs from 1 April to 31 March" in words(client.get("/data/"))


@pytest.mark.parametrize("name", ["activities.csv", "engagements.csv", "activities.xlsx"])
def test_downloads_cost_the_same_for_one_row_and_three(client, name, django_assert_max_num_queries):
    counts = []
    story = make_story(activities=1)
    story.log(story.activities[0])
    story.publish()
    with django_assert_max_num_queries(12) as captured:
        content(client.get(f"/data/2025-26-Q1/{name}"))
    counts.append(len(captured))
    for number in (2, 3):
        activity = Activity.objects.create(
            strategy=story.strategy, reference=f"GN-{number:02}", title=f"Activity {number}"
        )
        activity.commitments.set(story.commitments)
        story.log(activity, starts_on=dt.date(2025, 12, 3))
    story.open(Period(2025, 2), dt.date(2026, 2, 2))
    story.publish(at=dt.datetime(2026, 2, 20, 9, 0, tzinfo=dt.UTC))
    with django_assert_max_num_queries(12) as captured:
        content(client.get(f"/data/2025-26-Q2/{name}"))
    counts.append(len(captured))
    assert counts[0] == counts[1]


# Reports and partners ---------------------------------------------------------------------------


def test_reports_lists_finished_ones_with_size_and_pages(client, story):
    snapshot = Snapshot.objects.get(number=1)
    report = Report.objects.create(snapshot=snapshot)
    before = client.get("/reports/")
    assert "No report is ready yet." in words(before)
    attachment = Attachment(
        name="report.pdf", content_type="application/pdf", size=2048, sha256="0" * 64
    )
    attachment.file.save("report.pdf", ContentFile(b"%PDF-1.7"), save=False)
    attachment.save()
    Report.objects.filter(pk=report.pk).update(attachment=attachment, pages=32)
    after = client.get("/reports/", headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert "2025-26-Q1 August to October 2025, revision 1" in words(after)
    assert "32 2.0 KB" in words(after).replace("\xa0", " ")
    assert "Report, PDF" in words(client.get("/progress/"))


def test_partners_are_confirmed_ones_with_strategy_partners_told_apart(client):
    actor = person("olive", "office")
    organisation_create(actor=actor, name="Harbour Trust", is_strategy_partner=True)
    organisation_create(actor=actor, name="Dock Kitchen", kind="charity")
    organisation_create(
        actor=actor, name="Nobody Looked", standing=Organisation.Standing.UNCONFIRMED
    )
    text = words(client.get("/partners/"))
    assert "2 organisations work with us. One is a strategy partner." in text
    assert text.index("Harbour Trust") < text.index("Other organisations") < text.index("Dock Kit")
    assert "Dock Kitchen Charity" in text
    assert "Nobody Looked" not in text


def test_partners_cost_the_same_for_one_and_three(client, django_assert_max_num_queries):
    actor = person("olive", "office")
    counts = []
    for names in (("A",), ("B", "C")):
        for name in names:
            organisation_create(actor=actor, name=f"Organisation {name}")
        with django_assert_max_num_queries(6) as captured:
            client.get("/partners/")
        counts.append(len(captured))
    assert counts[0] == counts[1]
