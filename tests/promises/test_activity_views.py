"""The plan on the screen: list, one activity, taking it on, naming its owner."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from civic.accounts.models import Role, Unit, User
from promises.models import Activity, Milestone
from promises.services.updates import update_save
from tests.people import person
from tests.story import Story, make_story

pytestmark = pytest.mark.django_db

PLAN = "/staff/activities/"
PAGE = "/staff/activities/GN-01/"
TAKE = f"{PAGE}take/"
OWNER = f"{PAGE}owner/"


@pytest.fixture
def people(story: Story) -> dict[str, User]:
    arts = Unit.objects.create(slug="arts", name="School of Art")
    colleague, elsewhere = person("cora", Role.STAFF), person("ella", Role.STAFF)
    colleague.unit, elsewhere.unit = story.unit, arts
    colleague.save()
    elsewhere.save()
    return {
        "owner": story.owner,
        "colleague": colleague,
        "elsewhere": elsewhere,
        "lead": story.lead,
        "other lead": person("otto", Role.UNIT_LEAD, unit=arts),
        "office": story.publisher,
        "administrator": story.administrator,
    }


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def free(*references: str) -> None:
    """Nobody owns these any more."""
    Activity.objects.filter(reference__in=references).update(owner=None)


def shown(client: Client, query: str = "") -> list[str]:
    lines = client.get(f"{PLAN}{query}").context["lines"]
    return [line.activity.reference for line in lines]


# The list ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["owner", "elsewhere", "lead", "office", "administrator"])
def test_all_staff_read_the_whole_plan(people: dict[str, User], who: str):
    assert shown(signed_in(people[who])) == ["GN-01", "GN-02", "GN-03"]


def test_list_says_who_answers_and_how_the_update_stands(story: Story):
    free("GN-02", "GN-03")
    Activity.objects.filter(reference="GN-03").update(owner_role="", unit=None, target_on=None)
    story.report(story.activities[0])

    response = signed_in(story.stranger).get(PLAN)

    assert [line.update_state for line in response.context["lines"]] == [
        "approved",
        "missing",
        "missing",
    ]
    page = response.content.decode()
    assert "Sam Sample" in page
    assert "Head of Outreach, nobody yet" in page
    assert '<td data-label="Owner">Nobody yet' in page
    assert "31 July 2026" in page
    assert "No date given" in page


def test_nothing_is_due_from_what_has_ended_or_between_rounds(story: Story):
    Activity.objects.filter(reference="GN-01").update(opening_delivery="complete")
    client = signed_in(story.stranger)

    assert client.get(PLAN).context["lines"][0].update_state == ""
    story.strategy.quarters.update(state="upcoming")
    assert {line.update_state for line in client.get(PLAN).context["lines"]} == {""}


@pytest.mark.parametrize(
    ("query", "references"),
    [
        ("?whose=mine", []),
        ("?whose=unit", ["GN-01", "GN-02"]),
        ("?whose=nobody", ["GN-02"]),
        ("?unit=law", ["GN-01", "GN-02"]),
        ("?unit=arts", ["GN-03"]),
        ("?unit=none-such", []),
        ("?commitment=1.2", ["GN-02"]),
        ("?commitment=9.9", []),
        ("?search=number+3", ["GN-03"]),
        ("?search=gn-02", ["GN-02"]),
        ("?search=outreach+sam", ["GN-01", "GN-03"]),
        ("?search=100%25", []),
        ("?whose=nobody&commitment=1.1", []),
        ("?whose=somebody", ["GN-01", "GN-02", "GN-03"]),
        ("?page=99", ["GN-01", "GN-02", "GN-03"]),
        ("?unit=%00&commitment=%00&search=%00", ["GN-01", "GN-02", "GN-03"]),
    ],
)
def test_filters(people: dict[str, User], query: str, references: list[str]):
    free("GN-02")
    Activity.objects.filter(reference="GN-03").update(unit=Unit.objects.get(slug="arts"))

    assert shown(signed_in(people["colleague"]), query) == references


def test_filters_speak_the_strategys_words_and_can_be_taken_away():
    story = make_story(labels={"commitment": "Aim", "commitments": "Aims"})
    client = signed_in(story.stranger)

    page = client.get(f"{PLAN}?commitment=1.2&whose=mine").content.decode()
    assert "Any aim" in page
    assert "No activity matches" in page
    assert 'href="?whose=mine' in page
    assert "Aims</dt>" in client.get(PAGE).content.decode()


def test_activity_under_two_commitments_is_listed_once(story: Story):
    story.activities[0].commitments.set(story.commitments)

    assert shown(signed_in(story.stranger), "?search=GN-01") == ["GN-01"]


def test_plan_of_more_than_fifty_has_pages(story: Story):
    Activity.objects.bulk_create(
        Activity(strategy=story.strategy, reference=f"ZZ-{number:03}", title="One of many")
        for number in range(60)
    )
    client = signed_in(story.stranger)

    assert len(shown(client)) == 50
    assert len(shown(client, "?page=2")) == 13


def test_other_strategies_stay_out(story: Story):
    other = type(story.strategy).objects.create(slug="old", title="Old", institution="Mersey")
    Activity.objects.create(strategy=other, reference="OL-01", title="Old")
    client = signed_in(story.stranger)

    assert "OL-01" not in shown(client)
    assert client.get("/staff/activities/OL-01/").status_code == 404


# One activity ------------------------------------------------------------------------------------


def test_page_shows_facts_milestones_and_updates(story: Story):
    activity = story.activities[0]
    Milestone.objects.create(
        activity=activity, title="Rooms found", due_on=dt.date(2026, 1, 9), done_on=None
    )
    story.report(activity, narrative="Two evenings <were> held.")

    page = signed_in(story.stranger).get(PAGE).content.decode()

    assert "We will look after matter 1.1." in page
    assert "Rooms found" in page
    assert "9 January 2026" in page
    assert "Two evenings &lt;were&gt; held." in page
    assert "Handed in by Sam Sample on" in page
    assert "2025-26-Q1, approved" in page
    assert "What the public reads" not in page


def test_published_activity_links_to_its_public_page(story: Story):
    for activity in story.activities:
        story.report(activity)
    story.publish()
    client = signed_in(story.stranger)

    assert 'href="/activities/GN-01/"' in client.get(PAGE).content.decode()
    assert client.get("/activities/GN-01/").status_code == 200


def test_draft_is_not_shown_to_others(story: Story):
    update_save(
        actor=story.owner,
        activity=story.activities[0],
        quarter=story.quarter,
        expected_version=None,
        delivery="on_track",
        percent=10,
        narrative="Half a thought",
        reason="",
        next_steps="",
    )

    for user in (story.stranger, story.lead, story.publisher):
        assert "Half a thought" not in signed_in(user).get(PAGE).content.decode()


BUTTONS = {
    # who: (take it on, owner form, write the update), with an owner and without
    "owner": ((False, False, True), (False, False, False)),
    "colleague": ((False, False, False), (True, False, False)),
    "elsewhere": ((False, False, False), (False, False, False)),
    "lead": ((False, True, False), (True, True, True)),
    "other lead": ((False, False, False), (False, False, False)),
    "office": ((False, True, False), (True, True, True)),
    "administrator": ((False, False, False), (False, False, False)),
}


@pytest.mark.parametrize("who", list(BUTTONS))
def test_everybody_is_offered_what_they_may_do(people: dict[str, User], who: str):
    client = signed_in(people[who])
    for expected in BUTTONS[who]:
        page = client.get(PAGE).content.decode()
        found = tuple(mark in page for mark in (TAKE, OWNER, "/staff/updates/GN-01/"))
        assert found == expected
        free("GN-01")


def test_update_that_was_handed_in_is_not_offered_again(story: Story):
    story.report(story.activities[0])

    assert "/staff/updates/GN-01/" not in signed_in(story.owner).get(PAGE).content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("reference", ["XX-99", "GN-01 ", "%00", "GN-01'--"])
def test_unknown_activity_is_not_found(story: Story, reference: str, method: str):
    client = signed_in(story.publisher)
    tails = ("",) if method == "get" else ("take/", "owner/")
    for tail in tails:
        address = f"{PLAN}{reference}/{tail}"
        assert getattr(client, method)(address, {"version": "1"}).status_code == 404


def test_without_a_strategy_the_page_says_what_to_do():
    response = signed_in(person("sam", Role.STAFF)).get(PLAN)

    assert response.status_code == 409
    assert "No strategy has been adopted yet" in response.content.decode()


# Taking and naming -------------------------------------------------------------------------------


def test_colleague_takes_it_and_may_then_write(people: dict[str, User]):
    free("GN-01")
    client = signed_in(people["colleague"])

    response = client.post(TAKE, {"version": "1"}, follow=True)

    assert response.redirect_chain == [(PAGE, 302)]
    assert "You now own “Activity number 1”." in response.content.decode()
    assert Activity.objects.get(reference="GN-01").owner == people["colleague"]
    assert "GN-01" in shown(client, "?whose=mine")
    assert client.get("/staff/updates/GN-01/").status_code == 200


def test_second_press_is_no_conflict(people: dict[str, User]):
    free("GN-01")
    client = signed_in(people["colleague"])

    assert [client.post(TAKE, {"version": "1"}).url for _ in range(2)] == [PAGE, PAGE]
    assert Activity.objects.get(reference="GN-01").version == 2


def test_latecomer_is_told_who_has_it(people: dict[str, User]):
    free("GN-01")
    signed_in(people["colleague"]).post(TAKE, {"version": "1"})

    response = signed_in(people["lead"]).post(TAKE, {"version": "1"})

    assert response.status_code == 409
    assert "Its owner is now Cora Sample." in response.content.decode()
    assert Activity.objects.get(reference="GN-01").owner == people["colleague"]


@pytest.mark.parametrize("version", ["7", "", "x", "²", "9" * 30])
def test_take_of_another_version_is_refused(people: dict[str, User], version: str):
    free("GN-01")

    response = signed_in(people["colleague"]).post(TAKE, {"version": version})

    assert response.status_code == 409
    assert "It has no owner now." in response.content.decode()
    assert Activity.objects.get(reference="GN-01").owner is None


def test_lead_names_changes_and_clears_the_owner(people: dict[str, User]):
    client = signed_in(people["lead"])

    for version, owner in enumerate((people["elsewhere"], people["colleague"], None), start=1):
        data = {"version": version, "owner": owner.pk if owner else ""}
        assert client.post(OWNER, data).url == PAGE
        assert Activity.objects.get(reference="GN-01").owner == owner


def test_owner_form_offers_active_staff_and_the_present_owner(people: dict[str, User]):
    User.objects.filter(username__in=["sam", "ella"]).update(is_active=False)
    person("vera")

    form = signed_in(people["lead"]).get(PAGE).context["form"]

    names = [label for _value, label in form.fields["owner"].choices]
    assert names[0] == "Nobody yet"
    assert {"Cora Sample, School of Law", "Sam Sample"} <= set(names)
    assert not {"Ella Sample, School of Art", "Vera Sample"} & set(names)


@pytest.mark.parametrize("value", ["999999", "x", "-1"])
def test_owner_that_is_not_offered_is_refused(people: dict[str, User], value: str):
    response = signed_in(people["office"]).post(OWNER, {"version": "1", "owner": value})

    assert response.status_code == 200
    assert dict(response.context["form"].errors) == {
        "owner": ["Choose somebody who is active staff"]
    }
    assert Activity.objects.get(reference="GN-01").version == 1


def test_conflict_keeps_what_was_chosen_and_the_next_press_saves(people: dict[str, User]):
    free("GN-01")
    signed_in(people["colleague"]).post(TAKE, {"version": "1"})
    client = signed_in(people["office"])

    response = client.post(OWNER, {"version": "1", "owner": people["elsewhere"].pk})

    page = response.content.decode()
    assert response.status_code == 409
    assert "Its owner is now Cora Sample." in page
    assert 'name="version" value="2"' in page
    assert f'<option value="{people["elsewhere"].pk}" selected' in page
    assert client.post(OWNER, {"version": "2", "owner": people["elsewhere"].pk}).url == PAGE


# Who may do what ---------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["elsewhere", "other lead", "administrator"])
def test_take_is_not_found_for_other_units(people: dict[str, User], who: str):
    free("GN-01")

    assert signed_in(people[who]).post(TAKE, {"version": "1"}).status_code == 404
    assert Activity.objects.get(reference="GN-01").owner is None


@pytest.mark.parametrize("who", ["owner", "colleague", "elsewhere", "other lead", "administrator"])
def test_naming_is_not_found_for_all_but_lead_and_office(people: dict[str, User], who: str):
    response = signed_in(people[who]).post(OWNER, {"version": "1", "owner": ""})

    assert response.status_code == 404
    assert Activity.objects.get(reference="GN-01").owner == people["owner"]


def test_pages_do_not_exist_for_people_without_a_role(story: Story):
    free("GN-01")
    client = signed_in(person("vera"))

    assert [client.get(address).status_code for address in (PLAN, PAGE)] == [404, 404]
    assert [client.post(address).status_code for address in (TAKE, OWNER)] == [404, 404]


def test_pages_ask_visitors_to_sign_in(client: Client, story: Story):
    for address in (PLAN, PAGE, TAKE, OWNER):
        assert client.get(address).url == f"/sign-in/?next={address}"
    free("GN-01")
    client.post(TAKE, {"version": "1"})
    assert Activity.objects.get(reference="GN-01").owner is None


def test_reading_does_not_act(story: Story):
    client = signed_in(story.publisher)

    assert [client.get(address).status_code for address in (TAKE, OWNER)] == [405, 405]
    assert [client.post(address).status_code for address in (PLAN, PAGE)] == [405, 405]


def test_one_and_three_activities_cost_the_same_queries(
    story: Story, django_assert_max_num_queries: Any
):
    client = signed_in(story.lead)
    spare = Activity.objects.exclude(reference="GN-01")
    story.report(story.activities[0])
    pks = list(spare.values_list("pk", flat=True))
    Activity.objects.filter(pk__in=pks).update(strategy=_elsewhere())
    for address in (PLAN, PAGE):
        with django_assert_max_num_queries(20) as one:
            assert client.get(address).status_code == 200
        few = len(one.captured_queries)
        Activity.objects.filter(pk__in=pks).update(strategy=story.strategy)
        for number in range(3):
            Milestone.objects.create(
                activity=story.activities[0], title=f"Step {number}", due_on=dt.date(2026, 1, 9)
            )
        story.activities[0].commitments.set(story.commitments)
        with django_assert_max_num_queries(few):
            client.get(address)
        Activity.objects.filter(pk__in=pks).update(strategy=_elsewhere())


def _elsewhere() -> Any:
    strategy = Activity._meta.get_field("strategy").related_model
    return strategy.objects.get_or_create(slug="old", title="Old", institution="Mersey")[0]
