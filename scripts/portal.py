"""`make run`: a working portal with demonstration data, web and worker as separate processes."""

import os
import socket

from scripts.bootstrap import prepare
from scripts.console import Problem, quietly, say, step
from scripts.paths import PYTHON, ROOT, var_dir
from scripts.processes import (
    Service,
    Stopped,
    answers,
    stop_all,
    stop_on_signals,
    wait_until,
    watch,
)

ADDRESS = "127.0.0.1"
USUAL_PORT = 8000
START_SECONDS = 90


def run() -> int:
    """Prepare, start, and stay until Ctrl-C. Exit status 0 when asked to stop, 1 on a fault."""
    stop_on_signals()
    try:
        return _run()
    except Stopped:
        say()
        say("Stopped.")
        return 0


def _run() -> int:
    if os.environ.get("DEBUG", "").lower() in ("false", "0", "no", "off"):
        raise Problem(
            "make run is for trying the portal out, with DEBUG on. "
            "docs/operations.md says how to serve it with DEBUG=false."
        )
    port = chosen_port()
    check_port_is_free(port)
    prepare()
    env = portal_environment(port)
    with step("Preparing the database"):
        manage(env, "migrate", "--no-input", "--verbosity", "0")
    with step("Loading the demonstration data"):
        sign_ins = manage(env, "demo")
    services = portal_services(port)
    try:
        with step("Starting the web server and the worker"):
            start(services, env, port)
        announce(port, sign_ins)
        watch(services)
    except Stopped:
        say()
        say("Stopping ...")
        raise
    finally:
        stop_all(services)
    return 0


def chosen_port() -> int:
    words = os.environ.get("PORT", "").strip() or str(USUAL_PORT)
    if not words.isdigit() or not 1 <= int(words) <= 65535:
        raise Problem(f"PORT is “{words}”. Give a number from 1 to 65535: make run PORT=8001")
    return int(words)


def check_port_is_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except PermissionError:
            raise Problem(
                f"This account may not use port {port}. Choose another: make run PORT=8001"
            ) from None
        except OSError:
            other = port + 1 if port < 65535 else USUAL_PORT
            raise Problem(
                f"Port {port} is taken by another program. Choose another: make run PORT={other}"
            ) from None


def portal_environment(port: int) -> dict[str, str]:
    """The caller's environment, with the address that pages and mail should name."""
    env = dict(os.environ)
    dotenv = ROOT / ".env"
    named = dotenv.is_file() and "SITE_URL=" in dotenv.read_text()
    if not env.get("SITE_URL") and not named:
        env["SITE_URL"] = f"http://{ADDRESS}:{port}"
    return env


def manage(env: dict[str, str], *arguments: str) -> str:
    """Run a manage.py command and return what it wrote."""
    return quietly(
        [str(PYTHON), "manage.py", *arguments],
        env=env,
        failed=f"manage.py {arguments[0]} failed. The lines above say where.",
    )


def portal_services(port: int) -> list[Service]:
    logs = var_dir() / "log"
    return [
        Service(
            "web server",
            [
                *(str(PYTHON), "-m", "gunicorn", "civic.wsgi:application"),
                *("--bind", f"{ADDRESS}:{port}"),
                *("--worker-class", "gthread", "--workers", "2", "--threads", "4"),
                *("--access-logfile", "-", "--no-control-socket"),
            ],
            logs / f"web-{port}.log",
        ),
        Service(
            "worker",
            [
                *(str(PYTHON), "-W", "ignore", "-m", "celery", "--app", "civic", "worker"),
                *("--beat", "--schedule-filename", str(var_dir() / f"beat-schedule-{port}")),
                *("--concurrency", "2", "--loglevel", "INFO"),
            ],
            logs / f"worker-{port}.log",
        ),
    ]


def start(services: list[Service], env: dict[str, str], port: int) -> None:
    """Start both and wait until the site answers and the worker takes work."""
    web, worker = services
    for service in services:
        service.start(env)
    wait_until(
        lambda: answers(f"http://{ADDRESS}:{port}/healthz"),
        services,
        what=web.name,
        seconds=START_SECONDS,
    )
    wait_until(
        lambda: " ready." in worker.said(), services, what=worker.name, seconds=START_SECONDS
    )


def announce(port: int, sign_ins: str) -> None:
    say()
    say(sign_ins.strip())
    say()
    say(f"The portal:  http://{ADDRESS}:{port}/")
    say(f"Its mail:    http://{ADDRESS}:{port}/outbox/")
    say(f"Its logs:    {_shown(var_dir() / 'log')}")
    say("Ctrl-C stops it.")


def _shown(path: os.PathLike[str]) -> str:
    """A path as somebody in the checkout would type it."""
    return os.path.relpath(path, ROOT) if str(path).startswith(str(ROOT)) else str(path)
