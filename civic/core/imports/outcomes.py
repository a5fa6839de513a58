"""What became of each row of an imported file."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from civic.core.imports.cells import CellError
from civic.core.imports.tables import Row, Table

NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"
REJECTED, SKIPPED = "rejected", "skipped"


@dataclass(frozen=True)
class Problem:
    """Why a row was rejected: the column, what stands there, the reason, and what to do."""

    column: str
    value: str
    reason: str
    remedy: str


@dataclass(frozen=True)
class Fate:
    """A row that is worth a word: rejected, skipped, or saved with a mark."""

    number: int
    line: int
    outcome: str
    why: str


@dataclass(frozen=True)
class Rejection:
    row: Row
    problems: tuple[Problem, ...]

    @property
    def why(self) -> str:
        return "; ".join(problem.reason for problem in self.problems)


@dataclass
class Report:
    """The count of rows by outcome, and every row, organisation or term worth a word."""

    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys((NEW, CHANGED, UNCHANGED, REJECTED, SKIPPED), 0)
    )
    fates: list[Fate] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    # {heading: names}: what the import had to make on the way, such as unconfirmed organisations.
    made: dict[str, list[str]] = field(default_factory=dict)
    # Further totals for the command's summary, such as readings.
    totals: dict[str, int] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    saved: bool = False

    @property
    def changes_anything(self) -> bool:
        return bool(self.counts[NEW] or self.counts[CHANGED])

    def saved_row(self, row: Row, outcome: str, why: str = "") -> None:
        """Count a row that stands, and keep a word about it when there is one."""
        self.counts[outcome] += 1
        if why:
            self.fates.append(Fate(row.number, row.line, outcome, why))

    def skipped_row(self, row: Row, why: str) -> None:
        self.counts[SKIPPED] += 1
        self.fates.append(Fate(row.number, row.line, SKIPPED, why))

    def rejected_row(self, row: Row, problems: Iterable[Problem]) -> None:
        rejection = Rejection(row, tuple(problems))
        self.counts[REJECTED] += 1
        self.rejections.append(rejection)
        self.fates.append(Fate(row.number, row.line, REJECTED, rejection.why))

    def note_made(self, heading: str, names: Iterable[str]) -> None:
        names = list(names)
        if names:
            self.made.setdefault(heading, []).extend(names)

    def in_order(self) -> None:
        """Sort what is told row by row, whatever order it was found in."""
        self.fates.sort(key=lambda fate: fate.number)
        self.rejections.sort(key=lambda rejection: rejection.row.number)


def problem(table: Table, row: Row, key: str, error: CellError) -> Problem:
    """What a cell reader refused, with the column as the file calls it."""
    return Problem(table.column(key), row[key], error.reason, error.remedy)
