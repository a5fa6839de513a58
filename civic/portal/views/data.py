"""Downloads of what was published, the reports, and the organisations we work with."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from civic.core.errors import PortalError
from civic.core.exports import csv_download, xlsx_download
from civic.portal import columns
from civic.portal.scope import Scope, public_page
from civic.portal.views.public import published_or_404, show, shown
from civic.portal.words import year_words
from civic.reporting.queries import finished_reports
from partners.queries import organisations_visible_to
from promises.filters import PublishedActivityFilter
from promises.models import PublishedActivity, PublishedEngagement, Snapshot
from promises.queries.public import (
    every_revision,
    published_activities,
    published_engagements,
)

DOWNLOADS = {"csv": csv_download, "xlsx": xlsx_download}
ORGANISATIONS_A_PAGE = 100


class FilterRefused(PortalError):
    """The address of a download asks for a value that does not exist."""

    title = "The filter cannot be used"
    code = "filter-refused"


@public_page
def data(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Every publication with its files and fingerprint, and how we count."""
    snapshots = every_revision(scope.strategy)
    latest: dict[str, Snapshot] = {}
    for snapshot in snapshots:
        latest.setdefault(snapshot.key, snapshot)
    return show(
        request,
        "data",
        scope,
        shown(scope),
        quarters=[row for row in latest.values() if not row.is_wording_only],
        year_words=year_words(),
        chain=sorted(snapshots, key=lambda row: -row.sequence),
    )


@public_page
def activities_file(request: HttpRequest, scope: Scope, key: str, ending: str) -> HttpResponseBase:
    """The activities of one quarter, narrowed by the same filter as the page.

    Raises FilterRefused for a delivery, schedule or evidence word that does not exist.
    """
    snapshot = published_or_404(scope, key)
    filterset = PublishedActivityFilter(request.GET, queryset=published_activities(snapshot))
    if not filterset.is_valid():
        raise FilterRefused(
            " ".join(
                f"{filterset.form.fields[name].label}: {' '.join(map(str, errors))}"
                for name, errors in filterset.form.errors.items()
            )
        )
    rows: QuerySet[PublishedActivity] = filterset.qs
    return _file(ending, snapshot, "activities", columns.activity_columns(snapshot), rows)


@public_page
def engagements_file(request: HttpRequest, scope: Scope, key: str, ending: str) -> HttpResponseBase:
    """The engagements that one publication counted."""
    snapshot = published_or_404(scope, key)
    rows: QuerySet[PublishedEngagement] = published_engagements([snapshot])
    return _file(ending, snapshot, "engagements", columns.engagement_columns(snapshot), rows)


def _file(
    ending: str, snapshot: Snapshot, what: str, heads: Any, rows: QuerySet[Any]
) -> HttpResponseBase:
    if ending not in DOWNLOADS:
        raise Http404("No such file.")
    name = columns.file_name(snapshot, what)
    piecemeal = rows.iterator(chunk_size=500)
    if ending == "xlsx":
        return xlsx_download(name, heads, piecemeal, sheet=f"{what.capitalize()} {snapshot.key}")
    return csv_download(name, heads, piecemeal)


@public_page
def snapshot_file(request: HttpRequest, scope: Scope, key: str) -> HttpResponse:
    """The exact bytes that the fingerprint was taken of; `?revision=` names an earlier one."""
    revision = request.GET.get("revision", "")
    if revision and not (revision.isascii() and revision.isdigit() and len(revision) < 5):
        raise Http404("Not a revision.")
    snapshot = published_or_404(scope, key, int(revision) if revision else None)
    return _payload(snapshot)


@public_page
def wording_file(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The snapshot of the wording, made when the strategy was adopted."""
    snapshot = next((row for row in every_revision(scope.strategy) if row.is_wording_only), None)
    if snapshot is None:
        raise Http404("No wording was published on its own.")
    return _payload(snapshot)


def _payload(snapshot: Snapshot) -> HttpResponse:
    response = HttpResponse(snapshot.payload.encode(), content_type="application/json")
    name = columns.file_name(snapshot, f"revision-{snapshot.revision}")
    response["Content-Disposition"] = f'attachment; filename="{name}.json"'
    response["X-Content-SHA256"] = snapshot.sha256
    return response


@public_page
def reports(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The finished PDFs, newest quarter first."""
    found = finished_reports(scope.strategy).defer("snapshot__payload")
    return show(request, "reports", scope, shown(scope), reports=found)


@login_not_required
@require_safe
def partners(request: HttpRequest) -> HttpResponse:
    """Confirmed organisations by name; strategy partners told apart."""
    organisations = organisations_visible_to(AnonymousUser()).order_by("name")
    strategy_partners = organisations.filter(is_strategy_partner=True)
    others = organisations.filter(is_strategy_partner=False)
    page = Paginator(others, ORGANISATIONS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "portal/public/partners.html",
        {
            "total": organisations.count(),
            "strategy_partners": list(strategy_partners),
            "others": page,
        },
    )
