from typing import Any

from civic.core.imports.command import ImportCommand
from civic.core.imports.outcomes import Report
from promises.imports.engagements import engagements_import


class Command(ImportCommand):
    help = "Load a log of engagements from a CSV or XLSX file."

    def run_import(self, **options: Any) -> Report:
        return engagements_import(
            actor=None,
            path=options["file"],
            strategy=options["strategy"],
            rejects=options["rejects"],
            dry_run=options["dry_run"],
        )
