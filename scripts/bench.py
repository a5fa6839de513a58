"""`make bench`: what the portal costs, as ratios against something measured in the same run."""

import os
import platform
import shutil
import subprocess
import tempfile
from pathlib import Path

from scripts.bootstrap import prepare
from scripts.console import say
from scripts.paths import PYTHON, ROOT, embedded_environment
from scripts.suite import WORDS, find_lanes


def bench() -> int:
    """Run the benchmarks on PostgreSQL where it answers, else on SQLite, and print their table."""
    prepare(for_tests=True)
    # The servers' lane comes last where there is one.
    lane = find_lanes()[0][-1]
    say(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    say(f"Database: {WORDS[lane.name]}")
    folder = Path(tempfile.mkdtemp(prefix="civic-benchmarks-"))
    env = {**os.environ, **embedded_environment(folder / "var"), **lane.env, "LANE": lane.name}
    try:
        return subprocess.run(
            [str(PYTHON), "-m", "pytest", "-m", "benchmark", "--quiet", "tests/benchmarks"],
            cwd=ROOT,
            env=env,
        ).returncode
    finally:
        shutil.rmtree(folder, ignore_errors=True)
