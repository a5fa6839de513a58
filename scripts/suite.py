"""`make test`: the whole suite, once for each way the portal can stand."""

import json
import os
import shlex
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scripts.bootstrap import prepare
from scripts.console import Problem, quietly, say
from scripts.paths import PYTHON, ROOT, embedded_environment
from scripts.system import find_chromium

EMBEDDED, SERVERS = "embedded", "servers"
WORDS = {EMBEDDED: "embedded (SQLite)", SERVERS: "servers (PostgreSQL, Redis)"}
# pytest's exit status when nothing matched, as with ARGS="-k" for a test of the other lane.
NOTHING_RAN = 5


@dataclass
class Lane:
    """One run of the suite and what came of it."""

    name: str
    env: dict[str, str] = field(default_factory=dict)
    status: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def summary(self) -> str:
        words = [f"{self.counts['passed']} passed", f"{self.counts['failed']} failed"]
        if self.counts["skipped"]:
            words.append(f"{self.counts['skipped']} skipped")
        return f"{WORDS[self.name]}: {', '.join(words)}"


def test() -> int:
    """Run every lane there is. Exit status 1 when one fails, or is required and missing."""
    prepare(for_tests=True)
    arguments = shlex.split(os.environ.get("ARGS", ""))
    required = required_lanes()
    lanes, missing = find_lanes()
    if missing and SERVERS in required:
        raise Problem(f"Both lanes are required, but {missing}")
    for lane in lanes:
        run_lane(lane, arguments)
    return report(lanes, missing)


def required_lanes() -> set[str]:
    asked = os.environ.get("REQUIRE_LANES", "")
    if asked not in ("", "both"):
        raise Problem(f"REQUIRE_LANES is “{asked}”. Set it to both, or leave it out.")
    return {EMBEDDED, SERVERS} if asked else {EMBEDDED}


def find_lanes() -> tuple[list[Lane], str]:
    """The lanes that can run, and one sentence on what kept the servers lane away."""
    lanes = [Lane(EMBEDDED)]
    found = json.loads(
        quietly(
            [str(PYTHON), "-m", "scripts.servers"],
            failed="The servers could not be looked for. The lines above say why.",
        )
    )
    absent = [
        words
        for key, words in (
            ("database", "no PostgreSQL answers (see TEST_DATABASE_URL)"),
            ("redis", "no Redis answers (see TEST_REDIS_URL)"),
        )
        if found[key] is None
    ]
    if absent:
        return lanes, f"{' and '.join(absent)}."
    env = {"DATABASE_URL": found["database"], "REDIS_URL": found["redis"]}
    return [*lanes, Lane(SERVERS, env)], ""


def run_lane(lane: Lane, arguments: Sequence[str]) -> None:
    """Run the suite with this lane's database and broker, in a folder of its own."""
    say()
    say(f"=== Lane: {WORDS[lane.name]} ===")
    folder = Path(tempfile.mkdtemp(prefix="civic-tests-"))
    results = folder / "results.xml"
    env = {
        **os.environ,
        **embedded_environment(folder / "var"),
        **lane.env,
        "LANE": lane.name,
        "CHROMIUM": find_chromium() or "",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    try:
        lane.status = subprocess.run(
            [
                *(str(PYTHON), "-m", "pytest", f"--junit-xml={results}"),
                *("-n", str(min(os.cpu_count() or 1, 4)), "--dist", "loadgroup"),
                *arguments,
            ],
            cwd=ROOT,
            env=env,
        ).returncode
        lane.counts = count(results)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def count(results: Path) -> dict[str, int]:
    """{'passed', 'failed', 'skipped'} of one run; nothing at all when pytest could not start."""
    totals = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    if results.is_file():
        # pytest itself wrote this file a moment ago.
        for suite in ElementTree.parse(results).getroot().iter("testsuite"):
            for key in totals:
                totals[key] += int(suite.get(key, 0))
    failed = totals["failures"] + totals["errors"]
    return {
        "passed": totals["tests"] - failed - totals["skipped"],
        "failed": failed,
        "skipped": totals["skipped"],
    }


def report(lanes: Sequence[Lane], missing: str) -> int:
    say()
    say("Lanes run: " + "; ".join(lane.summary for lane in lanes))
    if missing:
        say(f"Lane not run: {WORDS[SERVERS]}, because {missing}")
    totals = {key: sum(lane.counts[key] for lane in lanes) for key in ("passed", "failed")}
    say(f"Total: {totals['passed']} passed, {totals['failed']} failed")
    for lane in lanes:
        if lane.status not in (0, NOTHING_RAN):
            return 1
    return 0 if totals["passed"] else 1
