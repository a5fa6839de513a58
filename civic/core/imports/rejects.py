"""Rejected rows as a file to be corrected and loaded again."""

import csv
import os
import tempfile
from pathlib import Path

from civic.core.errors import FileRefused
from civic.core.exports import neutralise
from civic.core.imports.outcomes import Rejection
from civic.core.imports.tables import Heading, Table

REASON = "Reason"
REASON_HEADING = Heading("reason", REASON, also=("why", "reason for rejection"), ignored=True)


def rejects_write(*, path: Path, table: Table, rejections: list[Rejection]) -> None:
    """Write the rejected rows with the file's own columns and a reason, as CSV in UTF-8.

    Cells that a spreadsheet would run get an apostrophe, which reading takes away again. The file
    appears whole or not at all. Raises FileRefused when it cannot be written.
    """
    keep = [
        place
        for place, word in enumerate(table.header)
        if word.strip().casefold() not in {REASON.casefold(), *REASON_HEADING.also}
    ]
    try:
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".partial-", suffix=".csv")
        try:
            with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file, lineterminator="\r\n")
                writer.writerow([*(neutralise(table.header[p]) for p in keep), REASON])
                for rejection in rejections:
                    cells = [neutralise(rejection.row.cells[place]) for place in keep]
                    writer.writerow([*cells, neutralise(_reason(rejection))])
            os.chmod(beside, 0o640)
            os.replace(beside, path)
        except BaseException:
            os.unlink(beside)
            raise
    except OSError as error:
        raise FileRefused(
            f"The rejected rows cannot be written to “{path.name}”: {error.strerror}. Name another "
            "file after --rejects."
        ) from error


def check_rejects_path(path: Path, table_path: Path) -> None:
    """Refuse a path that would overwrite the file being read, or that is not a CSV."""
    if path.resolve() == table_path.resolve():
        raise FileRefused("--rejects names the file that is being read. Name another file.")
    if path.suffix.casefold() != ".csv":
        raise FileRefused(f"“{path.name}” must end in .csv. Name another file after --rejects.")


def _reason(rejection: Rejection) -> str:
    return "; ".join(
        f"{problem.column}: {problem.reason}. {problem.remedy}" for problem in rejection.problems
    )
