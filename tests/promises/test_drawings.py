"""The pictures of progress: the right shapes, in the right order, saying the figures."""

import re
import xml.etree.ElementTree as ElementTree
from types import SimpleNamespace

import pytest
from django.template import Context, Template

from promises import drawings, marks
from promises.words import DELIVERY_ORDER, Delivery, EvidenceGrade, Schedule

MEDIA = ("css", "print")


def item(delivery: str, percent: float | None = 50) -> dict[str, object]:
    return {"delivery": delivery, "percent": percent}


def render(source: str, **context) -> str:
    html = Template("{% load progress %}" + source).render(Context(context))
    return re.sub(r"\s+", " ", html)


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def heights_of_water(svg: str) -> list[float]:
    """Levels of the surfaces, left to right (a smaller number is fuller)."""
    water = re.search(r'<path d="([^"]+)" class="g-water"', svg)
    assert water
    return [float(y) for y in re.findall(r"M[\d.]+ ([\d.]+)", water[1])]


# Marks ---------------------------------------------------------------------------------------


def test_every_word_has_a_shape_of_its_own():
    families = [
        (Delivery, marks.DELIVERY_MARKS, set()),
        (Schedule, marks.SCHEDULE_MARKS, {Schedule.STOPPED}),
        (EvidenceGrade, marks.EVIDENCE_MARKS, set()),
    ]
    for words, shapes, same_as_another in families:
        assert set(shapes) == set(words.values)
        distinct = {shape for value, shape in shapes.items() if value not in same_as_another}
        assert len(distinct) == len(words) - len(same_as_another)
    assert set(marks.UPDATE_MARKS) == set(drawings.UPDATE_WORDS)


@pytest.mark.parametrize("medium", MEDIA)
@pytest.mark.parametrize("value", Delivery.values)
def test_mark_is_decorative_and_well_formed(value, medium):
    svg = parsed(drawings.delivery_mark(value, medium=medium))

    assert svg.get("aria-hidden") == "true"
    assert svg.find("title") is None


def test_status_is_shape_and_word():
    html = render("{% delivery_status 'on_track' %}")

    assert 'class="civic-status civic-status--on-track"' in html
    assert 'class="civic-status__mark m--on-track"' in html
    assert "<span>On track</span>" in html


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ("'overdue' days=41", "Overdue by 41 days"),
        ("'overdue' days=1", "Overdue by 1 day"),
        ("'overdue'", "Overdue"),
        ("'due_soon' days=12", "Due in 12 days"),
        ("'due_soon' days=0", "Due today"),
        ("'not_due' days=90", Schedule.NOT_DUE.label),
        ("'finished' label='Met, 7 days early'", "Met, 7 days early"),
    ],
)
def test_schedule_words(arguments, word):
    assert f"<span>{word}</span>" in render(f"{{% schedule_status {arguments} %}}")


def test_evidence_steps_are_filled_one_by_one():
    filled = [drawings.evidence_mark(grade).count("m-fill") for grade in EvidenceGrade.values]

    assert filled == [0, 1, 2, 3]


def test_label_is_escaped():
    assert "<b>" not in render("{% delivery_status 'complete' label=label %}", label="<b>x</b>")


# Gauges --------------------------------------------------------------------------------------


@pytest.mark.parametrize("medium", MEDIA)
@pytest.mark.parametrize("value", Delivery.values)
@pytest.mark.parametrize("percent", [None, 0, 1, 50, 99.5, 100])
def test_every_gauge_is_well_formed(value, percent, medium):
    parsed(drawings.gauge(value, percent, medium=medium))


def test_water_stands_at_the_percent():
    # Size s: the frame runs from 24 to 116, 92 high; the swell starts 2 below the level.
    assert heights_of_water(drawings.gauge("on_track", 25)) == [116 - 23 + 2]
    assert heights_of_water(drawings.gauge("complete", 100)) == [24]


