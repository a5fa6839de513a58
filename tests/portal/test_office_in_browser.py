"""The office's pages in a real browser: nothing axe objects to, no sideways scroll, no script needed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from civic.core.models import MailMessage
from promises.models import ProgressUpdate, PublicationRequest, Snapshot
from promises.services.publication import publication_request
from tests.browser import DESKTOP, PHONE
from tests.portal.office_world import World, world

pytestmark = pytest.mark.django_db(transaction=True)
State = ProgressUpdate.State
OpenPage = Callable[..., Page]


@pytest.fixture
def w(transactional_db: None) -> World:
    made = world()
    for number, state in enumerate(State):
        made.update(made.activity(f"A-{number}"), state)
    made.activity("A-9", owner=None, owner_role="Head of Grounds")
    return made


def opened(new_page: OpenPage, server: Any, user: Any, **options: Any) -> Page:
    client = Client()
    client.force_login(user)
    page = new_page(base_url=server.url, **options)
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": server.url}])
    return page


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_state_is_accessible(
    w: World,
    live_server: Any,
    new_page: OpenPage,
    axe: Callable[[Page], list[str]],
    viewport: dict[str, int],
) -> None:
    def check(page: Page) -> None:
        for summary in page.locator("summary").all():
            summary.click()
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]

    asker = opened(new_page, live_server, w.asker, viewport=viewport)
    signer = opened(new_page, live_server, w.signer, viewport=viewport)
    asker.goto("/office/")
    check(asker)
    asker.evaluate(
        "document.querySelectorAll('[name=activities]').forEach(box => { box.checked = false })"
    )
    asker.get_by_role("button", name="Chase the selected").click()
    expect(asker.get_by_role("link", name="Select at least one activity to chase.")).to_be_visible()
    check(asker)

    asked = publication_request(actor=w.asker, quarter=w.quarter)
    address = f"/office/publications/{asked.pk}/"
    for page in (asker, signer):
        page.goto(address)
        check(page)
    ProgressUpdate.objects.filter(state=State.APPROVED).update(percent=90)
    signer.get_by_role("button", name="Sign off and publish").click()
    expect(signer.get_by_role("heading", level=1)).to_have_text("That cannot be done now")
    check(signer)
    asker.goto(address)
    check(asker)
    ProgressUpdate.objects.filter(state=State.APPROVED).update(percent=40)
    signer.goto(address)
    signer.get_by_role("button", name="Sign off and publish").click()
    signer.wait_for_url("**/reports/*/")
    for after in (address, "/office/", "/office/quarters/", "/outbox/"):
        signer.goto(after)
        check(signer)


def test_round_is_chased_and_published_by_keyboard_without_script(
    w: World, live_server: Any, new_page: OpenPage
) -> None:
    def press(page: Page, name: str) -> None:
        button = page.get_by_role("button", name=name)
        button.focus()
        page.keyboard.press("Enter")

    asker = opened(new_page, live_server, w.asker, javascript=False)
    asker.goto("/office/")
    press(asker, "Chase the selected")
    expect(asker.get_by_text("A message has gone to 2 people.")).to_be_visible()
    assert MailMessage.objects.count() == 2
    press(asker, "Ask for sign-off")
    expect(asker.get_by_text("Waiting for a second person")).to_be_visible()
    asked = PublicationRequest.objects.get()

    signer = opened(new_page, live_server, w.signer, javascript=False)
    signer.goto(f"/office/publications/{asked.pk}/")
    press(signer, "Sign off and publish")
    signer.wait_for_url("**/reports/*/")
    assert Snapshot.objects.filter(number__gt=0).count() == 1
