import itertools

import pytest

from civic.core.templatetags._format import hash_groups, number
from promises.words import Delivery
from tests.reporting.reading import fonts_of, heading_levels, outline_of, plain

# The database is prepared only for tests that say they use it. One process runs them all, so that
# the report is drawn once.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("quarterly")]


def test_every_promise_and_commitment_stands_in_full(drawn):
    for promise in drawn.facts.promises:
        assert promise.row.title in drawn.text
        for commitment in promise.commitments:
            assert plain(commitment.row.text) in drawn.text
            for item in commitment.row.items:
                assert item in drawn.text


def test_every_activity_stands_with_its_facts(drawn):
    for activity in drawn.facts.activities:
        row = activity.row
        assert row.title in drawn.text
        assert row.reference in drawn.text
        for text in (row.narrative, row.reason, row.next_steps, row.schedule_words):
            assert plain(text) in drawn.text
        if row.engagement_count:
            plural = "" if row.engagement_count == 1 else "s"
            assert (
                f"{row.engagement_count} engagement{plural}, {row.attendee_total} attendees"
                in drawn.text
            )


def test_activity_of_two_commitments_is_told_once_and_named_elsewhere(drawn):
    shared = [one for one in drawn.facts.activities if len(one.commitments) > 1]

    assert shared
    for activity in shared:
        assert f"also serves {activity.also[0]}" in drawn.text
        assert f"In full under commitment {activity.home.code}, on page" in drawn.text
    assert "which counts each activity once" in drawn.text


def test_counts_and_means_are_those_of_the_snapshot(drawn):
    for promise in drawn.facts.promises:
        counts = " ".join(str(count) for count in promise.score.counts.values())
        mean = f"{number(promise.row.percent)}%"
        assert f"{counts} {promise.score.total} {mean}" in drawn.text
    score = drawn.facts.score
    counts = " ".join(str(count) for count in score.counts.values())
    assert f"All activities {counts} {score.total} {number(score.percent)}%" in drawn.text
    assert f"{score.kept} of {score.total} activities are complete or on track" in drawn.text


def test_engagement_totals_are_those_of_the_snapshot(drawn):
    totals = drawn.facts.engagements.quarter

    assert f"{totals['engagements']} engagements took place" in drawn.text
    assert f"{number(totals['attendees'])} people came" in drawn.text
    for row in drawn.facts.engagements.rows:
        assert plain(row.title) in drawn.text


def test_every_measure_stands_with_target_baseline_source_and_method(drawn):
    for measure in drawn.facts.measures:
        assert measure.row.title in drawn.text
        assert f"{number(measure.row.target)} people, by July 2026" in drawn.text
        assert f"{number(measure.row.baseline)} people, 2023-24" in drawn.text
        assert measure.row.method in drawn.text
        for reading in measure.readings:
            assert f"{reading.period_words}: {number(reading.value)}" in drawn.text


def test_missing_update_is_said_and_never_left_out(drawn):
    silent = drawn.facts.standing(Delivery.NOT_REPORTED)

    assert silent
    assert "No approved update reached us this quarter." in drawn.text
    assert ", ".join(sorted(one.row.reference for one in silent)) in drawn.text


def test_fingerprint_stands_whole(drawn):
    assert hash_groups(drawn.facts.snapshot.sha256) in drawn.text
    assert "sha256sum" in drawn.text


def test_every_page_after_the_cover_says_which_snapshot_and_that_it_is_a_demonstration(drawn):
    cover, *others = [plain(page.extract_text()) for page in drawn.reader.pages]

    assert "Demonstration. The promises have their real titles;" in cover
    assert "21 November 2025, revision 1" in cover
    for text in others:
        assert "Snapshot 2025-26-Q1, revision 1" in text
        assert "Demonstration: activities, partners and figures are invented" in text


def test_document_is_tagged_titled_and_in_its_language(drawn):
    root = drawn.reader.trailer["/Root"]

    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"]
    assert drawn.reader.metadata.title == (
        "Progress report, August to October 2025: did we keep our promises?"
    )


def test_headings_skip_no_level_and_there_is_one_title(drawn):
    levels = heading_levels(drawn.reader)

    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_bookmarks_lead_to_every_section(drawn):
    outline = outline_of(drawn.reader)

    assert outline[:3] == ["Contents", "The answer first", "Promises on one page"]
    for promise in drawn.facts.promises:
        assert any(title.startswith(f"Promise {promise.row.number}: ") for title in outline)


def test_every_font_is_embedded_and_ours(drawn):
    fonts = fonts_of(drawn.reader)

    assert all(fonts.values())
    assert all("Atkinson" in name for name in fonts)


def test_nothing_was_refused(drawn):
    assert drawn.refused == []


def test_page_numbers_of_the_contents_are_right(drawn):
    contents = plain(drawn.reader.pages[1].extract_text())
    page = next(
        number
        for number, page in enumerate(drawn.reader.pages, 1)
        if number > 2 and "Methods and data quality A figure is worth" in plain(page.extract_text())
    )

    # The number is drawn in the margin, so it is read after the note of its line.
    assert f"how to check our sums {page} " in contents
