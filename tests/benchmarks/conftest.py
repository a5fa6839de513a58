"""What benchmarks say stands in one table after the run."""

import pytest

Line = tuple[str, str, str, str]
LINES = pytest.StashKey[list[Line]]()
HEADINGS: Line = ("Measured", "This", "Against", "Ratio")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[LINES] = []


@pytest.fixture
def tell(request: pytest.FixtureRequest):
    """`tell(measured, this, against, ratio)` adds a line to the table."""

    def add(*line: str) -> None:
        request.config.stash[LINES].append(line)

    return add


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lines = terminalreporter.config.stash[LINES]
    if not lines:
        return
    terminalreporter.section("Benchmarks")
    for line in (HEADINGS, tuple("---" for _ in HEADINGS), *lines):
        terminalreporter.write_line(f"| {' | '.join(line)} |")
