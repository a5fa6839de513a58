"""The public pages: what they say, what they keep back, and what they cost."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from civic.core.periods import Period
from promises.models import (
    Activity,
    Commitment,
    CommitmentWording,
    EvidenceItem,
    Indicator,
    Milestone,
    Promise,
    Reading,
    Strategy,
)
from promises.services.publication import strategy_adopt
from tests.people import person, words
from tests.portal.public_world import PAGES, told
from tests.story import make_story

pytestmark = pytest.mark.django_db

SECRET = "Said before anybody approved it"


def add_details(story):
    activity = story.activities[0]
    EvidenceItem.objects.create(
        activity=activity,
        title="Register of visitors",
        grade="documented",
        state="accepted",
        added_on=dt.date(2025, 10, 1),
    )
    Milestone.objects.create(
        activity=activity,
        title="Doors open",
        due_on=dt.date(2025, 9, 30),
        done_on=dt.date(2025, 9, 28),
    )
    people = Indicator.objects.create(
        strategy=story.strategy,
        activity=activity,
        reference="IN-1",
        title="Visitors",
        unit="people",
        baseline=100,
        target=300,
    )
    Reading.objects.create(indicator=people, value=250, source="A leaflet")
    for year, value in ((2023, 120), (2024, 180)):
        Reading.objects.create(
            indicator=people,
            value=value,
            period_start=dt.date(year, 8, 1),
            period_end=dt.date(year + 1, 7, 31),
            period_precision="year",
        )
    Indicator.objects.create(
        strategy=story.strategy,
        reference="H-1",
        title="of what we buy is local",
        unit="%",
        is_headline=True,
        target=40,
        target_label="2027",
        baseline=28,
        baseline_label="2022",
        method="Invoices by postcode",
    ).readings.create(
        value="31.4",
        period_start=dt.date(2024, 8, 1),
        period_end=dt.date(2025, 7, 31),
        period_precision="year",
        source="Ledger",
    )


# Before anything is published ----------------------------------------------------------------


@pytest.mark.parametrize("path", [*PAGES, "/partners/", "/strategies/"])
def test_page_without_a_strategy_is_friendly(client, path):
    response = client.get(path)
    assert response.status_code == 200
    assert response.content.count(b"<h1") == 1


@pytest.mark.parametrize("path", PAGES)
def test_page_of_the_wording_alone_invents_no_numbers(client, path):
    make_story()
    response = client.get(path)
    if path in ("/progress/2025-26-Q1/", "/activities/GN-01/"):
        assert response.status_code == 404
    else:
        assert response.status_code == 200
        assert b"0 of 0" not in response.content
        assert b'civic-tide"' not in response.content


def test_home_of_the_wording_alone_says_what_will_come(client):
    make_story()
    text = words(client.get("/"))
    assert "We have made two promises . The first report on them is still to come." in text
    assert "We keep our word in matter 1" in text


def test_strategy_that_was_not_adopted_is_unknown(client):
    make_story()
    Strategy.objects.create(slug="draft", title="Not yet", institution="Mersey University")
    assert client.get("/strategies/draft/").status_code == 404
    assert "Not yet" not in words(client.get("/strategies/"))


# What they say ---------------------------------------------------------------------------------


def test_home_answers_in_one_sentence(client):
    told()
    text = words(client.get("/"))
    assert "1 of 3 things we set out to do is complete or on track. Two are not." in text
    assert "One did not report this time." in text
    assert "August to October 2025, published 21 November 2025" in text
    assert "What changed since" not in text


def test_progress_says_the_same_in_seven_counts_and_a_table(client):
    told()
    response = client.get("/progress/")
    text = words(response)
    assert "1 of 3 activities is complete or on track. Two are not." in text
    assert "One is delayed and one sent us no update." in text
    assert "Quarter 1 of 2025-26" in text
    assert "revision 1" in text
    assert "All two" in text
    assert "This is the first quarter we published" in text
    assert client.get("/progress/2025-26-Q1/").content == response.content


def test_progress_says_when_rows_add_up_to_more_than_their_total(client):
    story = make_story()
    story.activities[0].commitments.add(story.commitments[3])
    story.publish()
    assert "the rows may add up to more than the total" in words(client.get("/progress/"))


def test_progress_does_not_speak_of_overlap_where_there_is_none(client):
    told()
    assert "may add up to more than the total" not in words(client.get("/progress/"))


def test_second_quarter_says_what_changed(client):
    story = told()
    story.open(Period(2025, 2), dt.date(2026, 2, 2))
    story.report(story.activities[0], delivery="complete", percent=100)
    story.publish(at=dt.datetime(2026, 2, 20, 9, 0, tzinfo=dt.UTC))
    home = words(client.get("/"))
    assert "What changed since October" in home
    assert "Complete was on track Activity number 1" in home
    progress = words(client.get("/progress/"))
    assert "One more is complete than in October and one more went unreported." in progress
    assert "2025-26-Q2" in progress
    assert "Delayed was" not in words(client.get("/progress/2025-26-Q1/"))


def test_promise_shows_wording_gauges_and_three_facts(client):
    told()
    text = words(client.get("/promises/1/"))
    assert "Promise 1 of 2" in text
    assert "We will look after matter 1.1." in text
    assert "Taken together the work is 35% done." in text
    assert "Due 31 July 2026" in text
    assert "No activity is planned under this commitment yet." not in text
    assert "The other promises" in text


def test_commitment_keeps_every_wording(client):
    story = told()
    commitment = story.commitments[0]
    commitment.text = "We will do more."
    commitment.save()
    CommitmentWording.objects.create(commitment=commitment, number=2, text="We will do more.")
    for path in ("/commitments/1.1/", "/promises/1/"):
        waiting = words(client.get(path))
        assert "We will do more." not in waiting
        assert "Wording 2" not in waiting
    story.open(Period(2025, 2), dt.date(2026, 2, 2))
    story.publish(at=dt.datetime(2026, 2, 20, 9, 0, tzinfo=dt.UTC))
    assert "Wording 2, since" in words(client.get("/promises/1/"))
    text = words(client.get("/commitments/1.1/"))
    assert text.index("We will do more.") < text.rindex("We will look after matter 1.1.")
    assert "Wording 1, since adoption, 1 August 2025" in text
    assert "1 engagements logged" not in text
    assert "40 people came to them" in text


def test_activity_shows_facts_history_steps_figures_evidence_and_engagements(client):
    story = make_story()
    add_details(story)
    story.report(story.activities[0], next_steps="Open on Saturdays.")
    story.log(story.activities[0], attendees=None, title="Quiet hour")
    story.log(story.activities[0])
    story.publish()
    text = words(client.get("/activities/GN-01/"))
    assert "On track, 50% done" in text
    assert "Next: Open on Saturdays." in text
    assert "Doors open 30 September 2025 28 September 2025" in text
    assert "Met, 2 days early" in text
    assert text.index("2023 to 2024") < text.index("Undated")
    assert "2023-24" in text
    assert "Register of visitors" in text
    assert "1 accepted item; none checked by someone independent." in text
    assert "Quiet hour 18 September 2025 Not said Not counted" in text
    assert "2 engagements 40" in text
    assert "Head of Outreach" in text


def test_activity_history_keeps_the_place_of_a_missing_quarter(client):
    story = told()
    for period, today in (
        (Period(2025, 2), dt.date(2026, 2, 2)),
        (Period(2025, 3), dt.date(2026, 5, 2)),
    ):
        story.open(period, today)
        if period.number == 3:
            story.report(story.activities[0], percent=80)
        story.publish(at=dt.datetime(today.year, today.month, 20, 9, 0, tzinfo=dt.UTC))
    page = client.get("/activities/GN-01/").content.decode()
    history = page[page.index("civic-timeline") : page.index("</ol>", page.index("civic-timeline"))]
    assert history.count("<li") == 3
    assert history.count("is-missing") == 1
    assert "Not reported, last at 50% done in 2025-26-Q1" in history
    assert history.index("80% done") < history.index("No update reached the office")


def test_activity_that_left_the_plan_stays_readable(client):
    story = told()
    Activity.objects.filter(pk=story.activities[1].pk).delete()
    story.open(Period(2025, 2), dt.date(2026, 2, 2))
    story.publish(at=dt.datetime(2026, 2, 20, 9, 0, tzinfo=dt.UTC))
    text = words(client.get("/activities/GN-02/"))
    assert "It is no longer in the plan" in text
    assert "Not in the plan" in text


def test_headline_figures_carry_target_source_and_method(client):
    story = make_story()
    add_details(story)
    story.publish()
    text = words(client.get("/"))
    assert "31.4% of what we buy is local" in text
    assert "40% by 2027" in text
    assert "28% in 2022" in text
    assert "Ledger, 2024 to 2025" in text
    assert "Invoices by postcode" in text


def test_labels_of_the_strategy_replace_our_words_everywhere(client):
    labels = {
        "promise": "Objective",
        "promises": "Objectives",
        "commitment": "Action",
        "commitments": "Actions",
    }
    told(labels=labels)
    for path in [*PAGES, "/strategies/", "/partners/", "/sign-in/", "/nowhere/"]:
        text = words(client.get(path))
        found = re.findall(r"\b(?:promises?|commitments?)\b", text, re.IGNORECASE)
        assert found == [], path
    assert "Objective 1 of 2" in words(client.get("/promises/1/"))
    assert "Our objectives to the city region" in words(client.get("/"))


def test_labels_replace_our_words_before_anything_is_reported(client):
    make_story(labels={"promise": "Aim", "promises": "Aims", "commitments": "Actions"})
    for path in ("/", "/progress/", "/promises/", "/promises/1/", "/data/"):
        assert not re.findall(r"\bpromise\w*\b", words(client.get(path)), re.IGNORECASE), path


# What they keep back ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_page_shows_nothing_that_was_not_published(client, path):
    story = told()
    story.open(Period(2025, 2), dt.date(2026, 2, 2))
    story.report(story.activities[0], narrative=SECRET, percent=99)
    story.log(story.activities[0], title=SECRET, starts_on=dt.date(2025, 12, 1))
    Activity.objects.filter(pk=story.activities[0].pk).update(title=SECRET, description=SECRET)
    Promise.objects.filter(strategy=story.strategy).update(title=SECRET)
    Commitment.objects.filter(strategy=story.strategy).update(text=SECRET)
    response = client.get(path)
    assert response.status_code == 200
    assert SECRET not in response.content.decode()
    assert "99%" not in response.content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_page_names_roles_and_no_people(client, path):
    story = told()
    text = client.get(path).content.decode()
    people = [story.owner, story.lead, story.publisher, story.signer]
    assert [user.name for user in people if user.name in text or user.email in text] == []


@pytest.mark.parametrize(
    "path",
    [
        "/progress/2025-26-Q2/",
        "/progress/2025-27-Q1/",
        "/progress/last/",
        "/promises/9/",
        "/commitments/9.9/",
        "/activities/XX-01/",
        "/strategies/none/",
        "/data/2025-26-Q2/activities.csv",
        "/data/wording/activities.csv",
        "/data/2025-26-Q1/activities.pdf",
        "/data/2025-26-Q1/snapshot.json?revision=2",
        "/data/2025-26-Q1/snapshot.json?revision=one",
    ],
)
def test_unknown_address_is_not_found(client, path):
    told()
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", [*PAGES, "/partners/", "/healthz", "/cookies/"])
def test_public_pages_are_read_only(client, path):
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", PAGES)
def test_reading_sets_no_cookie(client, path):
    told()
    assert client.get(path).cookies == {}


# Earlier strategies ------------------------------------------------------------------------------


def test_earlier_strategy_stays_where_it_was(client):
    story = told()
    later = Strategy.objects.create(slug="later", title="Later", institution="Mersey University")
    promise = Promise.objects.create(strategy=later, number=1, title="We promise something new")
    Commitment.objects.create(
        strategy=later, promise=promise, code="1.1", position=1, text="We will try."
    )
    strategy_adopt(
        actor=person("orla", "office"),
        strategy=later,
        at=dt.datetime(2026, 1, 10, 9, 0, tzinfo=dt.UTC),
    )
    Strategy.objects.filter(pk=story.strategy.pk).update(is_current=False)
    Strategy.objects.filter(pk=later.pk).update(is_current=True)
    assert "We promise something new" in words(client.get("/"))
    earlier = client.get("/strategies/place-2025/")
    assert "1 of 3 things we set out to do" in words(earlier)
    assert "This is an earlier strategy." in words(earlier)
    assert 'href="/strategies/place-2025/promises/1/"' in earlier.content.decode()
    for path in PAGES[1:]:
        assert client.get(f"/strategies/place-2025{path}").status_code == 200, path


# What they cost ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_queries_do_not_grow_with_the_plan(client, django_assert_max_num_queries, name):
    counts, story = [], None
    for activities in (1, 3):
        story = told(activities=1) if activities == 1 else grown(story)
        with django_assert_max_num_queries(20) as captured:
            assert client.get(name).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def grown(story):
    """The same strategy a quarter later, with two activities and engagements more."""
    for number in (2, 3):
        activity = Activity.objects.create(
            strategy=story.strategy,
            reference=f"GN-{number:02}",
            title=f"Activity {number}",
            owner=story.owner,
            unit=story.unit,
        )
        activity.commitments.set(story.commitments[:number])
        story.activities.append(activity)
    story.open(Period(2025, 2), dt.date(2026, 2, 2))
    for activity in story.activities:
        story.report(activity, percent=60)
        story.log(activity, starts_on=dt.date(2025, 12, 3))
    story.publish(at=dt.datetime(2026, 2, 20, 9, 0, tzinfo=dt.UTC))
    return story


# The list of activities ----------------------------------------------------------------------------


def test_filter_narrows_the_list_and_shows_what_is_in_use(client):
    told()
    text = words(client.get("/progress/?delivery=not_kept&promise=1"))
    assert "1 of 3 activities" in text
    assert "Not complete or on track" in text
    assert "(remove this filter)" in text


def test_filter_that_finds_nothing_says_what_to_do(client):
    told()
    text = words(client.get("/progress/?search=nothing+of+the+kind"))
    assert "No activity of this quarter matches all of these filters." in text


def test_filter_with_an_unknown_word_is_explained(client):
    told()
    assert "Select a valid choice" in words(client.get("/progress/?delivery=splendid"))


def test_links_of_the_frame_lead_somewhere(client):
    told()
    for name in ("progress", "promises", "partners", "reports", "data", "strategies"):
        assert client.get(reverse(f"portal:{name}")).status_code == 200
