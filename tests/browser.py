"""A real browser: Debian's Chromium, driven by Playwright."""

import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from scripts.system import find_chromium

ROOT = Path(__file__).resolve().parent.parent
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 320, "height": 700}
# It asks nobody on the network for anything.
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ACTION_MILLISECONDS = 15_000

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole session. Pages come from `page` or `new_page`."""
    chromium = find_chromium()
    assert chromium, "Chromium is missing: run make test, which installs it or says how."
    # Playwright keeps an event loop in this thread, which Django would refuse to work beside.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_OPTIONS)
        yield started
        started.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def new_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """Open a page with cookies of its own: one for each person in a story.

    `new_page(viewport=PHONE, javascript=False)`. Whatever a page's own console calls an error
    fails the test, so that a blocked script or a missing file cannot go unseen.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_page(
        *, viewport: dict[str, int] | None = None, javascript: bool = True, **options: Any
    ) -> Page:
        context = browser.new_context(
            viewport=viewport or DESKTOP,
            java_script_enabled=javascript,
            locale="en-GB",
            timezone_id="Europe/London",
            accept_downloads=True,
            **options,
        )
        context.set_default_timeout(ACTION_MILLISECONDS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda message: (
                errors.append(f"{page.url}: {message.text}")
                if "Content Security Policy" in message.text
                else None
            ),
        )
        request.node.stash.setdefault(PAGES, []).append(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def page(new_page: OpenPage, request: pytest.FixtureRequest) -> Page:
    """One page, 1280 by 900; `@pytest.mark.viewport(320, 700)` asks for another size."""
    marker = request.node.get_closest_marker("viewport")
    viewport = {"width": marker.args[0], "height": marker.args[1]} if marker else DESKTOP
    return new_page(viewport=viewport)


@cache
def _axe_source() -> str:
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """`axe(page)`: what axe finds against WCAG 2.2 AA, one line for each element; [] is none."""

    def violations(page: Page) -> list[str]:
        page.evaluate(_axe_source())
        found = page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", WCAG
        )
        return [
            f"{rule['id']}: {node['html']} — {node['failureSummary']}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]

    return violations


PAGES = pytest.StashKey[list[Page]]()
FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """When a test fails, add what its pages showed to the report."""
    report = yield
    if report.failed and call.when == "call":
        for page in item.stash.get(PAGES, []):
            if not page.is_closed():
                shown = page.locator("body").inner_text(timeout=2_000)
                report.sections.append((f"Page {page.url}", shown[:3_000]))
    return report
