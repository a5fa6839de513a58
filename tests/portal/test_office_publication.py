from typing import Any

import pytest
from django.test import Client

from civic.core.errors import NotAllowed
from civic.reporting.models import Report
from promises.models import ProgressUpdate, PublicationRequest, Quarter, Snapshot
from promises.publication import build_facts
from promises.queries.preview import preview_of
from promises.services.publication import publication_request, publication_sign_off
from tests.people import words
from tests.portal.office_world import World, world

pytestmark = pytest.mark.django_db
State = ProgressUpdate.State


@pytest.fixture
def w() -> World:
    made = world()
    made.update(made.activity("A-1"), State.APPROVED)
    made.update(
        made.activity("A-2", code="2.1"),
        State.APPROVED,
        delivery="delayed",
        reason="A late permit.",
    )
    made.activity("A-3")
    return made


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def published() -> int:
    return Snapshot.objects.filter(number__gt=0).count()


def ask(w: World) -> PublicationRequest:
    response = signed_in(w.asker).post(f"/office/quarters/{w.quarter.key}/sign-off/")
    asked = PublicationRequest.objects.get(state="waiting")
    assert response["Location"] == f"/office/publications/{asked.pk}/"
    return asked


def test_quarter_is_published_by_two_people(w: World) -> None:
    asked = ask(w)
    address = f"/office/publications/{asked.pk}/"

    mine = words(signed_in(w.asker).get(address))
    assert "Waiting for a second person" in mine
    assert "Sign off and publish" not in mine

    second = signed_in(w.signer)
    assert "Check and sign off" in words(second.get("/office/"))
    page = second.get(address)
    text = words(page)
    assert "1 of 3 is complete or on track. Two are not." in text
    assert "Sign off and publish" in text
    assert "Activity A-3 A-3. Never reported, so left out of the mean" in text
    assert page.context["sha256"] == asked.facts_sha256

    response = second.post(f"{address}sign-off/")
    report = Report.objects.get()
    assert response["Location"] == f"/reports/{report.pk}/"
    snapshot = Snapshot.objects.get(number__gt=0)
    assert (snapshot.published_by, snapshot.signed_off_by) == (w.asker, w.signer)
    w.quarter.refresh_from_db()
    assert w.quarter.state == Quarter.State.PUBLISHED
    assert "Asked for by Asker Sample, signed off by Signer Sample." in words(second.get(address))


def test_whoever_asked_cannot_sign_off(w: World) -> None:
    asked = ask(w)
    response = signed_in(w.asker).post(f"/office/publications/{asked.pk}/sign-off/")
    assert response.status_code == 403
    assert "signed off by a second person" in words(response)
    with pytest.raises(NotAllowed):
        publication_sign_off(actor=w.asker, request=asked)
    assert published() == 0


def test_whoever_wrote_an_update_cannot_sign_off(w: World) -> None:
    ProgressUpdate.objects.filter(activity__reference="A-1").update(author=w.signer)
    asked = ask(w)
    page = words(signed_in(w.signer).get(f"/office/publications/{asked.pk}/"))
    assert "You cannot sign this off" in page
    assert "Sign off and publish" not in page
    response = signed_in(w.signer).post(f"/office/publications/{asked.pk}/sign-off/")
    assert response.status_code == 403
    assert published() == 0


def test_figures_changed_since_the_request_are_not_published(w: World) -> None:
    asked = ask(w)
    ProgressUpdate.objects.filter(activity__reference="A-1").update(percent=60)
    address = f"/office/publications/{asked.pk}/"
    second = signed_in(w.signer)
    page = words(second.get(address))
    assert "The figures have changed since sign-off was asked for" in page
    assert "Sign off and publish" not in page
    response = second.post(f"{address}sign-off/")
    assert response.status_code == 409
    assert "The figures have changed since sign-off was asked for." in words(response)
    assert published() == 0

    first = signed_in(w.asker)
    assert "Ask for sign-off of the new figures" in words(first.get(address))
    first.post(f"/office/quarters/{w.quarter.key}/sign-off/")
    renewed = PublicationRequest.objects.get(state="waiting")
    assert renewed.pk != asked.pk
    assert "Withdrawn. Nothing was published." in words(second.get(address))
    second.post(f"/office/publications/{renewed.pk}/sign-off/")
    assert published() == 1


