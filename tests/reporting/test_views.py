import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from civic.core.models import Job
from civic.core.pdf import PdfResult
from civic.reporting.queries import finished_reports, reports_visible_to
from civic.reporting.services import report_attach, report_request
from tests.story import make_story

pytestmark = pytest.mark.django_db
PDF = PdfResult(content=b"%PDF-1.7\n%%EOF\n", pages=12)


@pytest.fixture
def story():
    return make_story(activities=1)


@pytest.fixture
def report(story):
    return report_request(actor=story.publisher, snapshot=story.publish())


def page_of(client, report, user=None):
    if user:
        client.force_login(user)
    return client.get(reverse("reporting:report", args=[report.pk]))


def test_unfinished_report_is_unknown_to_visitors(client, report):
    assert page_of(client, report).status_code == 404
    assert client.get(reverse("reporting:download", args=[report.pk])).status_code == 404


def test_staff_see_a_report_wait_and_run(client, story, report):
    assert "Waiting for its turn" in page_of(client, report, story.owner).content.decode()

    Job.objects.update(state=Job.State.RUNNING, stage="Drawing the pages", percent=30)
    text = page_of(client, report).content.decode()

    assert "Drawing the pages" in text
    assert 'value="30"' in text
    assert 'hx-trigger="every 2s"' in text
    assert client.get(reverse("reporting:download", args=[report.pk])).status_code == 404


def test_failed_report_shows_its_reason_and_a_button_to_the_office_alone(client, story, report):
    Job.objects.update(state=Job.State.FAILED, reason="The disk is full.")
    retry = reverse("reporting:retry", args=[report.pk])

    staff = page_of(client, report, story.owner).content.decode()
    office = page_of(client, report, story.publisher).content.decode()

    assert "The disk is full." in staff
    assert retry not in staff
    assert retry in office


def test_office_has_a_failed_report_made_again(client, story, report):
    Job.objects.update(state=Job.State.FAILED, reason="The disk is full.")
    retry = reverse("reporting:retry", args=[report.pk])

    client.force_login(story.owner)
    assert client.post(retry).status_code == 404
    client.force_login(story.publisher)
    assert client.get(retry).status_code == 405
    answer = client.post(retry)

    assert answer.url == reverse("reporting:report", args=[report.pk])
    assert Job.objects.get(kind="report").state == Job.State.QUEUED


def test_visitor_is_sent_to_sign_in_before_trying_again(client, report):
    answer = client.post(reverse("reporting:retry", args=[report.pk]))

    assert answer.url.startswith(reverse("accounts:sign_in"))


def test_anybody_reads_and_downloads_a_finished_report(client, report):
    report_attach(report=report, pdf=PDF)

    page = page_of(client, report)
    file = client.get(reverse("reporting:download", args=[report.pk]))

    assert reverse("reporting:download", args=[report.pk]) in page.content.decode()
    assert "12 pages" in page.content.decode()
    assert b"".join(file.streaming_content) == PDF.content
    assert file["Content-Type"] == "application/pdf"
    assert file["Content-Disposition"] == (
        'attachment; filename="progress-report-2025-26-Q1-revision-1.pdf"'
    )


def test_page_of_a_finished_report_leads_staff_to_the_file(client, story, report):
    report_attach(report=report, pdf=PDF)
    Job.objects.update(state=Job.State.DONE, percent=100)

    text = page_of(client, report, story.publisher).content.decode()

    assert "Download the report" in text
    assert "hx-trigger" not in text


def test_lists_hold_what_each_person_may_see(story, report):
    assert list(reports_visible_to(AnonymousUser())) == []
    assert list(reports_visible_to(story.owner)) == [report]
    assert list(finished_reports(story.strategy)) == []

    report_attach(report=report, pdf=PDF)

    assert list(reports_visible_to(AnonymousUser())) == [report]
    assert list(finished_reports(story.strategy)) == [report]
