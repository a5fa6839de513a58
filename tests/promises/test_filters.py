"""The one filter of published activities, which page, API and export share."""

import pytest

from civic.core.models import Term, Vocabulary
from partners.services import organisation_create
from promises.filters import PublishedActivityFilter
from promises.models import PublishedActivity
from promises.queries.public import published_activities
from promises.words import PLACES
from tests.story import make_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def snapshot():
    story = make_story(activities=4)
    themes = Vocabulary.objects.create(slug="themes", title="Themes")
    places, _made = Vocabulary.objects.get_or_create(slug=PLACES, defaults={"title": "Places"})
    story.strategy.themes = themes
    story.strategy.save()
    skills = Term.objects.create(vocabulary=themes, code="skills", label="People & “Skills”")
    halton = Term.objects.create(vocabulary=places, code="halton", label="Halton")
    first, second, third, _fourth = story.activities
    first.terms.add(skills, halton)
    second.terms.add(halton)
    # The first serves commitments of both promises.
    first.commitments.add(story.commitments[2])
    first.partners.add(organisation_create(actor=story.publisher, name="St Helens’ Kitchen"))
    story.report(first, delivery="complete", percent=100)
    story.report(second, delivery="delayed", percent=20, reason="The river was too high.")
    story.report(third)
    return story.publish()


def found(snapshot, **query):
    filterset = PublishedActivityFilter(query, queryset=published_activities(snapshot))
    return [row.reference for row in filterset.qs]


@pytest.mark.parametrize(
    ("query", "references"),
    [
        ({}, ["GN-01", "GN-02", "GN-03", "GN-04"]),
        ({"promise": "1"}, ["GN-01", "GN-02"]),
        ({"promise": "2"}, ["GN-01", "GN-03", "GN-04"]),
        ({"promise": "9"}, []),
        ({"promise": "99999999999999999999"}, []),
        ({"promise": "two"}, []),
        ({"promise": "²"}, []),
        ({"commitment": "2.1"}, ["GN-01", "GN-03"]),
        ({"commitment": "2"}, []),
        ({"delivery": "delayed"}, ["GN-02"]),
        ({"delivery": "kept"}, ["GN-01", "GN-03"]),
        ({"delivery": "not_kept"}, ["GN-02", "GN-04"]),
        ({"schedule": "finished"}, ["GN-01"]),
        ({"evidence": "none"}, ["GN-01", "GN-02", "GN-03", "GN-04"]),
        ({"theme": "People & “Skills”"}, ["GN-01"]),
        ({"theme": "People"}, []),
        ({"place": "Halton"}, ["GN-01", "GN-02"]),
        ({"enabler": "Halton"}, []),
        ({"partner": "St Helens’ Kitchen"}, ["GN-01"]),
        ({"place": "Halton' OR 1=1 --"}, []),
        ({"search": "RIVER"}, ["GN-02"]),
        ({"search": "river number"}, ["GN-02"]),
        ({"search": "river 3"}, []),
        ({"search": "GN-04"}, ["GN-04"]),
        ({"place": "Halton", "delivery": "delayed"}, ["GN-02"]),
    ],
)
def test_filter_finds(snapshot, query, references):
    assert found(snapshot, **query) == references


@pytest.mark.parametrize("name", ["delivery", "schedule", "evidence"])
def test_words_that_are_fixed_are_refused_when_unknown(snapshot, name):
    filterset = PublishedActivityFilter({name: "splendid"}, queryset=published_activities(snapshot))
    assert list(filterset.form.errors) == [name]


def test_offer_fills_the_lists_with_what_occurs_in_the_strategys_words(snapshot):
    rows = published_activities(snapshot)
    filterset = PublishedActivityFilter({}, queryset=rows)
    filterset.offer(
        promises=[(1, "Neighbours"), (2, "Champions")],
        commitments=["1.1", "2.1"],
        activities=rows,
        labels={"promise": "Objective", "commitment": "Action"},
    )
    fields = filterset.form.fields
    assert fields["promise"].label == "Objective"
    assert fields["promise"].widget.choices == [
        ("", "Any objective"),
        ("1", "1. Neighbours"),
        ("2", "2. Champions"),
    ]
    assert fields["commitment"].label == "Action"
    assert fields["place"].widget.choices == [("", "Anywhere"), ("Halton", "Halton")]
    assert fields["partner"].widget.choices == [
        ("", "Any partner"),
        ("St Helens’ Kitchen", "St Helens’ Kitchen"),
    ]


def test_offer_leaves_other_filtersets_as_they_were(snapshot):
    rows = published_activities(snapshot)
    PublishedActivityFilter({}, queryset=rows).offer(
        promises=[(1, "Neighbours")], commitments=[], activities=rows
    )
    other = PublishedActivityFilter({}, queryset=PublishedActivity.objects.none())
    assert list(other.form.fields["promise"].widget.choices) == []
