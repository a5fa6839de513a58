"""What the import commands share: their options and the words they answer with."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from civic.core.errors import PortalError
from civic.core.imports.outcomes import CHANGED, NEW, REJECTED, SKIPPED, UNCHANGED, Report

UNTOUCHED = "Nothing was changed."
SHOWN = 100
_WIDEST = 60


class ImportCommand(BaseCommand, ABC):
    """A command that reads one file and says what became of it, or refuses and exits with 1."""

    record = "rows"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv|xlsx")
        parser.add_argument("--strategy", metavar="SLUG", help="The current one unless named.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would happen.")
        parser.add_argument(
            "--rejects",
            type=Path,
            metavar="OUT.csv",
            help="Save the good rows, and write the others here with a reason.",
        )

    @abstractmethod
    def run_import(self, **options: Any) -> Report:
        """Import the file and return the report. Raises PortalError."""

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = self.run_import(**options)
        except PortalError as error:
            raise CommandError(f"{error.message} {UNTOUCHED}") from error
        self.tell(report, rejects=options["rejects"], dry_run=options["dry_run"])

    def tell(self, report: Report, *, rejects: Path | None, dry_run: bool) -> None:
        """Write the report. Raises CommandError when rejected rows stopped the import."""
        self._tell_counts(report, dry_run=dry_run)
        for heading, names in report.made.items():
            self._tell_list(f"{heading} ({len(names)}):", [f"  {name}" for name in names])
        marks = [
            f"  row {fate.number} (line {fate.line}): {fate.outcome}, {fate.why}"
            for fate in report.fates
            if fate.outcome != REJECTED
        ]
        if marks:
            self._tell_list("Worth a look:", marks)
        if report.rejections:
            self._tell_rejected(report)
        count = report.counts[REJECTED]
        rows = "1 row was" if count == 1 else f"{count:,} rows were"
        if count and rejects is None:
            raise CommandError(
                f"{rows} rejected. {UNTOUCHED} Correct the file and run again, or add "
                "--rejects OUT.csv to save the other rows and have these written out."
            )
        if dry_run:
            self.stdout.write(f"This was a dry run. {UNTOUCHED}")
        elif count:
            self.stdout.write(f"{rows} written to {rejects}. Correct it and load it the same way.")
        elif not report.changes_anything:
            self.stdout.write(f"Everything in the file was here already. {UNTOUCHED}")

    def _tell_counts(self, report: Report, *, dry_run: bool) -> None:
        words = [
            f"{report.counts[outcome]:,} {outcome}"
            for outcome in (NEW, CHANGED, UNCHANGED, REJECTED, SKIPPED)
        ]
        total = sum(report.counts.values())
        self.stdout.write(f"{total:,} {self.record}: {', '.join(words)}.")
        for name, value in report.totals.items():
            self.stdout.write(f"{name}: {value:,}.")
        for notice in report.notices:
            self.stdout.write(notice)

    def _tell_list(self, heading: str, lines: Sequence[str]) -> None:
        self.stdout.write(heading)
        for line in lines[:SHOWN]:
            self.stdout.write(line)
        if len(lines) > SHOWN:
            self.stdout.write(f"  and {len(lines) - SHOWN:,} more")

    def _tell_rejected(self, report: Report) -> None:
        lines = [("row", "column", "value", "reason", "what to do")]
        for rejection in report.rejections[:SHOWN]:
            row = rejection.row
            for problem in rejection.problems:
                lines.append(
                    (
                        f"{row.number} (line {row.line})",
                        problem.column,
                        _short(problem.value),
                        problem.reason,
                        problem.remedy,
                    )
                )
        widths = [max(len(line[place]) for line in lines) for place in range(4)]
        self.stdout.write("Rejected:")
        for line in lines:
            padded = [cell.ljust(width) for cell, width in zip(line, widths, strict=False)]
            self.stdout.write(f"  {'  '.join([*padded, line[4]])}")
        if len(report.rejections) > SHOWN:
            self.stdout.write(f"  and {len(report.rejections) - SHOWN:,} more")


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"
