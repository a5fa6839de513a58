"""Fixtures that every test may use. Records come from tests/factories.py."""

import os
from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.cache import caches
from django.utils import timezone

from civic.core.jobs import job_run
from civic.core.models import Job
from tests.browser import (  # noqa: F401
    axe,
    browser,
    new_page,
    page,
    pytest_runtest_makereport,
)
from tests.processes import _session_portal, live_portal  # noqa: F401

# They share one browser and one portal, so one process runs them all, and first: they take longest.
SHARED = {"browser", "live_portal"}


# First, because xdist reads the groups in the same hook.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def is_shared(item: pytest.Item) -> bool:
        return not SHARED.isdisjoint(getattr(item, "fixturenames", ()))

    for item in items:
        if is_shared(item):
            item.add_marker(pytest.mark.xdist_group("processes"))
    items.sort(key=lambda item: not is_shared(item))


def pytest_sessionstart(session: pytest.Session) -> None:
    """Empty the Redis database of the servers lane; never one that a developer only named."""
    if os.environ.get("LANE") == "servers" and not hasattr(session.config, "workerinput"):
        import redis

        redis.Redis.from_url(settings.REDIS_URL).flushdb()


@pytest.fixture(autouse=True)
def no_kept_pages() -> None:
    """Pages drawn for one test's database are not shown to the next one's."""
    caches["pages"].clear()


@pytest.fixture(scope="session")
def lane() -> str:
    """'embedded' (SQLite and the file broker) or 'servers' (PostgreSQL and Redis)."""
    engine = settings.DATABASES["default"]["ENGINE"]
    return "embedded" if engine.endswith("sqlite3") else "servers"


@pytest.fixture
def run_jobs(db: None) -> Callable[[], list[Job]]:
    """Run every job that waits, as a worker would, until none is left; returns them as they ended.

    For tests of what a job does. That a real worker takes it is for tests with `live_portal`.
    """

    def run() -> list[Job]:
        done: list[Job] = []
        while waiting := list(
            Job.objects.filter(state=Job.State.QUEUED, run_after__lte=timezone.now())
        ):
            for job in waiting:
                job_run(job_id=str(job.pk))
            done += Job.objects.filter(pk__in=[job.pk for job in waiting])
        return done

    return run
