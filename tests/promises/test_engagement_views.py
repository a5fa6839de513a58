"""The engagement log in the browser: who sees and changes what, and what a typed entry becomes."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from civic.core.models import Term
from partners.models import Organisation
from promises.forms import EngagementForm
from promises.models import Engagement
from tests.people import signed_in
from tests.promises.log_world import LIST, NEW, errors_of, typed
from tests.story import Story

pytestmark = pytest.mark.django_db


def test_log_page_saves_everything_that_was_typed(
    owner: Client, story: Story, talk: Term, library: Organisation
):
    response = owner.post(
        NEW,
        typed(
            story,
            talk,
            ends_on_day="6",
            ends_on_month="Nov",
            ends_on_year="2025",
            place="Northshore Library",
            attendees_from="1,200",
            attendees_to="1300",
            count_method="estimated",
            academic_hours="7.5",
            other_staff_hours="2",
            volunteer_hours="18",
            charge="chargeable",
            price="£12.50",
            purpose="public_benefit",
            format="in_person",
            partners=[str(library.pk)],
            notes="Came early.\r\nLeft late.",
        ),
    )

    assert response.status_code == 302
    assert response.url == LIST
    saved = Engagement.objects.get()
    assert saved.state == "logged"
    assert saved.title == "Housing rights evening"
    assert (saved.starts_on, saved.ends_on) == (dt.date(2025, 11, 5), dt.date(2025, 11, 6))
    assert saved.engagement_type == talk
    assert list(saved.activities.all()) == [story.activities[0]]
    assert saved.place == "Northshore Library"
    assert (saved.attendees_from, saved.attendees_to, saved.attendees) == (1200, 1300, 1250)
    assert saved.count_method == "estimated"
    assert saved.academic_hours == Decimal("7.5")
    assert saved.other_staff_hours == Decimal(2)
    assert saved.volunteer_hours == Decimal(18)
    assert (saved.charge, saved.price) == ("chargeable", Decimal("12.50"))
    assert (saved.purpose, saved.format) == ("public_benefit", "in_person")
    assert list(saved.partners.all()) == [library]
    assert saved.notes == "Came early.\nLeft late."
    assert (saved.logged_by, saved.unit) == (story.owner, story.owner.unit)
    assert "Logged: “Housing rights evening”." in owner.get(LIST).content.decode()


def test_four_answers_are_enough(owner: Client, story: Story, talk: Term):
    owner.post(NEW, typed(story, talk))

    saved = Engagement.objects.get()
    assert saved.ends_on == saved.starts_on
    assert saved.attendees is None


def test_empty_form_says_what_is_needed(owner: Client, story: Story, talk: Term):
    assert errors_of(owner.post(NEW, {})) == {
        "title": ["Say what happened, in a few words"],
        "starts_on": ["Enter the day it happened, like 27 3 2026"],
        "engagement_type": ["Choose the type of engagement"],
        "activities": ["Choose at least one activity that this was part of"],
    }
    assert Engagement.objects.count() == 0


def test_person_without_activities_is_sent_to_the_other_list(story: Story, talk: Term):
    response = signed_in(story.stranger).post(NEW, typed(story, talk, activities=[]))

    assert errors_of(response) == {
        "other_activities": ["Choose at least one activity that this was part of"]
    }


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        (
            {"attendees_from": "about 45"},
            "attendees_from",
            "Attendees must be a whole number, like 45",
        ),
        ({"attendees_from": "45.5"}, "attendees_from", "Attendees must be a whole number, like 45"),
        ({"attendees_from": "=1+1"}, "attendees_from", "Attendees must be a whole number, like 45"),
        ({"attendees_from": "-3"}, "attendees_from", "Attendees must be 0 or more"),
        ({"attendees_from": "9" * 12}, "attendees_from", "Attendees must be 10,000,000 or fewer"),
        ({"attendees_from": "40"}, "count_method", "Say how the attendees were counted"),
        (
            {"attendees_from": "40", "attendees_to": "30", "count_method": "estimated"},
            "attendees_to",
            "The highest number must not be below the lowest",
        ),
        ({"attendees_to": "30"}, "attendees_from", "Enter the lowest number of attendees as well"),
        ({"count_method": "felt"}, "count_method", "Choose how the attendees were counted"),
        (
            {"volunteer_hours": "some"},
            "volunteer_hours",
            "Volunteer hours must be a number, like 7.5",
        ),
        (
            {"volunteer_hours": "NaN"},
            "volunteer_hours",
            "Volunteer hours must be a number, like 7.5",
        ),
        ({"volunteer_hours": "-1"}, "volunteer_hours", "Volunteer hours must be 0 or more"),
        (
            {"volunteer_hours": "1.234"},
            "volunteer_hours",
            "Volunteer hours can have two figures after the point, like 7.5",
        ),
        (
            {"volunteer_hours": "1e30"},
            "volunteer_hours",
            "Volunteer hours must be less than 10 million",
        ),
        ({"charge": "chargeable"}, "price", "Enter the price for one person, like 12.50"),
        ({"price": "5"}, "price", "Leave the price empty, or choose Chargeable"),
        ({"title": "x" * 201}, "title", "The title must be 200 characters or fewer"),
        ({"notes": "x" * 4001}, "notes", "Notes must be 4,000 characters or fewer"),
        ({"starts_on_year": "1825"}, "starts_on", "The date must be 1 August 2000 or later"),
        (
            {"starts_on_year": "2099"},
            "starts_on",
            "The date cannot be later than today. Until then, keep it as a draft",
        ),
        (
            {"starts_on_month": "13"},
            "starts_on",
            "First day: the month must be a number from 1 to 12, or its name",
        ),
        ({"starts_on_day": "31"}, "starts_on", "First day must be a real date, like 27 3 2026"),
        (
            {"ends_on_day": "1", "ends_on_month": "11", "ends_on_year": "2025"},
            "ends_on",
            "The last day must be the same as the first day, or later",
        ),
        ({"engagement_type": "999999"}, "engagement_type", "Choose a type from the list"),
        ({"engagement_type": "9" * 40}, "engagement_type", "Choose a type from the list"),
        ({"activities": ["999999"]}, "activities", "Choose activities from the list"),
        ({"activities": ["x"]}, "activities", "Choose activities from the list"),
        ({"partners": ["999999"]}, "partners", "Choose partners from the list"),
        ({"partners": ["x"]}, "partners", "Choose partners from the list"),
        ({"purpose": "fun"}, "purpose", "Choose a purpose from the list"),
    ],
)
def test_bad_entry_is_refused_with_a_remedy(
    owner: Client, story: Story, talk: Term, changes: dict[str, Any], field: str, words: str
):
    assert errors_of(owner.post(NEW, typed(story, talk, **changes))) == {field: [words]}
    assert Engagement.objects.count() == 0


def test_nothing_typed_is_lost_when_something_is_wrong(owner: Client, story: Story, talk: Term):
    page = owner.post(
        NEW,
        typed(
            story,
            talk,
            title="",
            starts_on_month="Smarch",
            attendees_from="about 45",
            notes="Ask for <b>more</b> chairs",
        ),
    ).content.decode()

    assert "<title>Error: Log an engagement" in " ".join(page.split())
    assert 'value="Smarch"' in page
    assert 'value="about 45"' in page
    assert "Ask for &lt;b&gt;more&lt;/b&gt; chairs" in page
    assert 'href="#id_title"' in page


@pytest.mark.parametrize(
    "title",
    [
        "Kite day 🪁 for families",
        "لقاء المجتمع",
        "<script>alert(1)</script>",
        "=HYPERLINK(1)",
        "Robert'); DROP TABLE engagements;--",
    ],
)
def test_unusual_titles_are_kept_as_typed_and_shown_as_text(
    owner: Client, story: Story, talk: Term, title: str
):
    owner.post(NEW, typed(story, talk, title=title))

    assert Engagement.objects.get().title == title
    assert "<script>alert" not in owner.get(LIST).content.decode()


def test_second_press_finds_the_first_record(owner: Client, story: Story, talk: Term):
    entry = typed(story, talk)
    owner.post(NEW, entry)

    again = owner.post(NEW, entry | {"title": "Changed after going back"})

    saved = Engagement.objects.get()
    assert again.url == f"{LIST}{saved.pk}/"
    assert saved.title == "Housing rights evening"
    words = [str(message) for message in get_messages(again.wsgi_request)]
    assert "Already logged: “Housing rights evening”. If something is different, edit it." in words


def test_draft_keeps_what_is_there_and_only_its_author_sees_it(story: Story, talk: Term):
    author, office = signed_in(story.owner), signed_in(story.publisher)

    response = author.post(NEW, {"keep": "draft", "attendees_from": "12", "notes": "Half a note"})

    draft = Engagement.objects.get()
    assert response.url == f"{LIST}{draft.pk}/edit/"
    assert (draft.state, draft.title, draft.attendees_from) == ("draft", "Untitled draft", 12)
    assert draft.starts_on == timezone.localdate()
    assert 'value="Untitled draft"' not in author.get(response.url).content.decode()
    assert office.get(response.url).status_code == 404
    assert office.get(f"{LIST}{draft.pk}/").status_code == 404
    assert "Untitled draft" not in office.get(LIST, {"scope": "all"}).content.decode()


def test_draft_may_lie_ahead_and_is_logged_once_it_happened(
    owner: Client, story: Story, talk: Term
):
    ahead = typed(story, talk, starts_on_year=str(timezone.localdate().year + 1), keep="draft")
    owner.post(NEW, ahead)
    draft = Engagement.objects.get()
    edit = f"{LIST}{draft.pk}/edit/"

    early = owner.post(edit, typed(story, talk, starts_on_year="2099", version="1"))
    done = owner.post(edit, typed(story, talk, version="1"))

    assert list(errors_of(early)) == ["starts_on"]
    assert done.url == LIST
    draft.refresh_from_db()
    assert (draft.state, draft.starts_on) == ("logged", dt.date(2025, 11, 5))


def test_copy_brings_what_repeats_and_leaves_out_what_differs(
    owner: Client, story: Story, talk: Term, library: Organisation
):
    owner.post(
        NEW,
        typed(
            story,
            talk,
            place="Pier Hall",
            attendees_from="41",
            count_method="counted",
            partners=[str(library.pk)],
            notes="Only of that day",
        ),
    )
    source = Engagement.objects.get()

    form = owner.get(NEW, {"copy": source.pk}).context["form"]

    assert form.initial["title"] == "Housing rights evening"
    assert form.initial["place"] == "Pier Hall"
    assert form.initial["partners"] == [library.pk]
    assert form.initial["activities"] == [story.activities[0].pk]
    assert not {"starts_on", "attendees_from", "notes", "version"} & set(form.initial)
    assert form.initial["submission_key"] != source.submission_key


@pytest.mark.parametrize("number", ["", "x", "999999", "9" * 40, "-1", "²"])
def test_copy_of_nothing_is_an_empty_form(owner: Client, story: Story, number: str):
    response = owner.get(NEW, {"copy": number})

    assert response.status_code == 200
    assert "title" not in response.context["form"].initial


def test_edit_page_shows_the_record_and_saves_the_change(owner: Client, story: Story, talk: Term):
    owner.post(NEW, typed(story, talk, attendees_from="40", count_method="counted"))
    saved = Engagement.objects.get()
    edit = f"{LIST}{saved.pk}/edit/"

    assert owner.get(edit).context["form"].initial["attendees_to"] is None
    response = owner.post(
        edit,
        typed(
            story,
            talk,
            title="Housing rights drop-in",
            activities=[str(story.activities[1].pk)],
            attendees_from="45",
            count_method="counted",
            version="1",
        ),
    )

    assert response.url == f"{LIST}{saved.pk}/"
    saved.refresh_from_db()
    assert (saved.title, saved.attendees, saved.version) == ("Housing rights drop-in", 45, 2)
    (changed, written) = owner.get(response.url).context["history"]
    assert (changed.who, changed.what) == ("Sam Sample", "Changed")
    assert {(d.label, d.before, d.after) for d in changed.differences} == {
        ("In a few words", "Housing rights evening", "Housing rights drop-in"),
        ("Activities", "GN-01", "GN-02"),
        ("Attendees, at least", "40", "45"),
        ("Attendees, at most", "40", "45"),
    }
    assert written.what == "Written"


def test_two_windows_show_both_texts_and_keep_what_was_typed(
    owner: Client, story: Story, talk: Term
):
    owner.post(NEW, typed(story, talk))
    saved = Engagement.objects.get()
    edit = f"{LIST}{saved.pk}/edit/"
    owner.post(edit, typed(story, talk, place="Pier Hall", version="1"))

    second = owner.post(edit, typed(story, talk, place="Dock Hall", version="1"))

    assert second.status_code == 409
    assert [(d.label, d.before, d.after) for d in second.context["differences"]] == [
        ("Place", "Pier Hall", "Dock Hall")
    ]
    page = second.content.decode()
    assert "Sam Sample saved this while you were writing" in page
    assert 'value="Dock Hall"' in page
    assert 'name="version" value="2"' in page
    saved.refresh_from_db()
    assert saved.place == "Pier Hall"

    owner.post(edit, typed(story, talk, place="Dock Hall", version="2"))
    saved.refresh_from_db()
    assert saved.place == "Dock Hall"


@pytest.mark.parametrize("version", ["", "0", "x", "-1"])
def test_edit_without_a_true_version_overwrites_nothing(
    owner: Client, story: Story, talk: Term, version: str
):
    owner.post(NEW, typed(story, talk))
    saved = Engagement.objects.get()

    owner.post(f"{LIST}{saved.pk}/edit/", typed(story, talk, title="Other", version=version))

    saved.refresh_from_db()
    assert saved.title == "Housing rights evening"


def test_withdraw_needs_a_reason_and_leaves_the_entry_in_the_log(
    owner: Client, story: Story, talk: Term
):
    owner.post(NEW, typed(story, talk))
    saved = Engagement.objects.get()
    address = f"{LIST}{saved.pk}/withdraw/"

    assert errors_of(owner.post(address, {"version": "1", "reason": " "})) == {
        "reason": ["Say why the engagement is withdrawn"]
    }
    response = owner.post(address, {"version": "1", "reason": "It was called off."})

    assert response.url == LIST
    saved.refresh_from_db()
    assert saved.state == "withdrawn"
    page = owner.get(f"{LIST}{saved.pk}/").content.decode()
    assert "It was called off." in page
    assert f"{saved.pk}/edit/" not in page
    assert owner.get(f"{LIST}{saved.pk}/edit/").status_code == 404
    assert owner.get(address).status_code == 405


def test_form_and_service_agree_on_every_field(
    owner: Client, story: Story, talk: Term, library: Organisation
):
    """What is saved comes back into the form, and saved again changes nothing."""
    owner.post(
        NEW,
        typed(
            story,
            talk,
            ends_on_day="6",
            ends_on_month="11",
            ends_on_year="2025",
            attendees_from="30",
            attendees_to="40",
            count_method="estimated",
            volunteer_hours="18.25",
            charge="chargeable",
            price="12.50",
            partners=[str(library.pk)],
            notes="A note",
        ),
    )
    saved = Engagement.objects.get()
    form = EngagementForm(user=story.owner, strategy=story.strategy, engagement=saved)
    again: dict[str, Any] = {}
    for name, value in form.initial.items():
        if isinstance(value, dt.date):
            again |= {f"{name}_{part}": getattr(value, part) for part in ("day", "month", "year")}
        elif value is not None:
            again[name] = value
    owner.post(f"{LIST}{saved.pk}/edit/", again)

    (changed, _written) = owner.get(f"{LIST}{saved.pk}/").context["history"]
    assert changed.differences == []