def test_textures_tell_deliveries_apart_without_colour():
    drawn = {
        value: re.sub(r"(m|g)--[\w-]+", "", drawings.gauge(value, 50)) for value in Delivery.values
    }

    assert len(set(drawn.values())) == len(Delivery)
    assert "g-hatch" in drawn["at_risk"]
    assert "g-hatch" in drawn["delayed"]
    assert "g-cross" in drawn["stopped"]


def test_not_reported_is_broken_and_keeps_its_last_level():
    known, unknown = drawings.gauge("not_reported", 40), drawings.gauge("not_reported", None)

    assert 'class="g-frame" stroke-width="1.2" stroke-dasharray="3 3"' in unknown
    assert "g-last" not in unknown
    assert "g-last" in known
    assert "g-water" not in known


def test_hatching_stays_inside_the_water():
    svg = drawings.gauge("at_risk", 50)
    hatch = re.search(r'<path d="([^"]+)" class="g-hatch"', svg)
    points = re.findall(r"[ML]([\d.]+) ([\d.]+)", hatch[1])

    assert points
    assert all(1 <= float(x) <= 35 and 70 <= float(y) <= 116 for x, y in points)


def test_gauge_with_a_title_is_a_picture():
    svg = parsed(drawings.gauge("delayed", 20, title="Delayed, 20%", uid="g1"))

    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == "g1-title"
    assert svg.find("title").text == "Delayed, 20%"


# Tides ---------------------------------------------------------------------------------------


def test_tide_states_its_figures():
    items = [item("on_track"), item("complete", 100), item("complete", 100), item("at_risk")]
    svg = parsed(drawings.tide(items, title="Promise 1", uid="tide-1"))

    assert svg[0].tag == "title"
    assert svg[0].text == "Promise 1. 4 activities: 2 complete, 1 on track, 1 at risk"
    assert svg.get("aria-labelledby") == svg[0].get("id")


def test_tide_stands_in_fixed_order():
    svg = drawings.tide([item(value) for value in reversed(DELIVERY_ORDER)])

    names = re.findall(r'class="g g--([\w-]+)"', svg)
    assert names == [drawings.css_name(value) for value in DELIVERY_ORDER]


def test_tide_is_fullest_first_within_a_delivery():
    svg = drawings.tide([item("on_track", percent) for percent in (10, 90, 50)])

    levels = heights_of_water(svg)
    assert levels == sorted(levels)
    assert len(levels) == 3


def test_tide_takes_objects_as_well_as_mappings():
    thing = SimpleNamespace(delivery="complete", percent=100)

    assert drawings.tide([thing]) == drawings.tide([item("complete", 100)])


def frames(svg: str) -> list[tuple[float, float]]:
    """Corner of each gauge's frame, in the order drawn."""
    paths = re.findall(r'd="([^"]+)" class="g-frame" ', svg)
    return [
        (float(x), float(y)) for path in paths for x, y in re.findall(r"M([\d.]+) ([\d.]+)", path)
    ]


@pytest.mark.parametrize(("count", "rows"), [(1, 1), (12, 1), (13, 1), (24, 1), (25, 2), (72, 3)])
def test_rows_wrap_at_twenty_four(count, rows):
    svg = drawings.tide([item("complete", 100)] * count)

    corners = frames(svg)
    assert len(corners) == count
    assert len({y for _, y in corners}) == rows
    assert max(x for x, _ in corners) < 411


def test_above_seventy_two_it_is_a_unit_bar():
    items = [item("complete", 100)] * 40 + [item("not_reported", None)] * 33

    assert drawings.tide(items, title="All") == drawings.unit_bar(
        {"complete": 40, "not_reported": 33}, title="All"
    )


def test_short_rows_share_the_scale_of_the_longest():
    short, long = [item("complete", 100)] * 2, [item("complete", 100)] * 20

    assert frames(drawings.tide(short, across=20)) == frames(drawings.tide(long))[:2]
    assert frames(drawings.tide(short)) != frames(drawings.tide(long))[:2]


