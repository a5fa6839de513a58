"""One way of saving the same engagements, timed in a process of its own.

`python -m tests.benchmarks.loading WAY ROWS` saves them for a new strategy and prints JSON:
`saved` engagements, `seconds`, and the process's memory in MiB, `before` and at its `peak`.
"""

import csv
import datetime as dt
import json
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import django

django.setup()

# Models can only be imported once Django is set up.
from promises.imports.engagements import engagements_import  # noqa: E402
from promises.models import Activity, Engagement, Strategy  # noqa: E402
from promises.services.engagement_load import BATCH  # noqa: E402
from promises.words import CountMethod  # noqa: E402

FIRST_DAY, TODAY = dt.date(2025, 8, 1), dt.date(2026, 7, 31)
ACTIVITIES = 40


def rows_of(count: int) -> Iterator[dict[str, Any]]:
    """Clean rows, no two alike."""
    for number in range(count):
        yield {
            "Date": FIRST_DAY + dt.timedelta(days=number % 360),
            "Activity ref": f"BN-{number % ACTIVITIES:02}",
            "What happened": f"Open evening {number}",
            "Where": f"Hall {number % 17}",
            "Attendees": 10 + number % 90,
            "Volunteer hours": Decimal(number % 12),
        }


def new_strategy() -> Strategy:
    strategy = Strategy.objects.create(
        slug=f"benchmark-{secrets.token_hex(4)}", title="Benchmark", institution="Nowhere"
    )
    for number in range(ACTIVITIES):
        Activity.objects.create(
            strategy=strategy, reference=f"BN-{number:02}", title=f"Activity {number}"
        )
    return strategy


def by_import(strategy: Strategy, count: int, folder: Path) -> Callable[[], None]:
    """The importer: reads the file, checks every row, and saves rows, links, history and audit."""
    path = folder / "log.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, next(rows_of(1)))
        writer.writeheader()
        writer.writerows(rows_of(count))

    def load() -> None:
        engagements_import(actor=None, path=path, strategy=strategy.slug, today=TODAY)

    return load


def by_bulk_create(strategy: Strategy, count: int, folder: Path) -> Callable[[], None]:
    """The least that could be done: the same rows in the same batches, and nothing else."""

    def load() -> None:
        Engagement.objects.bulk_create(
            [
                Engagement(
                    strategy=strategy,
                    state=Engagement.State.LOGGED,
                    starts_on=row["Date"],
                    ends_on=row["Date"],
                    title=row["What happened"],
                    place=row["Where"],
                    attendees_from=row["Attendees"],
                    attendees_to=row["Attendees"],
                    attendees=row["Attendees"],
                    count_method=CountMethod.COUNTED,
                    volunteer_hours=row["Volunteer hours"],
                )
                for row in rows_of(count)
            ],
            batch_size=BATCH,
        )

    return load


WAYS = {"import": by_import, "bulk_create": by_bulk_create}


def memory_mib(name: str) -> float:
    """One line of Linux's own account of this process, as `VmRSS` now or `VmHWM` at its peak.

    getrusage would not do: its peak includes that of the process that started this one.
    """
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    raise LookupError(f"/proc/self/status has no line {name}")


def main(way: str, rows: str) -> None:
    strategy = new_strategy()
    with tempfile.TemporaryDirectory(prefix="civic-benchmark-") as folder:
        load = WAYS[way](strategy, int(rows), Path(folder))
        # The peak of loading, not that of starting Python.
        Path("/proc/self/clear_refs").write_text("5")
        before = memory_mib("VmRSS")
        started = time.perf_counter()
        load()
        seconds = time.perf_counter() - started
        peak = memory_mib("VmHWM")
    saved = Engagement.objects.filter(strategy=strategy).count()
    facts = {"saved": saved, "seconds": seconds, "before": before, "peak": peak}
    print(json.dumps(facts))


if __name__ == "__main__":
    main(*sys.argv[1:])
