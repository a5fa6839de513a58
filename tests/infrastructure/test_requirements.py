"""The pinned files: everything exact, and the tests' file holds the portal's."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PINNED = re.compile(r"[a-z0-9._-]+(\[[a-z,]+\])?==[\w.]+( ; .+)?")


def pinned(name: str) -> list[str]:
    return (ROOT / name).read_text().split("\n")[:-1]


@pytest.mark.parametrize(
    "name", ["requirements.txt", "requirements-dev.txt", "requirements-node.txt"]
)
def test_every_package_is_pinned(name: str):
    assert [line for line in pinned(name) if not PINNED.fullmatch(line)] == []


def test_tests_run_on_the_packages_that_the_portal_runs_on():
    assert set(pinned("requirements.txt")) - set(pinned("requirements-dev.txt")) == set()
