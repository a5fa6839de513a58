"""The commands that the Makefile names."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence

from scripts import bench, checks, portal, suite
from scripts.bootstrap import prepare
from scripts.console import Problem, complain, quietly, say, step
from scripts.paths import PYTHON, ROOT, VENV

LOCKED = ["requirements", "requirements-dev"]
# What comes back by itself; the data in var/ stays.
REMADE = [
    ".venv",
    "node_modules",
    "static/build",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".hypothesis",
    ".import_linter_cache",
]


def lock() -> int:
    """Compile requirements*.in into the pinned files beside them; UPGRADE=1 takes newer releases."""
    prepare(for_tests=True)
    upgrade = ["--upgrade"] if os.environ.get("UPGRADE") else []
    for name in LOCKED:
        with step(f"Locking {name}.txt"):
            quietly(
                [
                    *(str(PYTHON), "-m", "uv", "pip", "compile", "--quiet", *upgrade),
                    *("--no-emit-index-url", "--no-annotate", "--no-header"),
                    *(f"{name}.in", "--output-file", f"{name}.txt"),
                ],
                failed=f"{name}.in could not be resolved. The lines above name the package.",
            )
    return 0


def tidy() -> int:
    """Put Python and templates into the house format."""
    prepare(for_tests=True)
    python = str(PYTHON)
    subprocess.run([python, "-m", "ruff", "check", "--fix", "--quiet", "."], cwd=ROOT)
    subprocess.run([python, "-m", "ruff", "format", "--quiet", "."], cwd=ROOT)
    subprocess.run(
        [python, "-m", "djlint", "--reformat", "--quiet", *checks.TEMPLATE_FOLDERS],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    say("Formatted. make check says what is left.")
    return 0


def clean() -> int:
    """Remove what the commands make again by themselves. Data in var/ stays."""
    for name in REMADE:
        if VENV.is_symlink() and name == VENV.name:
            VENV.unlink()
        else:
            shutil.rmtree(ROOT / name, ignore_errors=True)
    say("Removed the environment, packages, styles and caches. The data in var/ stays.")
    return 0


def set_up() -> int:
    """Everything the tests need, without running them."""
    prepare(for_tests=True)
    return 0


COMMANDS: dict[str, Callable[[], int]] = {
    "run": portal.run,
    "test": suite.test,
    "check": checks.check,
    "bench": bench.bench,
    "format": tidy,
    "lock": lock,
    "clean": clean,
    "set-up": set_up,
}


def command_run(arguments: Sequence[str]) -> int:
    """Run one command by name. A Problem becomes its one line and exit status 1."""
    name, *rest = arguments or [""]
    if name not in COMMANDS:
        complain(Problem(f"Say which command: {', '.join(COMMANDS)}."))
        return 1
    try:
        return checks.check(rest) if name == "check" else COMMANDS[name]()
    except Problem as problem:
        complain(problem)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