def test_buttons_pressed_twice_act_once(w: World) -> None:
    first = ask(w)
    assert ask(w) == first
    second = signed_in(w.signer)
    answers = [second.post(f"/office/publications/{first.pk}/sign-off/") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert (published(), Report.objects.count()) == (1, 1)


def test_request_is_withdrawn_once_and_then_closed(w: World) -> None:
    asked = ask(w)
    second = signed_in(w.signer)
    for _ in range(2):
        response = second.post(f"/office/publications/{asked.pk}/withdraw/", follow=True)
        assert response.status_code == 200
    assert second.post(f"/office/publications/{asked.pk}/sign-off/").status_code == 409
    assert published() == 0


def test_published_request_cannot_be_withdrawn(w: World) -> None:
    asked = ask(w)
    publication_sign_off(actor=w.signer, request=asked)
    response = signed_in(w.signer).post(f"/office/publications/{asked.pk}/withdraw/")
    assert response.status_code == 409
    assert published() == 1


def test_open_round_cannot_be_published_yet(w: World) -> None:
    Quarter.objects.update(state=Quarter.State.OPEN)
    client = signed_in(w.asker)
    assert "once the round is collecting" in words(client.get("/office/"))
    response = client.post(f"/office/quarters/{w.quarter.key}/sign-off/")
    assert response.status_code == 409


def test_preview_tells_what_publication_will_say(w: World) -> None:
    asked = publication_request(actor=w.asker, quarter=w.quarter)
    preview = preview_of(build_facts(w.quarter, at=w.quarter.collecting_until))
    snapshot = publication_sign_off(actor=w.signer, request=asked)
    rows = snapshot.activities.values_list("reference", "delivery")
    assert sorted(row["reference"] for row in preview.not_reported) == sorted(
        reference for reference, delivery in rows if delivery == "not_reported"
    )
    assert preview.score.total == len(rows)
    assert [line.score.total for line in preview.promises] == [2, 1]
    assert not preview.counted_twice


def test_preview_lists_changes_since_the_quarter_before(w: World) -> None:
    publication_sign_off(
        actor=w.signer, request=publication_request(actor=w.asker, quarter=w.quarter)
    )
    period = w.quarter.period.next()
    w.quarter = Quarter.objects.create(
        strategy=w.strategy,
        year=period.year,
        number=period.number,
        state=Quarter.State.REVIEWING,
        collecting_from=period.ends_on,
        collecting_until=period.ends_on,
        reviewing_until=period.ends_on,
    )
    again = w.strategy.activities.get(reference="A-1")
    w.update(again, State.APPROVED, delivery="at_risk", reason="The ground is wet.")
    asked = ask(w)
    page = words(signed_in(w.signer).get(f"/office/publications/{asked.pk}/"))
    assert "Activity A-1 A-1 On track At risk The ground is wet." in page
    assert f"Keeps 40% from {w.quarter.period.previous().key}" in page


@pytest.mark.parametrize("rounds", [1, 3])
def test_rounds_list_publications_and_reports(
    w: World, django_assert_num_queries: Any, rounds: int
) -> None:
    for number in range(rounds):
        snapshot = publication_sign_off(
            actor=w.signer, request=publication_request(actor=w.asker, quarter=w.quarter)
        )
        if number == 0:
            Report.objects.create(snapshot=snapshot)
        period = w.quarter.period.next()
        w.quarter = Quarter.objects.create(
            strategy=w.strategy,
            year=period.year,
            number=period.number,
            state=Quarter.State.COLLECTING,
            collecting_from=period.ends_on,
            collecting_until=period.ends_on,
            reviewing_until=period.ends_on,
        )
    client = signed_in(w.asker)
    # session, user, roles, strategy, rounds, snapshots, reports
    with django_assert_num_queries(7):
        page = words(client.get("/office/quarters/"))
    assert page.count("signed off by Signer Sample") == rounds
    assert "Not yet" in page
    assert "Queued : the report of" in page
