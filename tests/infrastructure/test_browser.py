"""The browser fixtures see what they are for."""

import pytest

from tests.browser import PHONE

FAULTY = '<html lang="en"><title>Plan</title><main><h1>Plan</h1><img src="data:,"></main></html>'
SOUND = FAULTY.replace("<img", '<img alt="A tide"')


def test_axe_finds_a_picture_without_words(page, axe):
    page.set_content(FAULTY)

    (violation,) = axe(page)

    assert violation.startswith("image-alt: ")


def test_axe_finds_nothing_in_a_sound_page(page, axe):
    page.set_content(SOUND)

    assert axe(page) == []


@pytest.mark.viewport(320, 700)
def test_page_opens_at_the_size_that_is_asked_for(page):
    assert page.viewport_size == PHONE


def test_two_pages_share_no_cookies(new_page):
    first, second = new_page(), new_page(javascript=False)

    first.context.add_cookies([{"name": "who", "value": "Ann", "url": "http://127.0.0.1/"}])

    assert len(first.context.cookies()) == 1
    assert second.context.cookies() == []


def test_browser_tests_share_one_process(browser, request, worker_id):
    if worker_id == "master":
        pytest.skip("pytest runs in one process here")

    assert request.node.nodeid.endswith("@processes")
