"""`make run` and its kind: one clear line for each thing that may be wrong."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import __main__ as entry
from scripts import portal, suite, system
from scripts.console import Problem
from scripts.processes import Service, stop_all

ROOT = Path(__file__).resolve().parents[2]
WAIT_SECONDS = 20


def command(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scripts", *arguments],
        cwd=ROOT,
        env={**os.environ, "DEBUG": "true", **env},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_taken_port_gives_one_line(taken_port: int):
    done = command("run", PORT=str(taken_port))

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        f"Port {taken_port} is taken by another program. "
        f"Choose another: make run PORT={taken_port + 1}\n"
    )


@pytest.mark.parametrize("words", ["eight", "0", "65536", "-1", "80 81"])
def test_port_that_is_no_port_gives_one_line(words: str):
    done = command("run", PORT=words)

    assert done.returncode == 1
    assert done.stderr == (
        f"PORT is “{words}”. Give a number from 1 to 65535: make run PORT=8001\n"
    )


def test_production_settings_give_one_line():
    done = command("run", DEBUG="false")

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "docs/operations.md" in done.stderr


def test_unknown_command_names_the_known_ones():
    done = command("fly")

    assert done.returncode == 1
    assert done.stderr.startswith("Say which command: run, test,")


def test_lanes_asked_for_by_a_wrong_name_give_one_line(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("REQUIRE_LANES", "all")

    with pytest.raises(Problem, match="Set it to both"):
        suite.required_lanes()


def test_python_too_old_gives_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setenv("PATH", "")

    status = entry.main(["run"])

    assert status == 1
    assert capsys.readouterr().err == (
        "This is Python 3.9. Install Python 3.11 or newer, then run this again.\n"
    )


def test_missing_package_without_root_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(Problem) as caught:
        system.install(["libpango-1.0-0"], for_what="Pango", elsewhere="elsewhere install it.")

    assert caught.value.message == (
        "Pango is missing. On Debian or Ubuntu install it with: "
        "sudo apt-get install libpango-1.0-0 — elsewhere install it."
    )


def test_browser_named_wrongly_gives_one_line(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHROMIUM", "no/such/browser")

    with pytest.raises(Problem, match="CHROMIUM names no/such/browser, which is not a file"):
        system.find_chromium()


def test_site_address_follows_the_port(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("SITE_URL", raising=False)
    monkeypatch.setattr(portal, "ROOT", Path("no-such-folder"))

    assert portal.portal_environment(9001)["SITE_URL"] == "http://127.0.0.1:9001"


def test_site_address_that_is_set_stays(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SITE_URL", "http://civic.example.org")

    assert portal.portal_environment(9001)["SITE_URL"] == "http://civic.example.org"


SUPERVISED = """
import sys
from pathlib import Path
from scripts.console import Problem
from scripts.processes import Service, Stopped, stop_all, stop_on_signals, watch

folder = Path(sys.argv[1])
lasts = "import time; time.sleep(60)"
parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{lasts}'])"
first = Service("first", [sys.executable, "-c", parent], folder / "first.log")
second = Service("second", [sys.executable, "-c", sys.argv[2]], folder / "second.log")
stop_on_signals()
try:
    for service in (first, second):
        service.start({})
    print(first.process.pid, second.process.pid, flush=True)
    watch([first, second])
except Stopped:
    sys.exit(0)
except Problem as problem:
    print(problem.message, problem.details)
    sys.exit(1)
finally:
    stop_all([first, second])
"""
LASTS = "import time; time.sleep(60)"
FAILS = "print('no such table'); raise SystemExit(3)"


def supervised(folder: Path, second: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SUPERVISED, str(folder), second],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def group_is_gone(leader: int) -> bool:
    try:
        os.killpg(leader, 0)
    except ProcessLookupError:
        return True
    return False


def assert_gone(leaders: list[int]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not all(group_is_gone(leader) for leader in leaders):
        assert time.monotonic() < deadline, "A process outlived the one that started it."


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_stops_every_process_and_ends_well(tmp_path: Path, number: int):
    with supervised(tmp_path, LASTS) as supervisor:
        assert supervisor.stdout is not None
        leaders = [int(word) for word in supervisor.stdout.readline().split()]

        supervisor.send_signal(number)

        assert supervisor.wait(WAIT_SECONDS) == 0
    assert_gone(leaders)


def test_process_that_dies_takes_the_other_with_it(tmp_path: Path):
    supervisor = supervised(tmp_path, FAILS)
    written, _ = supervisor.communicate(timeout=WAIT_SECONDS)
    first, _, said = written.partition("\n")

    assert supervisor.returncode == 1
    assert said == "The second stopped by itself. Its log is above. no such table\n"
    assert_gone([int(word) for word in first.split()])


def test_process_that_will_not_stop_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("scripts.processes.GRACE_SECONDS", 1)
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print('deaf', flush=True); time.sleep(60)"
    )
    service = Service("deaf one", [sys.executable, "-c", deaf], tmp_path / "log")
    service.start({})
    deadline = time.monotonic() + WAIT_SECONDS
    while "deaf" not in service.said():
        assert time.monotonic() < deadline

    stop_all([service])

    assert not service.is_alive
