"""`make check`: everything about the code that a machine can judge without running the tests."""

import os
import secrets
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scripts.bootstrap import prepare
from scripts.console import Problem, say
from scripts.paths import PYTHON, ROOT, embedded_environment

TEMPLATE_FOLDERS = ["templates"]


@dataclass
class Check:
    """One command that must end with status 0."""

    name: str
    title: str
    command: list[str]
    env: dict[str, str] = field(default_factory=dict)


def all_checks() -> list[Check]:
    """In order: the quick ones first."""
    manage = ["manage.py"]
    production = {
        "DEBUG": "false",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "civic.example.org",
        "SITE_URL": "https://civic.example.org",
        "EMAIL_URL": "smtp://mail.example.org:25",
    }
    return [
        Check("lint", "Lint", ["-m", "ruff", "check", "--quiet", "."]),
        Check("format", "Formatting", ["-m", "ruff", "format", "--quiet", "--check", "."]),
        Check("house", "House rules", ["-m", "scripts.house_rules"]),
        Check(
            "templates",
            "Templates",
            ["-m", "djlint", "--check", "--lint", *TEMPLATE_FOLDERS],
        ),
        Check("imports", "Import rules", ["-m", "scripts.import_rules"]),
        Check(
            "migrations",
            "Migrations",
            [*manage, "makemigrations", "--check", "--dry-run"],
        ),
        Check("settings", "Settings", [*manage, "check"]),
        Check(
            "deploy",
            "Settings for a server",
            [*manage, "check", "--deploy", "--fail-level", "WARNING"],
            production,
        ),
        Check("types", "Types", ["-m", "mypy"]),
    ]


def check(names: Sequence[str] = ()) -> int:
    """Run all checks, or the named ones. Shows what a failed one said; exit status 1 if any did."""
    if not names:
        prepare(for_tests=True)
    failed = []
    with tempfile.TemporaryDirectory(prefix="civic-check-") as folder:
        checks = all_checks()
        unknown = set(names) - {one.name for one in checks}
        if unknown:
            raise Problem(f"There is no check called {', '.join(sorted(unknown))}.")
        for one in checks:
            if (not names or one.name in names) and not passes(one, Path(folder)):
                failed.append(one.title)
    if failed:
        say(f"Failed: {', '.join(failed)}")
        return 1
    say("All checks passed.")
    return 0


def passes(check: Check, folder: Path) -> bool:
    env = {
        **os.environ,
        # A database of its own: no check depends on what this machine holds.
        **embedded_environment(folder),
        **check.env,
    }
    print(f"{check.title} ... ", end="", flush=True)
    done = subprocess.run(
        [str(PYTHON), *check.command],
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    say("passed" if done.returncode == 0 else "FAILED")
    if done.returncode:
        say(done.stdout.rstrip())
    return done.returncode == 0