def test_empty_tide_says_so():
    assert parsed(drawings.tide([], title="Promise 3"))[0].text == "Promise 3. no activities"


def test_tide_escapes_its_title():
    assert "<script>" not in drawings.tide([item("complete")], title="<script>")


def test_print_needs_no_style_sheet_and_few_paths():
    items = [item(value, 60) for value in DELIVERY_ORDER for _ in range(3)]
    svg = drawings.tide(items, title="All", medium="print")

    assert "class=" not in svg.replace('class="civic-tide"', "")
    assert svg.count("<path") <= 40
    assert all(path.get("fill") for path in parsed(svg).iter("path"))


def test_print_draws_the_same_paths_as_the_page():
    items = [item(value, 60) for value in DELIVERY_ORDER]
    page, paper = (parsed(drawings.tide(items, medium=medium)) for medium in MEDIA)

    assert [p.get("d") for p in page.iter("path")] == [p.get("d") for p in paper.iter("path")]


# Counts --------------------------------------------------------------------------------------

COUNTS = {"complete": 4, Delivery.NOT_REPORTED: 1, "at_risk": 0, "delayed": 2}


def test_counts_words_leave_zeros_out_and_keep_the_order():
    assert drawings.counts_words(COUNTS) == "4 complete, 2 delayed, 1 not reported"


def test_score_keeps_all_seven():
    html = render("{% score counts %}", counts=COUNTS)

    assert re.findall(r"<b>(\d+)</b>", html) == ["4", "0", "0", "2", "0", "0", "1"]


def test_counts_table_has_a_row_each_and_a_total():
    rows = [{"title": "One", "url": "/promises/1/", "counts": COUNTS, "total": 7, "mean": 67}]
    total = {"title": "All", "counts": COUNTS, "total": 7}
    html = render(
        '{% counts_table rows caption="By delivery" total=total head="Promise" %}',
        rows=rows,
        total=total,
    )

    assert '<th scope="row"><a href="/promises/1/">One</a></th>' in html
    assert html.count('data-label="Not reported">1</td>') == 2
    assert "67%" in html
    assert html.count('<th scope="col"') == 10


def test_round_bar_draws_one_box_each_and_says_so():
    svg = parsed(drawings.round_bar({"approved": 2, "returned": 1, "missing": 3}))

    assert svg.find("title").text == "2 approved, 1 returned, 3 missing"
    outlines = [p.get("d") for p in svg.iter("path") if p.get("stroke-dasharray")]
    assert "".join(outlines).count("M") == 3


def test_unit_bar_has_one_box_for_each_activity():
    assert len(frames(drawings.unit_bar({"complete": 13, "on_track": 30, "stopped": 2}))) == 45


def test_tides_list_links_each_promise_and_says_the_counts():
    row = {
        "number": 5,
        "title": "A difference",
        "url": "/promises/5/",
        "items": [item("complete", 100)],
        "counts": {"complete": 1},
        "total": 1,
        "mean": None,
    }
    html = render('{% include "components/tides.html" with rows=rows across=12 %}', rows=[row])

    assert 'href="/promises/5/">A difference</a>' in html
    assert "<b>1 activity</b>: 1 complete" in html
    assert "Done so far" not in html


def test_timeline_keeps_the_place_of_a_missing_quarter():
    entries = [
        {"when": "Q2", "what": "Delayed, 20% done", "delivery": "delayed", "text": "Late."},
        {"when": "Q1", "what": "Not reported", "delivery": "not_reported", "is_missing": True},
    ]
    html = render('{% include "components/timeline.html" with entries=entries %}', entries=entries)

    assert html.count("<li") == 2
    assert html.count('class="is-missing"') == 1
    assert "civic-timeline__mark m--not-reported" in html
