from typing import Any

from civic.core.imports.command import ImportCommand
from civic.core.imports.outcomes import Report
from promises.imports.activities import activities_import


class Command(ImportCommand):
    help = "Load the implementation plan, with its measures, from a CSV or XLSX file."

    def run_import(self, **options: Any) -> Report:
        return activities_import(
            actor=None,
            path=options["file"],
            strategy=options["strategy"],
            rejects=options["rejects"],
            dry_run=options["dry_run"],
        )
