"""Gauges and tides: progress as pictures.

A gauge is one activity, filled to its percent complete; its texture and shape say its delivery.
A tide is a row of gauges. Each function is pure and returns safe SVG markup; with
`medium="print"` it needs no style sheet.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.safestring import SafeString

from civic.core.drawing import Layer, coordinate, joined, placed, svg
from promises.marks import (
    DELIVERY_MARKS,
    EVIDENCE_MARKS,
    SCHEDULE_CLASSES,
    SCHEDULE_MARKS,
    UPDATE_MARKS,
    Medium,
    painted,
)
from promises.words import DELIVERY_ORDER, Delivery

ROW_LENGTH = 24
UNIT_BAR_ABOVE = 72
UPDATE_WORDS = {
    "approved": "approved",
    "submitted": "to review",
    "returned": "returned",
    "draft": "in draft",
    "missing": "missing",
}
_UNITS_IN_ROW = 40
_FRAME_PEN = 1.2
_GAUGE_SIZES = {"s": (36, 118), "m": (46, 144)}
_GAUGE_TOP = 24


class Measures(NamedTuple):
    """Sizes of a tide: distance and width of gauges, scale of the shapes above them."""

    pitch: float
    width: float
    mark_scale: float


# Up to 12 in a row there is room for the full shape; up to 24 both are narrower, so that rows of
# different length keep one height and one scale.
_WIDE = Measures(pitch=35, width=24, mark_scale=0.875)
_NARROW = Measures(pitch=17, width=12, mark_scale=0.8)
_WIDE_ROW = 12
_TIDE_TOP, _TIDE_HEIGHT, _TIDE_ROW, _TIDE_GAP = 22, 66, 90, 10


def css_name(value: str) -> str:
    """The class name of a slug: `on_track` becomes `on-track`."""
    return str(value).replace("_", "-")


# Words -------------------------------------------------------------------------------------


def in_order(counts: Mapping[Any, int]) -> list[tuple[Delivery, int]]:
    """The counts by delivery in fixed order, zeros kept."""
    known = {str(key): number for key, number in counts.items()}
    return [(value, known.get(str(value), 0)) for value in map(Delivery, DELIVERY_ORDER)]


def counts_words(counts: Mapping[Any, int]) -> str:
    """`4 complete, 3 on track`: the counts that are not zero, in fixed order."""
    return ", ".join(
        f"{number} {str(value.label).lower()}" for value, number in in_order(counts) if number
    )


def _said(title: str, counts: Mapping[Any, int]) -> str:
    total = sum(counts.values())
    noun = "activity" if total == 1 else "activities"
    words = f"{total} {noun}: {counts_words(counts)}" if total else "no activities"
    return f"{title}. {words}" if title else words


# Marks -------------------------------------------------------------------------------------


def _mark(layers: Sequence[Layer], name: str, css_class: str, medium: Medium) -> SafeString:
    css = f"{css_class} m--{name}" if medium == "css" else ""
    return svg(painted(layers, name, medium), 16, 16, css_class=css, sized=True)


def delivery_mark(
    value: str, css_class: str = "civic-status__mark", medium: Medium = "css"
) -> SafeString:
    """The shape of a delivery status, 16 by 16, decorative: the word stands beside it."""
    return _mark(DELIVERY_MARKS[value], css_name(value), css_class, medium)


def schedule_mark(
    value: str, css_class: str = "civic-status__mark", medium: Medium = "css"
) -> SafeString:
    """The calendar of a schedule status, decorative."""
    return _mark(SCHEDULE_MARKS[value], SCHEDULE_CLASSES[value], css_class, medium)


def evidence_mark(
    value: str, css_class: str = "civic-status__mark", medium: Medium = "css"
) -> SafeString:
    """The three steps of an evidence grade, decorative."""
    return _mark(EVIDENCE_MARKS[value], "evidence", css_class, medium)


def update_mark(
    value: str, css_class: str = "civic-status__mark", medium: Medium = "css"
) -> SafeString:
    """The box of an update in a round, decorative."""
    name = "box-returned" if value == "returned" else "box"
    return _mark(UPDATE_MARKS[value], name, css_class, medium)


# Gauges ------------------------------------------------------------------------------------


def _level(percent: float | None, bottom: float, height: float) -> float:
    return bottom - height * min(max(float(percent or 0), 0), 100) / 100


def _box(x: float, top: float, width: float, height: float) -> str:
    across = coordinate(width)
    return f"M{coordinate(x)} {coordinate(top)}h{across}v{coordinate(height)}h-{across}z"


def _water(level: float, x: float, top: float, width: float, bottom: float) -> str:
    """Water up to a level, with a small swell; flat where there is no room for one."""
    if level <= top:
        return _box(x, top, width, bottom - top)
    swell = 0 if bottom - level < 5 else 2
    half, quarter = coordinate(width / 2), coordinate(width / 4)
    start = f"M{coordinate(x)} {coordinate(level + swell)}"
    crest = f"q{quarter} -{swell * 2} {half} 0t{half} 0" if swell else f"h{coordinate(width)}"
    return f"{start}{crest}V{coordinate(bottom)}H{coordinate(x)}z"


def _diagonals(x: float, top: float, width: float, bottom: float, step: float = 6) -> str:
    """Rising lines, clipped to the box."""
    right, lines = x + width, []
    total = x + top + step / 2
    while total < right + bottom:
        start = max(x, total - bottom)
        end = min(right, total - top)
        if end - start > 1:
            lines.append(
                f"M{coordinate(start)} {coordinate(total - start)}"
                f"L{coordinate(end)} {coordinate(total - end)}"
            )
        total += step
    return "".join(lines)


def _horizontals(x: float, top: float, width: float, bottom: float, step: float = 5) -> str:
    lines, y = [], bottom - step + 1
    while y > top + 1:
        lines.append(f"M{coordinate(x)} {coordinate(y)}h{coordinate(width)}")
        y -= step
    return "".join(lines)


def _gauge_layers(
    delivery: str, percent: float | None, x: float, top: float, width: float, height: float
) -> Iterator[Layer]:
    """Frame, water and texture of one gauge. Unknown is broken, never drawn as nothing."""
    bottom = top + height
    level = _level(percent, bottom, height)
    box = _box(x, top, width, height)
    if delivery == Delivery.NOT_REPORTED:
        yield Layer("frame", box, _FRAME_PEN, "3 3")
        if percent is not None:
            line = f"M{coordinate(x + 2)} {coordinate(level)}h{coordinate(width - 4)}"
            yield Layer("last", line, 2, "3 2")
        return
    yield Layer("frame", box, _FRAME_PEN)
    if delivery == Delivery.NOT_STARTED:
        return
    if percent:
        yield Layer("water", _water(level, x, top, width, bottom))
    surface = max(level + 3, top + 1)
    if delivery == Delivery.AT_RISK and percent:
        yield Layer("hatch", _diagonals(x, surface, width, bottom), 1.3)
    if delivery == Delivery.DELAYED and percent:
        yield Layer("hatch", _horizontals(x, surface, width, bottom), 1.6)
    if delivery == Delivery.STOPPED:
        w, h = coordinate(width), coordinate(height)
        left = f"M{coordinate(x)} {coordinate(top)}l{w} {h}"
        right = f"M{coordinate(x + width)} {coordinate(top)}l-{w} {h}"
        yield Layer("cross", left + right, 1.6)
    yield Layer("top", box, _FRAME_PEN)


def _gauge_group(layers: Iterable[Layer], delivery: str, medium: Medium) -> str:
    name = css_name(delivery)
    body = painted(joined(layers), name, medium)
    return f'<g class="g g--{name}">{body}</g>' if medium == "css" else f"<g>{body}</g>"


def _mark_group(layers: Iterable[Layer], delivery: str, medium: Medium) -> str:
    name = css_name(delivery)
    body = painted(joined(layers), name, medium)
    return f'<g class="m--{name}">{body}</g>' if medium == "css" else f"<g>{body}</g>"


def gauge(
    delivery: str,
    percent: float | None,
    size: str = "s",
    *,
    title: str = "",
    uid: str = "",
    medium: Medium = "css",
) -> SafeString:
    """One activity: shape above, water up to the percent. Decorative unless it has a title.

    `size` is "s" (36 wide, in a staff) or "m" (46, head of a page); `percent` None is unknown.
    """
    width, height = _GAUGE_SIZES[size]
    mark = placed(DELIVERY_MARKS[delivery], (width - 16) / 2, 1, 1)
    layers = _gauge_layers(delivery, percent, 1, _GAUGE_TOP, width - 2, height - 2 - _GAUGE_TOP)
    body = _mark_group(mark, delivery, medium) + _gauge_group(layers, delivery, medium)
    return svg(body, width, height, title=title, uid=uid, css_class="civic-gauge", sized=True)


# Tides -------------------------------------------------------------------------------------


def value_of(item: Any, name: str) -> Any:
    """A key of a mapping or an attribute of an object; None where there is none."""
    return item.get(name) if isinstance(item, Mapping) else getattr(item, name, None)


def _sorted(items: Iterable[Any]) -> list[tuple[str, float | None]]:
    """Delivery and percent of each item, in fixed order, fullest first within a delivery."""
    rank = {str(value): place for place, value in enumerate(DELIVERY_ORDER)}
    known = [(str(value_of(item, "delivery")), value_of(item, "percent")) for item in items]
    return sorted(known, key=lambda pair: (rank[pair[0]], -float(pair[1] or 0)))


def _grouped(pairs: Sequence[tuple[str, Any]]) -> Iterator[tuple[str, list[tuple[int, Any]]]]:
    """Each delivery that occurs, with the place and percent of its activities."""
    for value in map(str, DELIVERY_ORDER):
        places = [(place, percent) for place, (name, percent) in enumerate(pairs) if name == value]
        if places:
            yield value, places


def tide(
    items: Iterable[Any],
    *,
    title: str = "",
    across: int | None = None,
    uid: str = "",
    medium: Medium = "css",
) -> SafeString:
    """A row of gauges, one for each item (`delivery`, `percent`), in fixed order.

    `across` is the longest row among the tides shown together: it sets the scale, so that a short
    row stays short. Rows wrap at 24; above 72 items the picture is a unit bar.
    """
    pairs = _sorted(items)
    counts = {value: len(places) for value, places in _grouped(pairs)}
    if len(pairs) > UNIT_BAR_ABOVE:
        return unit_bar(counts, title=title, uid=uid, medium=medium)
    longest = min(max(len(pairs), across or 0, _WIDE_ROW), ROW_LENGTH)
    measures = _WIDE if longest <= _WIDE_ROW else _NARROW
    body = []
    for value, places in _grouped(pairs):
        marks: list[Layer] = []
        gauges: list[Layer] = []
        for place, percent in places:
            row, column = divmod(place, longest)
            x, y = 1 + column * measures.pitch, row * (_TIDE_ROW + _TIDE_GAP)
            inset = (measures.width - 16 * measures.mark_scale) / 2
            marks += placed(DELIVERY_MARKS[value], x + inset, y + 1, measures.mark_scale)
            gauges += _gauge_layers(value, percent, x, y + _TIDE_TOP, measures.width, _TIDE_HEIGHT)
        body.append(_mark_group(marks, value, medium) + _gauge_group(gauges, value, medium))
    width = _WIDE.pitch * _WIDE_ROW - 9
    rows = max(-(-len(pairs) // longest), 1)
    return svg(
        "".join(body),
        width,
        rows * (_TIDE_ROW + _TIDE_GAP) - _TIDE_GAP,
        title=_said(title, counts),
        uid=uid,
        css_class="civic-tide",
    )


def unit_bar(
    counts: Mapping[Any, int],
    *,
    title: str = "",
    uid: str = "",
    medium: Medium = "css",
) -> SafeString:
    """One full box for each activity, textured by delivery: to compare quarters, or large plans."""
    pairs = [(str(value), 100) for value, number in in_order(counts) for _ in range(number)]
    body = []
    for value, places in _grouped(pairs):
        layers: list[Layer] = []
        for place, percent in places:
            row, column = divmod(place, _UNITS_IN_ROW)
            known = None if value == Delivery.NOT_REPORTED else percent
            layers += _gauge_layers(value, known, 1 + column * 14, 1 + row * 30, 11, 26)
        body.append(_gauge_group(layers, value, medium))
    rows = max(-(-len(pairs) // _UNITS_IN_ROW), 1)
    return svg(
        "".join(body),
        _UNITS_IN_ROW * 14 - 1,
        rows * 30 - 2,
        title=_said(title, counts),
        uid=uid,
        css_class="civic-units",
    )


def round_bar(counts: Mapping[str, int], *, medium: Medium = "css") -> SafeString:
    """One box for each update of a round: approved, to review, returned, in draft, missing."""
    values = [value for value in UPDATE_WORDS for _ in range(counts.get(value, 0))]
    body = []
    for value in UPDATE_WORDS:
        layers: list[Layer] = []
        for place, name in enumerate(values):
            if name == value:
                row, column = divmod(place, ROW_LENGTH // 2)
                layers += placed(UPDATE_MARKS[value], 1 + column * 20, 2 + row * 24, 1.2)
        if layers:
            name = "box-returned" if value == "returned" else "box"
            paint = painted(joined(layers), name, medium)
            body.append(f'<g class="m--{name}">{paint}</g>' if medium == "css" else paint)
    said = [f"{counts[value]} {word}" for value, word in UPDATE_WORDS.items() if counts.get(value)]
    rows = max(-(-len(values) // (ROW_LENGTH // 2)), 1)
    return svg(
        "".join(body),
        242,
        rows * 24,
        title=", ".join(said) or "no updates",
        css_class="civic-roundbar",
    )
