"""The page of one report: how far it is, and its file."""

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from civic.core.attachments import attachment_response
from civic.reporting.models import Report
from civic.reporting.quarterly import file_name
from civic.reporting.queries import reports_visible_to
from civic.reporting.services import report_retry


@login_not_required
@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the report is; once finished, anybody may see and download it."""
    found = _visible(request, pk)
    # The frame of the page speaks of the report's own strategy.
    request.strategy = found.snapshot.strategy  # type: ignore[attr-defined]
    is_staff = request.user.has_perm("reporting.follow_report")
    return render(
        request,
        "reporting/report.html",
        {
            "report": found,
            "snapshot": found.snapshot,
            "base": "base_staff.html" if is_staff else "base.html",
            "is_staff": is_staff,
            "retry_url": reverse("reporting:retry", args=[found.pk])
            if request.user.has_perm("reporting.retry_report", found)
            else "",
        },
    )


@login_not_required
@require_safe
def download(request: HttpRequest, pk: int) -> FileResponse:
    """The finished file, for anybody."""
    found = _visible(request, pk)
    if found.attachment is None:
        raise Http404
    return attachment_response(found.attachment, file_name(found.snapshot))


@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a report that failed made again."""
    found = _visible(request, pk)
    if not request.user.has_perm("reporting.retry_report", found):
        raise Http404
    report_retry(actor=request.user, report=found)
    return redirect("reporting:report", found.pk)


def _visible(request: HttpRequest, pk: int) -> Report:
    return get_object_or_404(reports_visible_to(request.user), pk=pk)
