"""The OpenAPI description is kept in the repository, so that a change of it is seen in review.

After a wanted change: `.venv/bin/python manage.py spectacular --api-version v1 --file
tests/contract/openapi.yaml`.
"""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

SNAPSHOT = Path(__file__).parent / "openapi.yaml"


@pytest.fixture
def schema():
    out, complaints = StringIO(), StringIO()
    call_command(
        "spectacular", "--api-version", "v1", "--fail-on-warn", stdout=out, stderr=complaints
    )
    return out.getvalue()


@pytest.mark.django_db
def test_schema_is_the_one_in_the_repository(schema):
    assert schema.strip() == SNAPSHOT.read_text().strip()
