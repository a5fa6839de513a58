"""Celery's side of jobs: two tasks, both safe to run twice."""

from celery import shared_task
from celery.signals import worker_ready

from civic.core import jobs, mail


@shared_task(name=jobs.RUN_JOB)
def run_job(job_id: str) -> None:
    jobs.job_run(job_id=job_id)


@shared_task(name="core.reconcile", expires=30)
def reconcile() -> None:
    jobs.reconcile()


@worker_ready.connect
def catch_up(**_kwargs: object) -> None:
    """A worker that comes back looks at once for what was left."""
    reconcile.delay()


jobs.job_handler("mail")(mail.deliver)
