"""Loading a year's log against writing the same rows with nothing checked."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.processes import ROOT, Portal, fresh_database

ROWS = 10_000
ROUNDS = 3


@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    with fresh_database(os.environ["DATABASE_URL"], tmp_path) as url:
        yield url


def loaded(portal: Portal, way: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.loading", way, str(ROWS)],
        cwd=ROOT,
        env=portal.env | {"DEBUG": "false", "SECRET_KEY": "x" * 50, "ALLOWED_HOSTS": "127.0.0.1"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    facts: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert facts["saved"] == ROWS
    return facts


@pytest.mark.benchmark
def test_import_of_clean_rows_against_a_bare_bulk_create(database, tmp_path, tell):
    portal = Portal(tmp_path, database, "")
    portal.manage("migrate", "--no-input", "--verbosity", "0")
    # In turns, so that whatever else the machine does falls on both.
    rounds = [(loaded(portal, "import"), loaded(portal, "bulk_create")) for _ in range(ROUNDS)]

    def middle(way: int, name: str) -> float:
        return statistics.median(pair[way][name] for pair in rounds)

    full, bare = middle(0, "seconds"), middle(1, "seconds")
    tell(
        f"import_engagements, {ROWS:,} clean rows, against bulk_create",
        f"{full:.1f} s ({ROWS / full:,.0f} rows/s)",
        f"{bare:.1f} s ({ROWS / bare:,.0f} rows/s)",
        f"{full / bare:.1f} times as long",
    )
    full, bare = middle(0, "peak"), middle(1, "peak")
    tell(
        "The same, peak memory of the process",
        f"{full:.0f} MiB (+{full - middle(0, 'before'):.0f})",
        f"{bare:.0f} MiB (+{bare - middle(1, 'before'):.0f})",
        f"{full / bare:.2f}",
    )
