"""The portal as it really stands: a web server and a worker, each a process of its own."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
import redis

from scripts.processes import Service, answers, check_alive, stop_all, wait_until

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 90
COMMAND_SECONDS = 180


class CommandFailed(AssertionError):
    """A manage.py command ended with another status than the test expected."""


class Portal:
    """A running portal with a database, a broker and files of its own, empty but for its tables.

    `base_url` is where it answers. Journeys reach it by HTTP and by `manage()` alone.
    """

    def __init__(self, folder: Path, database_url: str, redis_url: str) -> None:
        self.var_dir = folder
        self.port = free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "civic.settings",
            "VAR_DIR": str(folder),
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "DEBUG": "true",
            "EMAIL_URL": "",
            "SITE_URL": self.base_url,
            # The reconciler looks often, so that a test of a lost worker need not wait long.
            "RECONCILE_SECONDS": "2",
            "JOB_SILENCE_SECONDS": "6",
        }
        python = sys.executable
        self.web = Service(
            "web server",
            [
                *(python, "-m", "gunicorn", "civic.wsgi:application"),
                *("--bind", f"127.0.0.1:{self.port}", "--no-control-socket"),
                *("--worker-class", "gthread", "--workers", "1", "--threads", "4"),
                *("--access-logfile", "-"),
            ],
            folder / "log" / "web.log",
        )
        self.worker = Service(
            "worker",
            [
                *(python, "-W", "ignore", "-m", "celery", "--app", "civic", "worker"),
                *("--beat", "--schedule-filename", str(folder / "beat-schedule")),
                *("--concurrency", "2", "--loglevel", "INFO"),
            ],
            folder / "log" / "worker.log",
        )

    def url(self, path: str = "/") -> str:
        """The whole address of a path."""
        return self.base_url + path

    def manage(self, *arguments: str, status: int = 0) -> str:
        """Run a manage.py command and return what it wrote, errors included.

        Raises CommandFailed, with what it wrote, when it ends with another exit status.
        """
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=COMMAND_SECONDS,
        )
        if done.returncode != status:
            raise CommandFailed(
                f"manage.py {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}"
            )
        return done.stdout

    def start(self) -> None:
        self.manage("migrate", "--no-input", "--verbosity", "0")
        self.web.start(self.env)
        self.start_worker()
        wait_until(
            lambda: answers(self.url("/healthz")), [self.web], what="web", seconds=START_SECONDS
        )

    def start_worker(self) -> None:
        """Start the worker (again) and wait until it takes work."""
        self.worker.start(self.env)
        wait_until(
            lambda: " ready." in self.worker.said(),
            [self.worker],
            what="worker",
            seconds=START_SECONDS,
        )

    def kill_worker(self) -> None:
        """End the worker at once, as a machine that loses power would."""
        self.worker.signal_group(9)
        assert self.worker.process is not None
        self.worker.process.wait()

    def wait_for(self, condition: Callable[[], bool], *, what: str, seconds: float = 60) -> None:
        """Poll until `condition()`; fails with the logs when the time is up or a process ended."""
        wait_until(condition, [self.web, self.worker], what=what, seconds=seconds)

    def stop(self) -> None:
        stop_all([self.web, self.worker])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def fresh_database(url: str, folder: Path) -> Iterator[str]:
    """The address of an empty database beside the one the other tests use; dropped at the end."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        yield f"sqlite:///{folder / 'civic.sqlite3'}"
        return
    name = f"civic_journey_{secrets.token_hex(4)}"
    server = urlunsplit(parts._replace(scheme="postgresql", path="/postgres"))

    def administer(statement: str) -> None:
        connection = psycopg2.connect(server)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
        connection.close()

    administer(f'CREATE DATABASE "{name}"')
    try:
        yield urlunsplit(parts._replace(path=f"/{name}"))
    finally:
        administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def _fresh_broker(url: str) -> Iterator[str]:
    """The Redis database before the one the other tests use, emptied; '' for the file broker."""
    if not url:
        yield ""
        return
    parts = urlsplit(url)
    number = int(parts.path.strip("/") or 0)
    own = urlunsplit(parts._replace(path=f"/{number - 1 if number else 1}"))
    client = redis.Redis.from_url(own)
    client.flushdb()
    try:
        yield own
    finally:
        client.flushdb()
        client.close()


@contextmanager
def portal_running(database_url: str, redis_url: str) -> Iterator[Portal]:
    """A new portal on this lane's servers, stopped and removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="civic-portal-"))
    try:
        with fresh_database(database_url, folder) as database, _fresh_broker(redis_url) as broker:
            portal = Portal(folder, database, broker)
            try:
                portal.start()
                yield portal
            finally:
                portal.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def _session_portal() -> Iterator[Portal]:
    with portal_running(os.environ["DATABASE_URL"], os.environ["REDIS_URL"]) as portal:
        yield portal


@pytest.fixture
def live_portal(_session_portal: Portal, request: pytest.FixtureRequest) -> Iterator[Portal]:
    """The session's running portal. What one test leaves in it, the next one finds.

    A failing test shows what the two processes logged meanwhile.
    """
    portal = _session_portal
    check_alive([portal.web, portal.worker])
    yield portal
    for service in (portal.web, portal.worker):
        print(f"--- {service.name}, end of its log ---")
        print(service.said()[-6_000:])
