from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import transaction
from pypdf import PdfReader

from civic.reporting.facts import QuarterlyFacts
from civic.reporting.gather import gather
from civic.reporting.quarterly import quarterly_pdf
from promises.models import Snapshot
from tests.reporting.building import make_snapshot
from tests.reporting.reading import read_pdf, words_of


@dataclass
class Drawn:
    """A report, and the facts that it was drawn from."""

    facts: QuarterlyFacts
    reader: PdfReader
    text: str
    refused: list[str]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path


@pytest.fixture
def draw(db: None) -> Callable[[Snapshot], Drawn]:
    return drawn_of


def drawn_of(snapshot: Snapshot) -> Drawn:
    result = quarterly_pdf(snapshot)
    reader = read_pdf(result.content)
    facts = gather(snapshot)
    return Drawn(facts, reader, words_of(reader), result.refused)


@pytest.fixture(scope="module")
def drawn(django_db_setup: None, django_db_blocker):
    """One report of 24 activities for all the tests of a module: drawing takes seconds."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield drawn_of(make_snapshot(24))
        transaction.set_rollback(True)
