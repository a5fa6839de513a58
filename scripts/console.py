"""How the commands speak: one line a step, one line a fault."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from scripts.paths import ROOT

DETAIL_LINES = 20


class Problem(Exception):
    """A fault that the reader can mend: one line that says how, and what a failed command said."""

    def __init__(self, message: str, details: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.details = details


def say(line: str = "") -> None:
    print(line, flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Print 'Title ... done (3 s)' around some work."""
    started = time.monotonic()
    print(f"{title} ... ", end="", flush=True)
    try:
        yield
    except Problem:
        say("failed")
        raise
    except BaseException:
        say("stopped")
        raise
    seconds = round(time.monotonic() - started)
    say(f"done ({seconds} s)" if seconds else "done")


def quietly(command: Sequence[str], *, failed: str, env: Mapping[str, str] | None = None) -> str:
    """Run a command in the checkout and return its standard output.

    Raises Problem with `failed` and the command's last lines, errors included, when it ends with
    another status than 0.
    """
    done = subprocess.run(
        command,
        env=env,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
    )
    if done.returncode:
        raise Problem(failed, last_lines(done.stdout + done.stderr))
    return done.stdout


def last_lines(text: str, count: int = DETAIL_LINES) -> str:
    return "\n".join(text.strip().splitlines()[-count:])


def complain(problem: Problem) -> None:
    """Show what a failed command said, then the one line that says what to do."""
    sys.stdout.flush()
    if problem.details:
        print(problem.details, file=sys.stderr)
    print(problem.message, file=sys.stderr, flush=True)
