"""Long-running processes kept together: all run, or none does."""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from scripts.console import Problem, last_lines
from scripts.paths import ROOT

POLL_SECONDS = 0.2
# How long a process may take to finish what it is doing once asked to stop.
GRACE_SECONDS = 10
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """Somebody asked us to stop: Ctrl-C, SIGTERM, or a closed terminal."""


@dataclass
class Service:
    """One process in a process group of its own, writing to its own log."""

    name: str
    command: Sequence[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self, env: dict[str, str]) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            # Its own session: Ctrl-C reaches only us, and we stop it and its children in order.
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def said(self) -> str:
        return self.log.read_text(errors="replace") if self.log.is_file() else ""

    def signal_group(self, number: int) -> None:
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return


def stop_all(services: Sequence[Service]) -> None:
    """Ask every process to finish, wait, then end whatever is left of its group."""
    for service in services:
        if service.is_alive and service.process is not None:
            service.process.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for service in services:
        if service.process is not None:
            try:
                service.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                service.signal_group(signal.SIGKILL)
                service.process.wait()
            service.signal_group(signal.SIGKILL)


def check_alive(services: Sequence[Service]) -> None:
    """Raises Problem when one has ended by itself, with the end of its log."""
    for service in services:
        if not service.is_alive:
            raise Problem(
                f"The {service.name} stopped by itself. Its log is above.",
                last_lines(service.said()),
            )


def wait_until(
    ready: Callable[[], bool], services: Sequence[Service], *, what: str, seconds: float
) -> None:
    """Wait for `ready`. Raises Problem when a process ends first or the time is up."""
    deadline = time.monotonic() + seconds
    while not ready():
        check_alive(services)
        if time.monotonic() > deadline:
            raise Problem(
                f"The {what} was not ready after {seconds:.0f} seconds.",
                "\n".join(last_lines(service.said()) for service in services),
            )
        time.sleep(POLL_SECONDS)


def answers(address: str) -> bool:
    """True when a GET of this address is answered with 200."""
    try:
        with urllib.request.urlopen(address, timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def stop_on_signals() -> None:
    """From here on Ctrl-C, SIGTERM and a closed terminal raise Stopped, once."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise Stopped

    for number in STOP_SIGNALS:
        signal.signal(number, stop)


def watch(services: Sequence[Service]) -> None:
    """Return only by raising: Problem when a process ends, Stopped when somebody asks."""
    while True:
        check_alive(services)
        time.sleep(POLL_SECONDS)
