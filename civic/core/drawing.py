"""SVG pictures drawn on the server: the frame they share, and the plain charts.

Every function is pure and returns safe markup; words that come from outside are escaped.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from civic.core.templatetags._format import number

BAR_LENGTH = 300
_CHART_HEIGHT, _CHART_BASE, _CHART_TOP, _COLUMN, _PITCH = 204, 176, 26, 64, 80


def coordinate(value: float) -> str:
    """A number as short as SVG allows, to a tenth of a unit."""
    written = f"{value:.1f}".removesuffix(".0")
    if written == "-0":
        return "0"
    return written.replace("-0.", "-.").removeprefix("0") or "0"


class Layer(NamedTuple):
    """One path. `kind` says what it is, and so how each medium paints it."""

    kind: str
    path: str
    width: float = 0
    dash: str = ""
    offset: float = 0


_TOKEN = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)")
_ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "Q": 4, "T": 2, "C": 6, "A": 7, "Z": 0}


def _moved(path: str, x: float, y: float, scale: float) -> str:
    """The same path, scaled and then moved by (x, y)."""
    tokens = _TOKEN.findall(path)
    out: list[str] = []
    position = 0
    while position < len(tokens):
        command = tokens[position]
        count = _ARGUMENTS[command.upper()]
        numbers = [float(token) for token in tokens[position + 1 : position + 1 + count]]
        position += 1 + count
        dx, dy = (x, y) if command.isupper() else (0, 0)
        out.append(command + " ".join(_moved_numbers(command.upper(), numbers, dx, dy, scale)))
    return "".join(out)


def _moved_numbers(
    command: str, numbers: list[float], dx: float, dy: float, scale: float
) -> Iterator[str]:
    if command == "V":
        yield coordinate(numbers[0] * scale + dy)
        return
    start = 0
    if command == "A":
        # Radii scale but do not move; rotation and flags stay as they are.
        yield from (coordinate(radius * scale) for radius in numbers[:2])
        yield from (str(int(flag)) for flag in numbers[2:5])
        start = 5
    for index, value in enumerate(numbers[start:]):
        yield coordinate(value * scale + (dy if index % 2 else dx))


def placed(layers: Iterable[Layer], x: float, y: float, scale: float) -> Iterator[Layer]:
    """The same layers, scaled and then moved by (x, y); pens scale with them."""
    for layer in layers:
        yield layer._replace(
            path=_moved(layer.path, x, y, scale),
            width=layer.width * scale,
            dash=" ".join(coordinate(float(part) * scale) for part in layer.dash.split()),
            offset=layer.offset * scale,
        )


def joined(layers: Iterable[Layer]) -> list[Layer]:
    """Layers of one kind as one path, in the order in which each kind first appears."""
    found: dict[tuple[Any, ...], list[str]] = {}
    for kind, path, *pen in layers:
        found.setdefault((kind, *pen), []).append(path)
    return [Layer(key[0], "".join(paths), *key[1:]) for key, paths in found.items()]


def svg(
    body: str,
    width: float,
    height: float,
    *,
    title: str = "",
    uid: str = "",
    css_class: str = "",
    sized: bool = False,
) -> SafeString:
    """An `<svg>` around finished markup. With a title it is a picture, without one decoration.

    `uid` becomes the id of the title, for pages that point to it; it must be unique on the page.
    """
    size = format_html(' width="{}" height="{}"', coordinate(width), coordinate(height))
    return format_html(
        '<svg{} viewBox="0 0 {} {}"{}{}>{}{}</svg>',
        format_html(' class="{}"', css_class) if css_class else "",
        coordinate(width),
        coordinate(height),
        size if sized else "",
        _role(title, uid),
        _title(title, uid),
        mark_safe(body),  # noqa: S308 (built here from numbers and escaped words)
    )


def _role(title: str, uid: str) -> SafeString:
    if not title:
        return mark_safe(' aria-hidden="true" focusable="false"')
    if not uid:
        return mark_safe(' role="img"')
    return format_html(' role="img" aria-labelledby="{}-title"', uid)


def _title(title: str, uid: str) -> str:
    if not title:
        return ""
    if not uid:
        return format_html("<title>{}</title>", title)
    return format_html('<title id="{}-title">{}</title>', uid, title)


def target_bar(
    amount: Any, target: Any = None, baseline: Any = None, *, said: str = ""
) -> SafeString:
    """One bar from zero, with marks at the target and the baseline. `said` names the amount."""
    known = [Decimal(str(value)) for value in (amount, target, baseline) if value is not None]
    longest = max([*known, Decimal(0)]) or Decimal(1)

    def along(value: Any) -> str:
        share = max(Decimal(str(value)), Decimal(0)) / longest
        return coordinate(float(share * (BAR_LENGTH - 1)))

    words = [said or number(amount)]
    parts = [
        f'<path class="c-rail" d="M0 8h{BAR_LENGTH}v14H0z"/>',
        f'<path class="c-bar" d="M0 8h{along(amount)}v14H0z"/>',
    ]
    if target is not None:
        words.append(f"against a target of {number(target)}")
        parts.append(f'<path class="c-target" d="M{along(target)} 2v26"/>')
    if baseline is not None:
        words.append(f"from a baseline of {number(baseline)}")
        at = along(baseline)
        parts.append(f'<path class="c-base" d="M{at} 8v14"/>')
        parts.append(f'<path class="c-base-mark" d="M{at} 23l4 6h-8z"/>')
    return svg("".join(parts), BAR_LENGTH, 30, title=", ".join(words))


def column_chart(
    points: Sequence[dict[str, Any]],
    *,
    title: str,
    target: Any = None,
    target_text: str = "",
    uid: str = "",
) -> SafeString:
    """Columns from zero, one for each point (`label`, `amount`, optional `text`).

    The newest column is dark. A point without an amount keeps its place, marked as a gap.
    """
    amounts = [Decimal(str(p["amount"])) for p in points if p.get("amount") is not None]
    highest = max([*amounts, Decimal(str(target or 0)), Decimal(0)]) or Decimal(1)

    def level(value: Any) -> float:
        share = max(Decimal(str(value)), Decimal(0)) / highest
        return _CHART_BASE - float(share) * (_CHART_BASE - _CHART_TOP)

    width = max(len(points), 1) * _PITCH
    parts = [f'<path class="c-axis" d="M0 {_CHART_BASE}h{width}"/>']
    if target is not None:
        words = target_text or f"Target {number(target)}"
        parts.append(_target_line(level(target), width, words))
    last = max((i for i, p in enumerate(points) if p.get("amount") is not None), default=-1)
    for index, point in enumerate(points):
        amount = point.get("amount")
        height = None if amount is None else level(amount)
        parts.append(_column(point, index * _PITCH + 8, height, newest=index == last))
    body = "".join(parts)
    said = [f"{p['label']} {_point_text(p)}" for p in points]
    if target is not None:
        said.append(target_text or f"target {number(target)}")
    full_title = f"{title}: {', '.join(said)}" if said else title
    return svg(body, width, _CHART_HEIGHT, title=full_title, uid=uid, css_class="civic-chart")


def _point_text(point: dict[str, Any]) -> str:
    if point.get("amount") is None:
        return "no reading"
    return str(point.get("text") or number(point["amount"]))


def _target_line(level: float, width: int, words: str) -> str:
    return format_html(
        '<path class="c-target" stroke-dasharray="6 4" d="M0 {}h{}"/>'
        '<text class="c-text c-text--strong" x="0" y="{}">{}</text>',
        coordinate(level),
        width,
        coordinate(level - 8),
        words,
    )


def _column(point: dict[str, Any], x: int, top: float | None, *, newest: bool) -> str:
    middle = x + _COLUMN // 2
    label = format_html(
        '<text class="{}" x="{}" y="{}" text-anchor="middle">{}</text>',
        "c-text c-text--strong" if newest else "c-text",
        middle,
        _CHART_BASE + 20,
        point["label"],
    )
    if top is None:
        return format_html(
            '<path class="c-gap" stroke-dasharray="3 3" d="M{} {}h{}"/>'
            '<text class="c-text" x="{}" y="{}" text-anchor="middle">{}</text>{}',
            x,
            _CHART_BASE - 4,
            _COLUMN,
            middle,
            _CHART_BASE - 12,
            "No reading",
            label,
        )
    # A low column has no room for its figure: the figure stands on top of it.
    inside = _CHART_BASE - top >= 28
    if not inside:
        css_class = "c-text c-text--strong"
    else:
        css_class = "c-text c-text--onbar" if newest else "c-text c-text--strong"
    return format_html(
        '<path class="{}" d="M{} {}h{}V{}H{}z"/>'
        '<text class="{}" x="{}" y="{}" text-anchor="middle">{}</text>{}',
        "c-bar" if newest else "c-bar c-bar--soft",
        x,
        coordinate(top),
        _COLUMN,
        _CHART_BASE,
        x,
        css_class,
        middle,
        coordinate(top + 20 if inside else top - 6),
        _point_text(point),
        label,
    )
