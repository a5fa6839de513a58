import datetime as dt
from pathlib import Path
from unittest.mock import patch

import pytest
from django.utils import timezone

from civic.core.errors import NotAllowed, WrongState
from civic.core.jobs import job_run, reconcile
from civic.core.models import Attachment, AuditEvent, Job
from civic.core.pdf import PdfResult
from civic.reporting import tasks
from civic.reporting.models import Report
from civic.reporting.services import (
    publish_and_report,
    report_attach,
    report_request,
    report_retry,
)
from promises.services.publication import publication_request
from tests.story import PUBLISHED, make_story

pytestmark = pytest.mark.django_db
PDF = PdfResult(content=b"%PDF-1.7\n%%EOF\n", pages=12)


@pytest.fixture
def story():
    return make_story(activities=2)


def run(job: Job) -> Job:
    """The job as a worker leaves it."""
    Job.objects.filter(pk=job.pk).update(run_after=timezone.now() - dt.timedelta(seconds=1))
    job_run(job_id=str(job.pk))
    return Job.objects.get(pk=job.pk)


def stored_files(folder: Path) -> int:
    return sum(1 for path in folder.rglob("*") if path.is_file())


def test_asking_twice_is_one_report_and_one_job(story):
    snapshot = story.publish()

    first = report_request(actor=story.publisher, snapshot=snapshot)
    again = report_request(actor=story.signer, snapshot=snapshot)

    assert first == again
    assert list(Job.objects.filter(kind="report").values_list("key", flat=True)) == [
        f"report:quarterly:{snapshot.pk}"
    ]
    assert first.requested_by == story.publisher
    assert AuditEvent.objects.filter(verb="report_request").count() == 1


def test_wording_alone_has_no_report(story):
    with pytest.raises(WrongState, match="published quarter"):
        report_request(actor=None, snapshot=story.strategy.snapshots.get())


def test_signing_off_publishes_and_asks_for_the_report(story):
    request = publication_request(actor=story.publisher, quarter=story.quarter, at=PUBLISHED)

    report = publish_and_report(actor=story.signer, request=request, at=PUBLISHED)

    assert report.snapshot.key == "2025-26-Q1"
    assert report.job.state == Job.State.QUEUED


def test_refused_sign_off_asks_for_nothing(story):
    request = publication_request(actor=story.publisher, quarter=story.quarter, at=PUBLISHED)

    with pytest.raises(NotAllowed):
        publish_and_report(actor=story.publisher, request=request, at=PUBLISHED)

    assert not Report.objects.exists()
    assert not Job.objects.filter(kind="report").exists()


def test_worker_draws_the_report_stage_by_stage_and_stores_it_once(story, folder):
    report = report_request(actor=None, snapshot=story.publish())
    seen: list[tuple[str, int]] = []

    result = tasks.make_report(report.job, lambda stage, percent: seen.append((stage, percent)))
    again = tasks.make_report(report.job, lambda stage, percent: seen.append((stage, percent)))

    report.refresh_from_db()
    assert seen == [
        ("Gathering the facts", 10),
        ("Drawing the pages", 30),
        ("Checking the file", 80),
        ("Storing", 90),
    ]
    assert result == again == {"report": report.pk, "pages": report.pages}
    assert report.attachment.content_type == "application/pdf"
    assert report.attachment.name == "progress-report-2025-26-Q1-revision-1.pdf"
    assert stored_files(folder) == 1


def test_job_run_twice_makes_one_file(story, folder, monkeypatch):
    monkeypatch.setattr(tasks, "quarterly_pdf", lambda *_args: PDF)
    report = report_request(actor=None, snapshot=story.publish())

    done = run(report.job)
    run(done)
    Job.objects.filter(pk=done.pk).update(state=Job.State.QUEUED)
    again = run(done)

    assert again.state == Job.State.DONE
    assert again.percent == 100
    assert Attachment.objects.count() == 1
    assert stored_files(folder) == 1


def test_second_worker_that_comes_late_leaves_the_first_file(story, folder):
    report = report_request(actor=None, snapshot=story.publish())
    stale = Report.objects.get(pk=report.pk)

    first = report_attach(report=report, pdf=PDF)
    second = report_attach(report=stale, pdf=PdfResult(content=PDF.content + b"\n", pages=13))

    assert second.attachment_id == first.attachment_id
    assert second.pages == 12
    assert stored_files(folder) == 1


def test_worker_that_lost_its_job_stores_nothing(story, folder, monkeypatch):
    report = report_request(actor=None, snapshot=story.publish())

    def drawn_by_one_taken_for_dead(*_args):
        Job.objects.filter(pk=report.job_id).update(claim=None, state=Job.State.QUEUED)
        return PDF

    monkeypatch.setattr(tasks, "quarterly_pdf", drawn_by_one_taken_for_dead)
    run(report.job)

    report.refresh_from_db()
    assert report.attachment is None
    assert stored_files(folder) == 0


def test_failing_report_tells_why_and_can_be_tried_again(story, monkeypatch):
    def broken(*_args):
        raise MemoryError("the pages did not fit")

    report = report_request(actor=None, snapshot=story.publish())
    job = report.job
    with monkeypatch.context() as patched:
        patched.setattr(tasks, "quarterly_pdf", broken)
        for _attempt in range(job.max_attempts):
            job = run(job)

    assert job.state == Job.State.FAILED
    assert "the pages did not fit" in job.reason
    monkeypatch.setattr(tasks, "quarterly_pdf", lambda *_args: PDF)
    report_retry(actor=story.publisher, report=Report.objects.get(pk=report.pk))
    job = run(job)

    report.refresh_from_db()
    assert job.state == Job.State.DONE
    assert job.reason == ""
    assert report.pages == 12


def test_only_the_office_tries_again_and_only_what_failed(story):
    report = report_request(actor=None, snapshot=story.publish())

    with pytest.raises(NotAllowed):
        report_retry(actor=story.owner, report=report)
    with pytest.raises(WrongState):
        report_retry(actor=story.publisher, report=report)


def test_reconciler_asks_for_a_report_that_nobody_asked_for(story):
    snapshot = story.publish()

    # The broker is not what this is about: the bell rings into nothing.
    with patch("civic.core.jobs._ring_now"):
        reconcile()
        reconcile()

    report = Report.objects.get()
    assert report.snapshot == snapshot
    assert report.requested_by is None
