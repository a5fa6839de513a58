"""The shapes of progress and how they are coloured.

One shape has one meaning: delivery is a disc, arrowhead, diamond, hourglass, ring, octagon or
broken square; schedule a calendar; evidence three steps; an update in a round a box.

Pages get classes (`medium="css"`, coloured by the style sheet); PDFs get colours in attributes
(`medium="print"`).
"""

from collections.abc import Iterable
from typing import Literal

from civic.core.drawing import Layer, coordinate
from promises.words import Delivery, EvidenceGrade, Schedule

Medium = Literal["css", "print"]


def _disc(radius: str, across: str, left: str) -> str:
    return f"M{left} 8a{radius} {radius} 0 1 0 {across} 0a{radius} {radius} 0 1 0 -{across} 0z"


_CALENDAR = (
    Layer("line", "M1.5 3h13v11.5h-13z", 1.6),
    Layer("fill", "M1.5 3h13v3.2h-13z"),
    Layer("line", "M4.5 1v2.4M11.5 1v2.4", 1.8),
)
_BOX = Layer("line", "M1.7 1.7h12.6v12.6H1.7z", 1.4)
_STEPS = ("M1 11h4v4h-4z", "M6 6.8h4v8.2h-4z", "M11 2.6h4v12.4h-4z")


def _steps(filled: int) -> tuple[Layer, ...]:
    return tuple(
        Layer("fill", path) if index < filled else Layer("step", path, 1.2)
        for index, path in enumerate(_STEPS)
    )


DELIVERY_MARKS: dict[str, tuple[Layer, ...]] = {
    Delivery.COMPLETE: (
        Layer("fill", _disc("7.5", "15", ".5")),
        Layer("knock", "M4.4 8.3L7 10.9l4.7 -5.4", 2),
    ),
    Delivery.ON_TRACK: (Layer("fill", "M2.5 1L15 8L2.5 15z"),),
    Delivery.AT_RISK: (
        Layer("edged", "M8 .9L15.1 8L8 15.1L.9 8z", 1.5),
        Layer("ink", "M7 4.2h2v4.6H7zM7 10h2v2H7z"),
    ),
    Delivery.DELAYED: (Layer("fill", "M2 .8h12v2L9.6 8l4.4 5.2v2H2v-2L6.4 8L2 2.8z"),),
    Delivery.NOT_STARTED: (Layer("line", _disc("6.4", "12.8", "1.6"), 2),),
    Delivery.STOPPED: (
        Layer("fill", "M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5z"),
        Layer("knock_fill", "M4 7h8v2H4z"),
    ),
    Delivery.NOT_REPORTED: (
        Layer("line", "M1.5 1.5h13v13h-13z", 1.8, "3.2 2.3", 1.6),
        Layer("line", "M5.9 6.3a2.1 2.1 0 1 1 3.1 1.9c-.7 .4 -1 .7 -1 1.5", 1.5),
        Layer("fill", "M7.1 10.9h1.8v1.7H7.1z"),
    ),
}
SCHEDULE_MARKS: dict[str, tuple[Layer, ...]] = {
    Schedule.FINISHED: (*_CALENDAR, Layer("line", "M4.6 10.1L7 12.3l4.3 -4.4", 1.8)),
    Schedule.NOT_DUE: _CALENDAR,
    Schedule.DUE_SOON: (*_CALENDAR, Layer("fill", "M8 6.5h6v7.5H8z")),
    Schedule.OVERDUE: (
        *_CALENDAR,
        Layer("fill", "M2 6h12v8.2H2z"),
        Layer("knock_fill", "M7.1 7h1.8v3.6H7.1zM7.1 11.6h1.8v1.7H7.1z"),
    ),
    Schedule.NO_DATE: (*_CALENDAR, Layer("line", "M5 10.2h6", 1.8)),
    Schedule.STOPPED: (*_CALENDAR, Layer("line", "M5 10.2h6", 1.8)),
}
SCHEDULE_CLASSES: dict[str, str] = {
    Schedule.FINISHED: "sched-met",
    Schedule.NOT_DUE: "sched-later",
    Schedule.DUE_SOON: "sched-soon",
    Schedule.OVERDUE: "sched-overdue",
    Schedule.NO_DATE: "sched-none",
    Schedule.STOPPED: "sched-none",
}
EVIDENCE_MARKS: dict[str, tuple[Layer, ...]] = {
    EvidenceGrade.NONE: _steps(0),
    EvidenceGrade.STATED: _steps(1),
    EvidenceGrade.DOCUMENTED: _steps(2),
    EvidenceGrade.VERIFIED: _steps(3),
}
UPDATE_MARKS: dict[str, tuple[Layer, ...]] = {
    "approved": (Layer("fill", "M1 1h14v14H1z"), Layer("knock", "M4 8.4L7 11.2l5 -6", 2)),
    "submitted": (_BOX, Layer("fill", "M1.7 8h12.6v6.3H1.7z")),
    "returned": (_BOX, Layer("line", "M11 4.8v4.4H4.8M7.3 6.6l-2.6 2.6l2.6 2.6", 1.5)),
    "draft": (_BOX, Layer("line", "M4.5 11.2h4", 1.6)),
    "missing": (_BOX._replace(dash="3 2.3"),),
}

