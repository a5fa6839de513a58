"""Jobs: asked for in a transaction, run by a worker, finished by the reconciler if need be."""

import logging
import threading
import uuid
from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import Error as DatabaseFault
from django.db import connection, models, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from civic.core.errors import JobLost, PortalError, WrongState
from civic.core.models import Job

logger = logging.getLogger(__name__)

Progress = Callable[[str, int], None]
Handler = Callable[[Job, Progress], dict[str, Any]]

_handlers: dict[str, Handler] = {}
_ticks: list[Callable[[], None]] = []

ATTEMPTS = 4
# The task by its name: what it does is in tasks.py, which stands on this module.
RUN_JOB = "core.run_job"
# The pause after a first failed attempt; it doubles with each.
BACKOFF_SECONDS = 5
# A queued job whose bell was rung this long ago and that nobody took is rung again.
RING_AGAIN_SECONDS = 20


def job_handler(kind: str) -> Callable[[Handler], Handler]:
    """Register what a worker does for jobs of `kind`.

    A handler gets the job and a `progress(stage, percent)` callable, returns the result (JSON),
    and must be idempotent: it may run again after a crash. It raises PortalError for a fault that
    another try cannot mend; anything else is tried again with growing pauses.
    """

    def register(handler: Handler) -> Handler:
        _handlers[kind] = handler
        return handler

    return register


def on_tick(function: Callable[[], None]) -> Callable[[], None]:
    """Register work that the reconciler looks for at every round. Must be idempotent."""
    _ticks.append(function)
    return function


def job_request(
    *,
    kind: str,
    key: str,
    payload: dict[str, Any] | None = None,
    actor: Any = None,
    max_attempts: int = ATTEMPTS,
) -> Job:
    """Ask for work once. The same key gives back the same job, whatever its state."""
    job, created = Job.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "payload": payload or {},
            "created_by": actor,
            "max_attempts": max_attempts,
        },
    )
    if created:
        ring(job)
    return job


def job_retry(*, job: Job) -> None:
    """Try a failed job again from the start. Raises WrongState when it has not failed."""
    taken = Job.objects.filter(pk=job.pk, state=Job.State.FAILED).update(
        state=Job.State.QUEUED,
        attempts=0,
        reason="",
        stage="",
        percent=0,
        run_after=timezone.now(),
        finished_at=None,
    )
    if not taken:
        raise WrongState("Only a job that failed can be tried again.")
    ring(job)


def ring(job: Job) -> None:
    """Tell a worker, after commit, that this job waits. A lost ring is made good by the tick."""
    transaction.on_commit(lambda: _ring_now(job.pk))


def _ring_now(job_id: uuid.UUID) -> None:
    Job.objects.filter(pk=job_id).update(rung_at=timezone.now())
    try:
        current_app.send_task(RUN_JOB, args=(str(job_id),), retry=False)
    except (OSError, OperationalError) as error:
        logger.warning("The job %s waits for the next tick: broker not reached (%s)", job_id, error)


def job_run(*, job_id: str) -> None:
    """Claim a queued job and run it. Does nothing when another worker has it or it is finished."""
    claim = uuid.uuid4()
    now = timezone.now()
    taken = Job.objects.filter(pk=job_id, state=Job.State.QUEUED, run_after__lte=now).update(
        state=Job.State.RUNNING,
        claim=claim,
        attempts=models.F("attempts") + 1,
        started_at=now,
        heartbeat_at=now,
        reason="",
    )
    if not taken:
        return
    job = Job.objects.get(pk=job_id)

    def progress(stage: str, percent: int) -> None:
        _update_claimed(job, claim, stage=stage, percent=percent, heartbeat_at=timezone.now())

    try:
        with _heartbeat(job, claim):
            result = _handlers[job.kind](job, progress)
        _update_claimed(
            job,
            claim,
            state=Job.State.DONE,
            result=result,
            percent=100,
            stage="",
            finished_at=timezone.now(),
        )
    except JobLost:
        logger.warning("Job %s (%s) went to another worker", job.pk, job.kind)
    except PortalError as error:
        logger.warning("Job %s (%s) failed: %s", job.pk, job.kind, error.message)
        _finish_badly(job, claim, error.message, again=False)
    except Exception as error:
        logger.exception("Job %s (%s) failed", job.pk, job.kind)
        _finish_badly(
            job, claim, f"It stopped on a fault: {type(error).__name__}: {error}", again=True
        )


def _update_claimed(job: Job, claim: uuid.UUID, **values: Any) -> None:
    if not Job.objects.filter(pk=job.pk, claim=claim, state=Job.State.RUNNING).update(**values):
        raise JobLost("The job was given to another worker.")


def _finish_badly(job: Job, claim: uuid.UUID, reason: str, *, again: bool) -> None:
    if again and job.attempts < job.max_attempts:
        pause = timedelta(seconds=BACKOFF_SECONDS * 2 ** (job.attempts - 1))
        values: dict[str, Any] = {
            "state": Job.State.QUEUED,
            "run_after": timezone.now() + pause,
            "reason": reason,
        }
    else:
        values = {"state": Job.State.FAILED, "reason": reason, "finished_at": timezone.now()}
    Job.objects.filter(pk=job.pk, claim=claim, state=Job.State.RUNNING).update(**values)


@contextmanager
def _heartbeat(job: Job, claim: uuid.UUID) -> Any:
    """Say every few seconds that this worker lives, so that silence means it was killed."""
    stop = threading.Event()

    def beat() -> None:
        while not stop.wait(settings.JOB_SILENCE_SECONDS / 4):
            try:
                Job.objects.filter(pk=job.pk, claim=claim).update(heartbeat_at=timezone.now())
            except DatabaseFault as error:
                # A locked or restarting database must not make a living worker look dead.
                logger.warning("Job %s could not say that it lives: %s", job.pk, error)
                connection.close()
        connection.close()

    thread = threading.Thread(target=beat, name=f"heartbeat-{job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def reconcile() -> None:
    """Find work that nobody does and have it done. Safe to run at any time, any number at once."""
    now = timezone.now()
    silent = Job.objects.filter(
        state=Job.State.RUNNING,
        heartbeat_at__lt=now - timedelta(seconds=settings.JOB_SILENCE_SECONDS),
    )
    silent.filter(attempts__gte=models.F("max_attempts")).update(
        state=Job.State.FAILED,
        reason="The worker stopped in the middle each time. Try again, or ask for help.",
        finished_at=now,
    )
    silent.update(state=Job.State.QUEUED, run_after=now, rung_at=None, claim=None)
    waiting = Job.objects.filter(state=Job.State.QUEUED, run_after__lte=now).filter(
        models.Q(rung_at=None) | models.Q(rung_at__lt=now - timedelta(seconds=RING_AGAIN_SECONDS))
    )
    for job_id in waiting.order_by("run_after").values_list("pk", flat=True)[:500]:
        _ring_now(job_id)
    for tick in _ticks:
        try:
            tick()
        except Exception:
            # One kind of work that fails must not keep the reconciler from the others.
            logger.exception("The look for %s failed; the next round tries again", tick.__name__)
