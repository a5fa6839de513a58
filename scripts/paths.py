"""Where things are in a checkout. No path here depends on the machine."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / ".stamps"


def var_dir() -> Path:
    """Where the portal writes on this machine, as civic/settings.py reads it."""
    return Path(os.environ.get("VAR_DIR") or ROOT / "var")


def embedded_environment(folder: Path) -> dict[str, str]:
    """Settings for SQLite and the file broker in `folder`, whatever .env or the caller says."""
    return {
        "VAR_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'civic.sqlite3'}",
        "REDIS_URL": "",
    }


def digest(paths: Iterable[Path]) -> str:
    """SHA-256 over names and contents of files; a folder counts with everything below it."""
    total = hashlib.sha256()
    for path in paths:
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file():
                total.update(str(file.relative_to(ROOT)).encode() + b"\0")
                total.update(file.read_bytes() + b"\0")
    return total.hexdigest()


def stamped(name: str, value: str) -> bool:
    """True when the work that `name` stands for was last done for exactly this input."""
    stamp = STAMPS / name
    return stamp.is_file() and stamp.read_text() == value


def stamp(name: str, value: str) -> None:
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(value)
