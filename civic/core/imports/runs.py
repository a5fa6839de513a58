"""One import from end to end: all rows or none, unless the rejected ones are written out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from civic.core.audit import audit_record
from civic.core.errors import FileRefused, WrongState
from civic.core.imports.outcomes import Report
from civic.core.imports.rejects import check_rejects_path, rejects_write
from civic.core.imports.tables import Table
from civic.core.models import ImportRun

Load = Callable[[Table, Report], None]


def import_run(
    *,
    actor: Any,
    kind: str,
    table: Table,
    load: Load,
    rejects: Path | None = None,
    dry_run: bool = False,
) -> Report:
    """Load a table inside one transaction, with its record and audit.

    Rejected rows undo everything (`report.saved` is then false) unless `rejects` names a file:
    then they are written there before the rest is saved. A dry run always undoes everything and
    writes no file. An import that changes nothing leaves no record. Raises FileRefused, and
    WrongState when somebody loads the same rows at the same moment.
    """
    if rejects is not None:
        check_rejects_path(rejects, table.path)
    try:
        return _run(actor, kind, table, load, rejects, dry_run)
    except IntegrityError as error:
        raise WrongState(
            "Somebody else was loading the same records at the same moment. Run it again."
        ) from error
    except ValidationError as error:
        raise FileRefused(f"“{table.name}” cannot be loaded: {' '.join(error.messages)}") from error


def _run(
    actor: Any, kind: str, table: Table, load: Load, rejects: Path | None, dry_run: bool
) -> Report:
    report = Report(notices=list(table.notices))
    with transaction.atomic():
        load(table, report)
        report.in_order()
        if dry_run or (report.rejections and rejects is None):
            transaction.set_rollback(True)
            return report
        if rejects is not None and report.rejections:
            rejects_write(path=rejects, table=table, rejections=report.rejections)
        if report.changes_anything:
            import_record(actor=actor, kind=kind, table=table, counts=report.counts)
    report.saved = True
    return report


def import_record(*, actor: Any, kind: str, table: Table, counts: dict[str, int]) -> None:
    """Keep what file came in and what became of its rows. Call it inside the transaction."""
    run = ImportRun.objects.create(
        actor=actor, kind=kind, file_name=table.name[:255], sha256=table.sha256, **counts
    )
    audit_record(actor=actor, verb=f"{kind}_import", instance=run, changes=dict(counts))
