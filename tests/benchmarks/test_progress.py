"""The progress page against the same bytes held as a constant, from one server, in one run."""

import http.client
import os
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scripts.processes import answers, stop_all, wait_until
from tests.processes import START_SECONDS, Portal, fresh_database

ROUNDS = 3
CALLERS = 4
SECONDS = 2


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    """A web server as in production, without a worker, showing the demonstration."""
    with fresh_database(os.environ["DATABASE_URL"], tmp_path) as database:
        portal = Portal(tmp_path, database, "")
        portal.manage("migrate", "--no-input", "--verbosity", "0")
        portal.manage("demo")
        portal.env |= {
            "DEBUG": "false",
            "SECRET_KEY": "x" * 50,
            "ALLOWED_HOSTS": "127.0.0.1",
            "LOG_LEVEL": "WARNING",
        }
        portal.manage("collectstatic", "--no-input", "--verbosity", "0")
        page = tmp_path / "progress.html"
        try:
            serve(portal)
            with Caller(portal) as caller:
                page.write_bytes(caller.get("/progress/")[1])
            stop_all([portal.web])
            portal.env |= {
                "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings",
                "BENCHMARK_PAGE": str(page),
            }
            serve(portal)
            yield portal
        finally:
            stop_all([portal.web])


def serve(portal: Portal) -> None:
    portal.web.start(portal.env)
    wait_until(
        lambda: answers(portal.url("/healthz")), [portal.web], what="web", seconds=START_SECONDS
    )


class Caller:
    """One visitor's connection, kept open from page to page."""

    def __init__(self, portal: Portal) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=60)

    def __enter__(self) -> "Caller":
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def get(self, path: str, etag: str = "") -> tuple[int, bytes, str]:
        self.connection.request("GET", path, headers={"If-None-Match": etag} if etag else {})
        response = self.connection.getresponse()
        return response.status, response.read(), response.headers["ETag"] or ""


def rate(portal: Portal, path: str, etag: str, status: int) -> float:
    """Requests answered in a second, over connections that stay open."""

    def call(caller: Caller) -> int:
        answered = 0
        while time.perf_counter() < until:
            assert caller.get(path, etag)[0] == status
            answered += 1
        return answered

    callers = [Caller(portal) for _ in range(CALLERS)]
    for caller in callers:
        caller.get(path, etag)
    with ThreadPoolExecutor(CALLERS) as pool:
        started = time.perf_counter()
        until = started + SECONDS
        answered = sum(pool.map(call, callers))
        seconds = time.perf_counter() - started
    for caller in callers:
        caller.connection.close()
    return answered / seconds


@pytest.mark.benchmark
def test_progress_page_against_the_same_bytes_as_a_constant(portal, tell):
    with Caller(portal) as caller:
        status, page, page_etag = caller.get("/progress/")
        constant_status, constant, constant_etag = caller.get("/constant/")
    assert (status, constant_status) == (200, 200)
    assert page == constant
    assert page_etag
    assert constant_etag

    for words, status, etags in (
        (f"/progress/, {len(page) / 1024:.0f} KiB, against a constant", 200, ("", "")),
        ("The same, unchanged since the last visit (304)", 304, (page_etag, constant_etag)),
    ):
        # In turns, so that whatever else the machine does falls on both.
        rounds = [
            (
                rate(portal, "/progress/", etags[0], status),
                rate(portal, "/constant/", etags[1], status),
            )
            for _ in range(ROUNDS)
        ]
        this = statistics.median(pair[0] for pair in rounds)
        against = statistics.median(pair[1] for pair in rounds)
        tell(
            words,
            f"{this:,.1f} requests/s",
            f"{against:,.0f} requests/s",
            f"1 to {against / this:,.1f}",
        )
