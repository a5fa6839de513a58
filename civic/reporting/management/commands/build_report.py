"""manage.py build_report 2025-26-Q1 --out FILE.pdf"""

import os
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from civic.core.errors import PortalError
from civic.reporting.management.quarters import add_quarter_arguments, period_of, strategy_named
from civic.reporting.quarterly import quarterly_pdf
from promises.models import Snapshot
from promises.queries import snapshot_for


class Command(BaseCommand):
    help = "Make the report of a published quarter here and now, as a file."

    def add_arguments(self, parser: CommandParser) -> None:
        add_quarter_arguments(parser)
        parser.add_argument("--revision", type=int, help="The last one unless named.")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE.pdf")

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["out"]
        snapshot = self._snapshot(options)
        handle, beside = self._open_beside(out)
        try:
            with os.fdopen(handle, "wb") as file:
                pdf = quarterly_pdf(snapshot, self._tell)
                file.write(pdf.content)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(beside, 0o644)
            os.replace(beside, out)
        except PortalError as error:
            raise CommandError(error.message) from error
        except OSError as error:
            raise CommandError(f"{out} could not be written: {error.strerror}.") from error
        finally:
            Path(beside).unlink(missing_ok=True)
        self.stdout.write(f"{out}: {pdf.pages} pages, {snapshot}.")

    def _snapshot(self, options: dict[str, Any]) -> Snapshot:
        period = period_of(options["quarter"])
        strategy = strategy_named(options["strategy"])
        snapshot = snapshot_for(strategy, period, options["revision"])
        if snapshot is None:
            revision = f", revision {options['revision']}," if options["revision"] else ""
            raise CommandError(f"{period.key}{revision} of {strategy.slug} is not published.")
        return snapshot

    def _open_beside(self, out: Path) -> tuple[int, str]:
        """A file in the same folder, so that a half-made report never has the name asked for."""
        if out.is_dir():
            raise CommandError(f"{out} is a folder. Name a file, like {out / 'report.pdf'}.")
        try:
            return tempfile.mkstemp(dir=out.parent, prefix=".partial-", suffix=".pdf")
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}.") from error

    def _tell(self, stage: str, _percent: int) -> None:
        self.stdout.write(f"{stage} ...")