# Colours in the style sheet are tokens; a PDF needs them written out. The same values.
_INK, _PAPER, _EDGE, _SLATE = "#12212e", "#ffffff", "#857f70", "#5b6770"
_RIVER, _BRICK = "#0b3c49", "#a8402a"
MARK_COLOURS: dict[str, str] = {
    "complete": _RIVER,
    "on-track": "#2a7f92",
    "at-risk": "#e8b33c",
    "delayed": _BRICK,
    "not-started": _SLATE,
    "stopped": _INK,
    "not-reported": _SLATE,
    "sched-met": _SLATE,
    "sched-later": _SLATE,
    "sched-soon": _INK,
    "sched-overdue": _BRICK,
    "sched-none": _SLATE,
    "evidence": _RIVER,
    "box": _RIVER,
    "box-returned": _BRICK,
}
_WATER = MARK_COLOURS | {"stopped": "#c9c5ba"}
_FRAME_TOP = MARK_COLOURS | {"at-risk": _INK}


_CSS_CLASSES = {
    "fill": "m-fill",
    "line": "m-line",
    "step": "m-step",
    "knock": "m-knock",
    "knock_fill": "m-knock-fill",
    "edged": "m-fill m-edge",
    "ink": "m-ink",
    "frame": "g-frame",
    "water": "g-water",
    "hatch": "g-hatch",
    "cross": "g-cross",
    "last": "g-last",
    "top": "g-frame g-frame--top",
}


def _print_paint(kind: str, name: str) -> str:
    """Colour attributes of one layer, for a medium without a style sheet."""
    colour = MARK_COLOURS.get(name, _INK)
    fills = {"fill": colour, "edged": colour, "ink": _INK, "knock_fill": _PAPER, "frame": _PAPER}
    strokes = {
        "line": colour,
        "step": colour,
        "knock": _PAPER,
        "edged": _INK,
        "frame": _SLATE if name == "not-reported" else _EDGE,
        "hatch": _INK if name == "at-risk" else _PAPER,
        "cross": _INK,
        "last": _SLATE,
        "top": _FRAME_TOP.get(name, _INK),
    }
    if kind == "water":
        return f' fill="{_WATER[name]}"'
    stroke = f' stroke="{strokes[kind]}"' if kind in strokes else ""
    return f' fill="{fills.get(kind, "none")}"{stroke}'


def painted(layers: Iterable[Layer], name: str, medium: Medium) -> str:
    """The paths of one shape or gauge, in order. `name` is its class name, as in `on-track`."""
    parts = []
    for layer in layers:
        paint = (
            f' class="{_CSS_CLASSES[layer.kind]}"'
            if medium == "css"
            else _print_paint(layer.kind, name)
        )
        pen = f' stroke-width="{coordinate(layer.width)}"' if layer.width else ""
        if layer.dash:
            pen += f' stroke-dasharray="{layer.dash}"'
        if layer.offset:
            pen += f' stroke-dashoffset="{coordinate(layer.offset)}"'
        parts.append(f'<path d="{layer.path}"{paint}{pen}/>')
    return "".join(parts)
