"""What comes from the operating system: found, installed where that is possible, or asked for."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from scripts.console import Problem, quietly, step
from scripts.paths import PYTHON

CHROMIUM_NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
# What WeasyPrint loads when it draws a PDF, by Debian's names.
PDF_PACKAGES = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]


def can_install() -> bool:
    return shutil.which("apt-get") is not None and os.geteuid() == 0


@cache
def _package_lists() -> None:
    quietly(
        ["apt-get", "-qq", "update"],
        failed="The list of Debian packages could not be read. Check the network, then try again.",
    )


def install(packages: list[str], *, for_what: str, elsewhere: str) -> None:
    """Install Debian packages as root. Otherwise raises Problem with one line that names them."""
    names = " ".join(packages)
    wanted = (
        f"{for_what} is missing. On Debian or Ubuntu install it with: "
        f"sudo apt-get install {names} — {elsewhere}"
    )
    if not can_install():
        raise Problem(wanted)
    with step(f"Installing {names}"):
        _package_lists()
        quietly(
            ["apt-get", "-qq", "-y", "--no-install-recommends", "install", *packages],
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            failed=wanted,
        )


def ensure_pdf_libraries() -> None:
    """Make sure that WeasyPrint can load its text libraries."""
    if _pdf_libraries_load():
        return
    install(
        PDF_PACKAGES,
        for_what="Pango, which draws the PDF reports,",
        elsewhere="elsewhere install Pango 1.44 or newer and HarfBuzz with its subset library.",
    )
    if not _pdf_libraries_load():
        raise Problem(
            "Pango is installed but does not load. Run: .venv/bin/python -m weasyprint --info"
        )


def _pdf_libraries_load() -> bool:
    """Load them as WeasyPrint does; a missing subset library is a warning there, a fault here."""
    code = "import weasyprint.text.ffi"
    return (
        subprocess.run(
            [str(PYTHON), "-W", "error:HarfBuzz-Subset", "-c", code],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ).returncode
        == 0
    )


def ensure_venv_module() -> None:
    """Make sure that this Python can make a virtual environment with pip in it."""
    if _venv_works():
        return
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    install(
        [f"python{version}-venv"],
        for_what="Python's venv module",
        elsewhere="elsewhere install the Python that its own makers publish.",
    )


def _venv_works() -> bool:
    done = subprocess.run(
        [sys.executable, "-c", "import venv, ensurepip"], stderr=subprocess.DEVNULL
    )
    return done.returncode == 0


def find_chromium() -> str | None:
    """The browser that journeys drive: CHROMIUM if set, else the first one on PATH."""
    named = os.environ.get("CHROMIUM")
    if named:
        if not Path(named).is_file():
            raise Problem(f"CHROMIUM names {named}, which is not a file. Correct it or unset it.")
        return named
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


def ensure_test_tools() -> None:
    """Make sure that there are a browser for journeys and Poppler to read PDFs with."""
    if find_chromium() is None:
        install(
            ["chromium"],
            for_what="Chromium, which the tests drive,",
            elsewhere="elsewhere install Chromium or Chrome and name it in CHROMIUM.",
        )
    if shutil.which("pdftotext") is None or shutil.which("pdfinfo") is None:
        install(
            ["poppler-utils"],
            for_what="Poppler, which the tests read PDFs with,",
            elsewhere="elsewhere install Poppler's command line tools.",
        )
