"""Every way a report changes: asked for, made once, tried again."""

from typing import Any

from django.db import transaction

from civic.core.attachments import attachment_store
from civic.core.audit import audit_record
from civic.core.errors import NotAllowed, WrongState
from civic.core.jobs import job_request, job_retry
from civic.core.pdf import PdfResult
from civic.reporting.models import Report
from civic.reporting.quarterly import file_name
from promises.models import PublicationRequest, Quarter, Snapshot
from promises.services.publication import publication_sign_off, quarter_publish

JOB_KIND = "report"


@transaction.atomic
def report_request(*, actor: Any, snapshot: Snapshot) -> Report:
    """Ask for the quarterly report of a snapshot. Asking again gives back the same report.

    A worker starts on it after commit. Raises WrongState for a snapshot of the wording alone.
    """
    if snapshot.is_wording_only:
        raise WrongState("A report is made of a published quarter. Publish the quarter first.")
    job = job_request(
        kind=JOB_KIND,
        key=f"report:quarterly:{snapshot.pk}",
        payload={"snapshot": snapshot.pk},
        actor=actor,
    )
    report, created = Report.objects.get_or_create(
        kind=Report.Kind.QUARTERLY,
        snapshot=snapshot,
        defaults={"job": job, "requested_by": actor},
    )
    if created:
        audit_record(actor=actor, verb="report_request", instance=report)
    elif report.job_id is None:
        report.job = job
        report.save(update_fields=["job"])
    return report


@transaction.atomic
def report_retry(*, actor: Any, report: Report) -> None:
    """Make a report that failed again. Raises NotAllowed; WrongState when it has not failed."""
    if not actor.has_perm("reporting.retry_report", report):
        raise NotAllowed("Only the office has a report made again. Tell the office that it failed.")
    if report.job is None:
        raise WrongState("Nothing is known of how this report was made. Ask for it again.")
    job_retry(job=report.job)
    audit_record(actor=actor, verb="report_retry", instance=report)


@transaction.atomic
def report_attach(*, report: Report, pdf: PdfResult) -> Report:
    """Store a finished document as the report's file, once: a second one is thrown away.

    Raises FileRefused when it is larger than the limit for files.
    """
    attachment = attachment_store(
        content=pdf.content,
        name=file_name(report.snapshot),
        content_type="application/pdf",
        actor=report.requested_by,
    )
    taken = Report.objects.filter(pk=report.pk, attachment__isnull=True).update(
        attachment=attachment, pages=pdf.pages
    )
    if taken:
        audit_record(
            actor=None,
            verb="report_attach",
            instance=report,
            changes={"sha256": ["", attachment.sha256]},
        )
    else:
        attachment.file.delete(save=False)
        attachment.delete()
    report.refresh_from_db()
    return report


@transaction.atomic
def publish_and_report(*, actor: Any, request: PublicationRequest, at: Any = None) -> Report:
    """Sign a publication off as `actor`, and ask for its report: both happen, or neither.

    Raises what `publication_sign_off` raises.
    """
    snapshot = publication_sign_off(actor=actor, request=request, at=at)
    return report_request(actor=actor, snapshot=snapshot)


@transaction.atomic
def quarter_publish_and_report(
    *, actor: Any, signed_off_by: Any, quarter: Quarter, at: Any = None
) -> Report:
    """The command's way: asked for by `actor`, signed off by `signed_off_by`, then the report.

    Raises what `quarter_publish` raises.
    """
    snapshot = quarter_publish(actor=actor, signed_off_by=signed_off_by, quarter=quarter, at=at)
    return report_request(actor=actor, snapshot=snapshot)
