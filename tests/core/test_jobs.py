"""Jobs are rows: asked for once, claimed once, finished in the end."""

import datetime as dt
import threading
import uuid

import pytest
from django.db import OperationalError
from django.utils import timezone

from civic.core import jobs
from civic.core.errors import PortalError, WrongState
from civic.core.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def handler():
    """Register a handler for one test and forget it afterwards."""
    kinds = []

    def register(function):
        kind = f"test-{uuid.uuid4().hex[:8]}"
        kinds.append(kind)
        jobs.job_handler(kind)(function)
        return kind

    yield register
    for kind in kinds:
        del jobs._handlers[kind]


def run(job):
    jobs.job_run(job_id=str(job.pk))
    job.refresh_from_db()
    return job


def test_job_asked_for_twice_is_one_job(handler):
    kind = handler(lambda job, progress: {})
    first = jobs.job_request(kind=kind, key="one")
    assert jobs.job_request(kind=kind, key="one").pk == first.pk
    assert Job.objects.count() == 1


def test_job_runs_once_and_keeps_its_result(handler):
    ran = []

    def work(job, progress):
        progress("Half way", 50)
        ran.append(Job.objects.get(pk=job.pk).stage)
        return {"answer": 42}

    job = run(jobs.job_request(kind=handler(work), key="one"))
    run(job)
    assert ran == ["Half way"]
    assert (job.state, job.percent, job.result, job.reason) == ("done", 100, {"answer": 42}, "")


def test_job_with_a_fault_is_tried_again_later_then_fails_with_the_reason(handler):
    def work(job, progress):
        raise ValueError("no ink")

    job = jobs.job_request(kind=handler(work), key="one")
    for attempt in range(1, 4):
        run(job)
        assert (job.state, job.attempts) == ("queued", attempt)
        assert job.run_after > timezone.now()
        Job.objects.filter(pk=job.pk).update(run_after=timezone.now())
    run(job)
    assert (job.state, job.attempts) == ("failed", 4)
    assert "no ink" in job.reason


def test_job_refused_by_a_named_error_fails_at_once(handler):
    def work(job, progress):
        raise PortalError("There is no such quarter.")

    job = run(jobs.job_request(kind=handler(work), key="one"))
    assert (job.state, job.attempts, job.reason) == ("failed", 1, "There is no such quarter.")


def test_retry_begins_again_and_only_after_failure(handler):
    outcomes = [PortalError("Not yet."), None]

    def work(job, progress):
        outcome = outcomes.pop(0)
        if outcome:
            raise outcome
        return {}

    job = run(jobs.job_request(kind=handler(work), key="one"))
    jobs.job_retry(job=job)
    assert run(job).state == "done"
    with pytest.raises(WrongState):
        jobs.job_retry(job=job)


def test_worker_taken_for_dead_writes_nothing_more(handler):
    def work(job, progress):
        # Meanwhile the reconciler gave the job to another worker.
        Job.objects.filter(pk=job.pk).update(claim=uuid.uuid4(), stage="theirs")
        progress("mine", 90)
        raise AssertionError("progress must stop this worker")

    job = run(jobs.job_request(kind=handler(work), key="one"))
    assert (job.state, job.stage) == ("running", "theirs")


def test_reconcile_gives_a_silent_job_back_to_the_queue(handler, settings):
    job = jobs.job_request(kind=handler(lambda job, progress: {}), key="one")
    long_ago = timezone.now() - dt.timedelta(seconds=settings.JOB_SILENCE_SECONDS + 1)
    Job.objects.filter(pk=job.pk).update(state="running", attempts=1, heartbeat_at=long_ago)
    jobs.reconcile()
    job.refresh_from_db()
    assert (job.state, job.claim) == ("queued", None)
    assert run(job).state == "done"


def test_reconcile_leaves_a_job_alone_whose_worker_lives(handler):
    job = jobs.job_request(kind=handler(lambda job, progress: {}), key="one")
    Job.objects.filter(pk=job.pk).update(state="running", heartbeat_at=timezone.now())
    jobs.reconcile()
    job.refresh_from_db()
    assert job.state == "running"


def test_reconcile_gives_up_on_a_job_that_kills_every_worker(handler, settings):
    job = jobs.job_request(kind=handler(lambda job, progress: {}), key="one")
    long_ago = timezone.now() - dt.timedelta(seconds=settings.JOB_SILENCE_SECONDS + 1)
    Job.objects.filter(pk=job.pk).update(state="running", attempts=4, heartbeat_at=long_ago)
    jobs.reconcile()
    job.refresh_from_db()
    assert job.state == "failed"
    assert "worker stopped" in job.reason


def test_reconcile_rings_for_a_job_whose_bell_nobody_heard(handler):
    job = jobs.job_request(kind=handler(lambda job, progress: {}), key="one")
    assert job.rung_at is None  # the test's transaction never commits, so nothing rang
    jobs.reconcile()
    job.refresh_from_db()
    assert job.rung_at is not None


def test_one_kind_of_work_that_fails_does_not_keep_the_reconciler_from_the_others(monkeypatch):
    looked = []

    def broken():
        raise RuntimeError("no such table")

    monkeypatch.setattr(jobs, "_ticks", [broken, lambda: looked.append("next")])
    jobs.reconcile()
    assert looked == ["next"]


def test_worker_says_that_it_lives_after_the_database_was_locked(handler, settings, monkeypatch):
    settings.JOB_SILENCE_SECONDS = 0.2
    said = threading.Event()
    attempts = []

    class Rows:
        def filter(self, **_which):
            return self

        def update(self, **_values):
            attempts.append(1)
            if len(attempts) == 1:
                raise OperationalError("database is locked")
            said.set()

    job = jobs.job_request(kind=handler(lambda job, progress: {}), key="one")
    monkeypatch.setattr(jobs.Job, "objects", Rows())
    with jobs._heartbeat(job, uuid.uuid4()):
        assert said.wait(5)
