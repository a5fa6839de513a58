"""The shapes and gauges of one report as a style sheet.

A background picture is decoration in a tagged PDF: the word beside it is what is read out.
"""

import base64

from civic.reporting.facts import QuarterlyFacts, gauge_class
from promises.drawings import css_name, delivery_mark, evidence_mark, gauge, schedule_mark
from promises.words import DELIVERY_ORDER, EVIDENCE_ORDER, Schedule


def marks_css(facts: QuarterlyFacts) -> str:
    """Rules for every mark, for the gauges this report shows, and for bars of 0 to 100."""
    rules = [
        *(
            _mark(f"m-{css_name(value)}", delivery_mark(value, medium="print"))
            for value in DELIVERY_ORDER
        ),
        *(
            _mark(f"s-{css_name(value)}", schedule_mark(value, medium="print"))
            for value in Schedule.values
        ),
        *(
            _mark(f"e-{css_name(value)}", evidence_mark(value, medium="print"))
            for value in EVIDENCE_ORDER
        ),
    ]
    shown = {(activity.delivery, activity.percent) for activity in facts.activities}
    for delivery, percent in sorted(shown, key=str):
        picture = gauge(delivery, percent, medium="print")
        rules.append(f".{gauge_class(delivery, percent)}{_background(picture)}")
    rules += [f".w{place}{{width:{place}%}}.l{place}{{left:{place}%}}" for place in range(101)]
    return "\n".join(rules)


def _mark(name: str, picture: str) -> str:
    return f".{name}::before{_background(picture)}"


def _background(picture: str) -> str:
    markup = picture.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    encoded = base64.b64encode(markup.encode()).decode()
    return f'{{background-image:url("data:image/svg+xml;base64,{encoded}")}}'
