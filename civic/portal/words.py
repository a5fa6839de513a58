"""Findings in plain sentences, made from counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from civic.core.periods import Period, long_date
from civic.core.words import listed, spelled
from promises.words import KEPT_DELIVERY, Delivery


def sentence(text: str) -> str:
    """The text with a capital first and a full stop; an empty text stays empty."""
    return f"{text[0].upper()}{text[1:]}." if text else ""


@dataclass(frozen=True)
class Answer:
    """The finding that opens a page: a count, what is counted, and what is left."""

    count: str
    rest: str
    verdict: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.count, self.rest, self.verdict) if part)


def answer(
    counts: Mapping[str, int], things: str = "activities", thing: str = "activity"
) -> Answer:
    """`26 of 37 activities are complete or on track. Eleven are not.`"""
    total = sum(counts.values())
    kept = sum(number for delivery, number in counts.items() if delivery in KEPT_DELIVERY)
    left = total - kept
    if not total:
        return Answer("", f"There are no {things} here yet.")
    if total == 1:
        word = "is" if kept else "is not"
        return Answer("One", f"{thing}, and it {word} complete or on track.")
    if not left:
        return Answer(f"All {total:,}", f"{things} are complete or on track.")
    if not kept:
        return Answer(f"None of {total:,}", f"{things} is complete or on track.")
    verb = "is" if kept == 1 else "are"
    verdict = "one is not" if left == 1 else f"{spelled(left)} are not"
    return Answer(
        f"{kept:,} of {total:,}", f"{things} {verb} complete or on track.", sentence(verdict)
    )


def shortfall(counts: Mapping[str, int]) -> str:
    """What became of those that are neither complete nor on track, in one sentence."""
    behind = [
        (delivery, counts.get(delivery, 0)) for delivery in (Delivery.AT_RISK, Delivery.DELAYED)
    ]
    words = _either(Delivery(name).label.lower() for name, number in behind if number)
    parts = [
        _counted(sum(number for _name, number in behind), f"is {words}", f"are {words}"),
        _counted(counts.get(Delivery.NOT_STARTED, 0), "has not started", "have not started"),
        _counted(counts.get(Delivery.STOPPED, 0), "was stopped", "were stopped"),
        _counted(counts.get(Delivery.NOT_REPORTED, 0), "sent us no update", "sent us no update"),
    ]
    return sentence(listed([part for part in parts if part]))


def _either(parts: Iterable[str]) -> str:
    return " or ".join(parts)


def unreported(counts: Mapping[str, int]) -> str:
    """`Three did not report this time.`"""
    number = counts.get(Delivery.NOT_REPORTED, 0)
    return sentence(_counted(number, "did not report this time", "did not report this time"))


def comparison(counts: Mapping[str, int], before: Mapping[str, int], when: str) -> str:
    """`Two more are complete than in July and one fewer went unreported.`; empty if no change."""
    complete = _difference(counts, before, Delivery.COMPLETE)
    silent = _difference(counts, before, Delivery.NOT_REPORTED)
    parts = []
    if complete:
        verb = "is" if abs(complete) == 1 else "are"
        parts.append(f"{_more(complete)} {verb} complete than in {when}")
    if silent:
        parts.append(f"{_more(silent)} went unreported{'' if complete else f' than in {when}'}")
    return sentence(listed(parts))


def _difference(counts: Mapping[str, int], before: Mapping[str, int], delivery: str) -> int:
    return counts.get(delivery, 0) - before.get(delivery, 0)


def _more(difference: int) -> str:
    return f"{spelled(abs(difference))} {'more' if difference > 0 else 'fewer'}"


def _counted(number: int, one: str, many: str) -> str:
    return f"{spelled(number)} {one if number == 1 else many}" if number else ""


def year_words() -> str:
    """When a year and its quarters begin and end, and how a quarter is written."""
    quarters = [Period(2025, number) for number in (1, 2, 3, 4)]
    first, last = quarters[0].starts_on, quarters[-1].ends_on
    spans = [
        f"quarter {period.number} is {period.starts_on:%B} to {period.ends_on:%B}"
        for period in quarters
    ]
    return (
        f"A year runs from {first.day} {first:%B} to {last.day} {last:%B}: {listed(spans)}. "
        f"{quarters[0].key} is the first quarter of the year that began on {long_date(first)}. "
        "A day belongs to its quarter in United Kingdom time."
    )


def uncounted(number: int) -> str:
    """How a total of people was made, and how many engagements add nobody to it."""
    made = "Counted, ticketed or estimated; a range adds its middle"
    if not number:
        return f"{made}."
    rest = "was not counted and adds" if number == 1 else "were not counted and add"
    return f"{made}. {spelled(number).capitalize()} {rest} nobody."
