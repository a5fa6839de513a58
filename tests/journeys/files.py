"""What the main journey imports: the institution's own files where they are, else invented ones."""

import csv
import os
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.promises.imports_support import ACTIVITIES, ENGAGEMENTS, STRATEGY

REAL = {
    "strategy": "strategy-ljmu-2022.yaml",
    "activities": "activities-ljmu.csv",
    "engagements": "engagements-messy.csv",
}
INVENTED = {"strategy": STRATEGY, "activities": ACTIVITIES, "engagements": ENGAGEMENTS}


@dataclass
class Files:
    """Three files, and what is in them by a reading of our own, not the importers'."""

    strategy: Path
    activities: Path
    engagements: Path

    @property
    def promises(self) -> dict[int, str]:
        """{number: title}"""
        return {row["number"]: row["title"] for row in self._strategy["promises"]}

    @property
    def commitments(self) -> dict[str, list[str]]:
        """{code: [text, and the items of its list]}"""
        return {
            commitment["code"]: [commitment["text"], *commitment.get("list", [])]
            for promise in self._strategy["promises"]
            for commitment in promise["commitments"]
        }

    @property
    def references(self) -> list[str]:
        return list(dict.fromkeys(row["reference"] for row in self._rows(self.activities)))

    @property
    def measures(self) -> int:
        return sum(bool(row["measure"]) for row in self._rows(self.activities))

    @property
    def reporting_reference(self) -> str:
        """An activity of the first promise that has a unit and has not ended."""
        return next(
            row["reference"]
            for row in self._rows(self.activities)
            if row["commitment"].startswith("1") and row["unit"] and row["status"] == "on track"
        )

    def unit_of(self, reference: str) -> str:
        return next(
            row["unit"] for row in self._rows(self.activities) if row["reference"] == reference
        )

    @property
    def _strategy(self):
        return yaml.safe_load(self.strategy.read_text())["strategy"]

    def _rows(self, path: Path) -> list[dict[str, str]]:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return list(csv.DictReader(file))


def files_in(folder: Path) -> Files:
    real = os.environ.get("REAL_DATA_DIR")
    if real:
        return Files(**{kind: Path(real) / name for kind, name in REAL.items()})
    paths = {}
    for kind, text in INVENTED.items():
        paths[kind] = folder / f"{kind}.{'yaml' if kind == 'strategy' else 'csv'}"
        paths[kind].write_text(text)
    return Files(**paths)


def corrected(rejects: Path, reference: str) -> Path:
    """What a colleague makes of the rows handed back: totals and repeats gone, cells put right."""
    path = rejects.with_name("corrected.csv")
    with rejects.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
        columns = reader.fieldnames or []
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        for number, row in enumerate(rows, start=1):
            if "total row" in row["Reason"] or "repeat of" in row["Reason"]:
                continue
            writer.writerow(
                row
                | {
                    "Date": f"{number:02}/10/2025",
                    "Activity ref": reference,
                    "Attendees": "12",
                    "Volunteers hours": "",
                    "Free?": "",
                }
            )
    return path
