"""What a snapshot holds: the facts of a publication, their canonical JSON and its digest."""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from promises.models import Snapshot

FORMAT = "civic-snapshot/1"
Row = dict[str, Any]


@dataclass
class Facts:
    """Everything a publication will say. `links` join rows by their own codes, never by keys."""

    as_of: dt.date
    promises: list[Row] = field(default_factory=list)
    commitments: list[Row] = field(default_factory=list)
    activities: list[Row] = field(default_factory=list)
    milestones: list[Row] = field(default_factory=list)
    indicators: list[Row] = field(default_factory=list)
    readings: list[Row] = field(default_factory=list)
    engagements: list[Row] = field(default_factory=list)
    rollup: Row = field(default_factory=dict)
    totals: Row = field(default_factory=dict)

    def tables(self) -> dict[str, list[Row]]:
        return {
            "promises": self.promises,
            "commitments": self.commitments,
            "activities": self.activities,
            "milestones": self.milestones,
            "indicators": self.indicators,
            "readings": self.readings,
            "engagements": self.engagements,
        }

    @property
    def sha256(self) -> str:
        """Names exactly these facts, before a date of publication is put to them."""
        return digest(
            canonical_json({**self.tables(), "rollup": self.rollup, "totals": self.totals})
        )


def canonical_json(value: Any) -> str:
    """Sorted keys, no spaces, numbers as plain decimals without trailing zeros, UTF-8 as it is."""
    return json.dumps(
        _plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def build_payload(facts: Facts, snapshot: Snapshot) -> str:
    """The snapshot's canonical JSON. Engagements are many: they stand in it by their digest."""
    strategy = snapshot.strategy
    tables = facts.tables()
    payload: Row = {
        "format": FORMAT,
        "strategy": {
            "slug": strategy.slug,
            "title": strategy.title,
            "institution": strategy.institution,
            "labels": strategy.label_words,
        },
        "quarter": snapshot.key if snapshot.number else None,
        "months": snapshot.period.months if snapshot.period else None,
        "revision": snapshot.revision,
        "reason": snapshot.reason,
        "sequence": snapshot.sequence,
        "previous_sha256": snapshot.previous_sha256,
        "as_of": snapshot.as_of,
        "published_at": snapshot.published_at.astimezone(dt.UTC).isoformat(timespec="seconds"),
        "published_by": "PVC office",
        "signed_off_by": "PVC office" if snapshot.number else None,
        "demonstration": snapshot.is_demo,
        "rollup": facts.rollup,
        "totals": facts.totals,
        "tables": {
            name: {"rows": len(rows), "sha256": digest(canonical_json(rows))}
            for name, rows in tables.items()
        },
    }
    payload |= {name: rows for name, rows in tables.items() if name != "engagements"}
    return canonical_json(payload)


def _plain(value: Any) -> Any:
    """Decimals become strings without trailing zeros, dates ISO strings."""
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
    if isinstance(value, dt.date):
        return value.isoformat()
    return value
