"""The quarterly report: from a snapshot to a PDF."""

from collections.abc import Callable

from django.conf import settings
from django.template.loader import render_to_string

from civic.core.pdf import PdfResult, render_pdf
from civic.core.periods import local_date, long_date
from civic.reporting.facts import QuarterlyFacts
from civic.reporting.gather import gather
from civic.reporting.marks import marks_css
from promises.models import Snapshot

TEMPLATE = "reporting/quarterly/report.html"
STYLESHEET = "report/report.css"

GATHERING = ("Gathering the facts", 10)
DRAWING = ("Drawing the pages", 30)


def quarterly_pdf(
    snapshot: Snapshot, progress: Callable[[str, int], None] = lambda _stage, _percent: None
) -> PdfResult:
    """The report of one published quarter. Reads the snapshot and its published rows alone, so
    the same snapshot gives the same words for ever."""
    progress(*GATHERING)
    facts = gather(snapshot)
    progress(*DRAWING)
    return render_pdf(quarterly_html(facts), stylesheets=[STYLESHEET], css=marks_css(facts))


def quarterly_html(facts: QuarterlyFacts) -> str:
    """The report as one HTML page, before it is laid out."""
    snapshot = facts.snapshot
    return render_to_string(
        TEMPLATE,
        {
            "facts": facts,
            "snapshot": snapshot,
            "strategy": snapshot.strategy,
            "labels": facts.labels,
            "period": facts.period,
            "published_on": long_date(local_date(snapshot.published_at)),
            "data_url": f"{settings.SITE_URL}/data/",
            "glossary": glossary(facts.labels),
        },
    )


def file_name(snapshot: Snapshot) -> str:
    """`progress-report-2025-26-Q1-revision-1.pdf`."""
    return f"progress-report-{snapshot.key}-revision-{snapshot.revision}.pdf"


def glossary(labels: dict[str, str]) -> list[tuple[str, str]]:
    """The words of the report and what they mean, in the strategy's own labels."""
    promise, commitment = labels["promise_lower"], labels["commitment_lower"]
    return [
        (labels["promise"], "What the institution has said in public that it will do"),
        (labels["commitment"], f"One part of a {promise}. Its wording is frozen"),
        ("Activity", f"One item of the plan, with an owner. It serves one {commitment} or several"),
        ("Milestone", "A dated step of an activity"),
        ("Engagement", "One thing that happened, from a date to a date, and was logged"),
        ("Measure", "A quantity followed over time, with a baseline and a target where they exist"),
        ("Complete", "Finished. Nothing more is due"),
        ("On track", "Its owner expects it to be done by its date"),
        ("At risk", "It may miss its date or its aim"),
        ("Delayed", "It has missed a date, or will"),
        ("Not started", "Planned, and not begun"),
        ("Stopped", "Ended before it was finished, for the reason given"),
        ("Not reported", "No approved update reached us this quarter"),
        ("Snapshot", "The facts of a quarter, frozen when it was published"),
        ("Revision", "A later publication of the same quarter, with a correction and its reason"),
        ("Late entry", "An engagement logged after its own quarter was published"),
    ]
