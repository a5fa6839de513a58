from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from civic.core.models import Job, MailMessage
from tests.people import words

pytestmark = pytest.mark.django_db


def message(number: int, **values: Any) -> MailMessage:
    return MailMessage.objects.create(
        to=f"reader{number}@example.org",
        subject=f"Subject {number}",
        text="Sign here:\nhttp://127.0.0.1:8000/pact/confirm/abc/\n<b>plain</b>",
        key=f"message-{number}",
        **values,
    )


def test_outbox_is_open_on_this_machine(client: Client, settings: Any) -> None:
    settings.LOCAL_OUTBOX = True
    message(1, sent_at=timezone.now())
    message(2)
    failed = Job.objects.create(kind="mail", key="mail:3", state="failed", reason="No such host.")
    message(3, job=failed)
    page = words(client.get("/outbox/"))
    assert page.index("Subject 3") < page.index("Subject 2") < page.index("Subject 1")
    assert "Failed: No such host." in page
    assert "Waiting for the worker" in page


def test_outbox_message_shows_its_text_with_live_links(client: Client, settings: Any) -> None:
    settings.LOCAL_OUTBOX = True
    response = client.get(f"/outbox/{message(1).pk}/")
    page = response.content.decode()
    assert 'href="http://127.0.0.1:8000/pact/confirm/abc/"' in page
    assert "&lt;b&gt;plain&lt;/b&gt;" in page


def test_outbox_empty(client: Client, settings: Any) -> None:
    settings.LOCAL_OUTBOX = True
    assert "Nothing has been written yet." in words(client.get("/outbox/"))


@pytest.mark.parametrize("rows", [1, 3])
def test_outbox_asks_the_same_queries_of_any_number(
    client: Client, settings: Any, django_assert_num_queries: Any, rows: int
) -> None:
    settings.LOCAL_OUTBOX = True
    for number in range(rows):
        message(number)
    # count, messages with their jobs, current strategy for the frame
    with django_assert_num_queries(3):
        client.get("/outbox/")


def test_outbox_does_not_exist_on_a_server(client: Client, settings: Any) -> None:
    settings.LOCAL_OUTBOX = False
    kept = message(1)
    assert client.get("/outbox/").status_code == 404
    assert client.get(f"/outbox/{kept.pk}/").status_code == 404
