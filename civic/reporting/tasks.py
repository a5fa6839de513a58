"""What a worker does for reports, and what the reconciler looks for."""

import logging
from typing import Any

from civic.core.errors import NotFound
from civic.core.jobs import Progress, job_handler, on_tick
from civic.core.models import Job
from civic.reporting.models import Report
from civic.reporting.quarterly import quarterly_pdf
from civic.reporting.queries import snapshots_without_report
from civic.reporting.services import JOB_KIND, report_attach, report_request

logger = logging.getLogger(__name__)

CHECKING = ("Checking the file", 80)
STORING = ("Storing", 90)
AT_ONCE = 10


@job_handler(JOB_KIND)
def make_report(job: Job, progress: Progress) -> dict[str, Any]:
    """Draw the report and store it. One that is stored already is left as it is."""
    report = Report.objects.filter(job=job).select_related("snapshot__strategy").first()
    if report is None:
        raise NotFound("The report that this job was for is gone. Ask for it again.")
    if report.attachment_id is None:
        pdf = quarterly_pdf(report.snapshot, progress)
        progress(*CHECKING)
        for address in pdf.refused:
            logger.warning("Report %s was denied %s", report.pk, address)
        progress(*STORING)
        report = report_attach(report=report, pdf=pdf)
    return {"report": report.pk, "pages": report.pages}


@on_tick
def reports_wanted() -> None:
    """Ask for the report of every published quarter that has none, however it was published."""
    for snapshot in snapshots_without_report()[:AT_ONCE]:
        report_request(actor=None, snapshot=snapshot)
