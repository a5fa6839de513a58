"""Reports of plans that are empty, long, hostile, or in another strategy's words."""

import pytest
from django.utils.html import strip_tags

from civic.reporting.gather import gather
from civic.reporting.quarterly import quarterly_html
from promises.models import Activity, Commitment, ProgressUpdate
from tests.reporting.building import make_activities, make_snapshot, make_strategy, publish
from tests.reporting.reading import plain

pytestmark = pytest.mark.django_db
ARABIC = "نحن نفي بوعودنا لمدينتنا"
HOSTILE = (
    "<img src='file:///etc/passwd'><script>go()</script>"
    "<img src=http://127.0.0.1:1/a.png><style>*{display:none}</style> & “kept”"
)


def test_plan_without_activities_says_so_everywhere(draw):
    text = draw(make_snapshot(0)).text

    assert "No activity stands behind our promises yet." in text
    assert text.count("No activity yet.") == 25
    assert "No engagement was logged for this quarter." in text


def test_commitment_without_activities_says_so(draw):
    text = draw(make_snapshot(2, promises=1, commitments=3)).text

    assert text.count("No activity yet.") == 1


def test_labels_of_the_strategy_stand_throughout(draw):
    labels = {
        "promise": "Objective",
        "promises": "Objectives",
        "commitment": "Action",
        "commitments": "Actions",
    }

    drawn = draw(make_snapshot(3, labels=labels, promises=2, is_demo=False))

    assert "Did we keep our objectives?" in drawn.text
    assert "Objective 2: " in drawn.text
    assert "Action 1.1" in drawn.text
    assert "Demonstration" not in drawn.text
    for word in ("promise", "commitment"):
        assert word not in drawn.text.lower().replace("our promises to the city region", "")


def test_markup_in_text_is_shown_as_text_and_fetches_nothing(draw):
    quarter = make_activities(make_strategy(), 1)
    Activity.objects.update(title=f"Lab {HOSTILE}", description=HOSTILE)
    ProgressUpdate.objects.update(narrative=HOSTILE, reason=HOSTILE, next_steps=HOSTILE)
    Commitment.objects.update(text=HOSTILE, items=[HOSTILE])

    drawn = draw(publish(quarter))

    assert drawn.refused == []
    assert "root:" not in drawn.text
    assert drawn.text.count("<script>go()</script>") > 10
    assert sum(len(page.images) for page in drawn.reader.pages) == 0


def test_long_and_unbroken_words_stay_on_the_page(draw):
    quarter = make_activities(make_strategy(promises=1, commitments=1), 2)
    words = [f"S{number}E" for number in range(600)]
    ProgressUpdate.objects.update(narrative=" ".join(words), reason="because " * 120)
    Activity.objects.update(title="W" * 200)

    drawn = draw(publish(quarter))

    assert set(words) <= set(drawn.text.split())
    assert "W" * 20 in drawn.text


def test_right_to_left_text_is_drawn(draw):
    quarter = make_activities(make_strategy(promises=1, commitments=1), 1)
    ProgressUpdate.objects.update(narrative=ARABIC)

    drawn = draw(publish(quarter))

    assert any(
        "\u0600" <= character <= "\u06ff" or character >= "\ufb50" for character in drawn.text
    )


def test_long_promise_wraps_its_gauges_and_keeps_every_activity(draw):
    drawn = draw(make_snapshot(30, promises=1, commitments=2))

    for activity in drawn.facts.activities:
        assert activity.row.reference in drawn.text
    assert not drawn.facts.fits_cover


def test_activity_under_no_commitment_has_a_section_of_its_own(draw):
    quarter = make_activities(make_strategy(promises=1), 2)
    Activity.objects.first().commitments.clear()

    drawn = draw(publish(quarter))

    assert "Activities under no commitment" in drawn.text
    assert "nobody has said yet which commitment" in drawn.text


def test_number_of_queries_does_not_grow(django_assert_num_queries):
    small = make_snapshot(6, slug="small")
    large = make_snapshot(20, slug="large", is_current=False)

    # Indicators, readings; activities, their commitments, milestones; promises, commitments;
    # engagements and their activities.
    for snapshot in (small, large):
        with django_assert_num_queries(9):
            gather(snapshot)


@pytest.mark.parametrize("number_of", [1, 3])
def test_finding_agrees_in_number(number_of: int):
    facts = gather(make_snapshot(number_of, promises=1, commitments=1))

    # A sentence of the text: it need not be laid out on pages to be read.
    text = plain(strip_tags(quarterly_html(facts)))

    said = {1: "All 1 activity is complete or on track.", 3: "All 3 activities are complete"}
    assert said[number_of] in text
