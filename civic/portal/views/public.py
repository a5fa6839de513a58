"""The public pages about promises: what was published, and nothing else."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from civic.core.periods import Period
from civic.core.words import spelled
from civic.portal import summaries
from civic.portal.scope import Scope, public_page
from civic.portal.words import answer, comparison, shortfall, uncounted, unreported
from civic.reporting.queries import finished_reports
from promises.filters import PublishedActivityFilter
from promises.models import PublishedActivity, Snapshot
from promises.queries import (
    activity_history,
    changes_since_previous,
    delivery_score,
    previous_snapshot,
    promise_rows,
    published_snapshots,
    snapshot_for,
)
from promises.queries.public import (
    adopted_strategies,
    commitment_wordings,
    engagement_total,
    evidence_counts,
    evidence_words,
    headline_figures,
    published_activities,
    published_activity,
    published_commitment,
    published_engagements,
    quarter_scores,
    schedule_counts,
    wording_counts,
)

ACTIVITIES_A_PAGE = 100
CHANGES_ON_HOME = 5
FIGURES_ON_HOME = 3
QUARTERS_ON_GROUND = 4
ENGAGEMENTS_SHOWN = 20


def shown(scope: Scope) -> Snapshot:
    """The publication that pages without a quarter in their address are drawn from."""
    if scope.latest is None:
        raise Http404("Nothing has been published.")
    return scope.latest


def show(
    request: HttpRequest, name: str, scope: Scope, snapshot: Snapshot, **context: Any
) -> HttpResponse:
    """A public page with what all of them need."""
    context |= {
        "scope": scope,
        "strategy": scope.strategy,
        "snapshot": snapshot,
        "labels": scope.labels,
        "is_demo": scope.strategy.is_demo,
    }
    return render(request, f"portal/public/{name}.html", context)


@public_page
def home(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The answer in one sentence, and the tides of every promise."""
    snapshot = shown(scope)
    rows = promise_rows(snapshot)
    if snapshot.is_wording_only:
        return show(request, "home_wording", scope, snapshot, rows=rows)
    score = delivery_score(snapshot)
    changes = changes_since_previous(snapshot)
    return show(
        request,
        "home",
        scope,
        snapshot,
        answer=answer(score.counts, "things we set out to do", "thing we set out to do"),
        unreported=unreported(score.counts),
        figures=headline_figures(snapshot)[:FIGURES_ON_HOME],
        changes=summaries.change_sample(changes, CHANGES_ON_HOME),
        change_count=len(changes),
        since=previous_snapshot(snapshot),
        **_tides(rows, score, scope, means=False),
    )


@public_page
def progress(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The newest published quarter."""
    snapshot = shown(scope)
    if snapshot.is_wording_only:
        return show(request, "progress_wording", scope, snapshot)
    return _quarter_page(request, scope, snapshot)


@public_page
def quarter(request: HttpRequest, scope: Scope, key: str) -> HttpResponse:
    """One published quarter at its latest revision; 404 for any other."""
    return _quarter_page(request, scope, published_or_404(scope, key))


def published_or_404(scope: Scope, key: str, revision: int | None = None) -> Snapshot:
    """The snapshot of a published quarter named in an address."""
    try:
        period = Period.parse(key)
    except ValueError as error:
        raise Http404("Not a quarter.") from error
    snapshot = snapshot_for(scope.strategy, period, revision)
    if snapshot is None:
        raise Http404("Not a published quarter.")
    return snapshot


def _quarter_page(request: HttpRequest, scope: Scope, snapshot: Snapshot) -> HttpResponse:
    activities = list(published_activities(snapshot))
    rows = promise_rows(snapshot, activities)
    score = delivery_score(snapshot)
    before = previous_snapshot(snapshot)
    filterset = activity_filter(request, snapshot, activities, rows, scope)
    found = Paginator(filterset.qs, ACTIVITIES_A_PAGE).get_page(request.GET.get("page"))
    return show(
        request,
        "progress",
        scope,
        snapshot,
        answer=answer(score.counts),
        shortfall=shortfall(score.counts),
        comparison=_comparison(score, before),
        score=score,
        since=before,
        schedule=[(value, count) for value, count in schedule_counts(activities).items() if count],
        evidence=evidence_counts(activities).items(),
        changes=changes_since_previous(snapshot),
        figures=headline_figures(snapshot),
        quarters=summaries.compare_rows(quarter_scores(scope.strategy), scope),
        filterset=filterset,
        found=found,
        report=finished_reports(scope.strategy).filter(snapshot=snapshot).first(),
        payload_bytes=len(snapshot.payload.encode()),
        query=filtered_query(request),
        **_tides(rows, score, scope),
    )


def activity_filter(
    request: HttpRequest,
    snapshot: Snapshot,
    activities: list[PublishedActivity],
    rows: Any,
    scope: Scope,
) -> PublishedActivityFilter:
    """The filter of a quarter's activities, its lists filled with what occurs there."""
    filterset = PublishedActivityFilter(request.GET, queryset=published_activities(snapshot))
    filterset.offer(
        promises=[(row.number, row.title) for row in rows],
        commitments=[entry.commitment.code for row in rows for entry in row.commitments],
        activities=activities,
        labels=scope.labels,
    )
    return filterset


def filtered_query(request: HttpRequest) -> str:
    """The filter in the address, without the page: for links to the same rows as a file."""
    query = request.GET.copy()
    query.pop("page", None)
    return f"?{query.urlencode()}" if query else ""


def _tides(rows: Any, score: Any, scope: Scope, *, means: bool = True) -> dict[str, Any]:
    many = f"All {spelled(len(rows))}" if len(rows) > 1 else "All"
    return {
        "tides": summaries.tide_rows(rows, scope, means=means),
        "across": summaries.longest(rows),
        "count_rows": summaries.count_rows(rows, scope),
        "total_row": summaries.total_row(score, many),
        "roll_up_note": summaries.roll_up_note(rows, score.total, scope.labels),
        "how_many": spelled(len(rows)),
    }


def _comparison(score: Any, before: Snapshot | None) -> str:
    if before is None or before.period is None:
        return ""
    return comparison(score.counts, delivery_score(before).counts, f"{before.as_of:%B}")


@public_page
def promises(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Every promise with its commitments."""
    snapshot = shown(scope)
    rows = promise_rows(snapshot)
    pages = [
        {"row": row, "url": scope.url("promise", row.number), "answer": answer(row.counts)}
        for row in rows
    ]
    return show(
        request,
        "promises",
        scope,
        snapshot,
        pages=pages,
        across=summaries.longest(rows),
        how_many=spelled(len(rows)),
    )


@public_page
def promise(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    """One promise: its finding, its gauges by commitment, and each commitment's activities."""
    snapshot = shown(scope)
    rows = promise_rows(snapshot)
    row = next((row for row in rows if row.number == number), None)
    if row is None:
        raise Http404("No such promise.")
    wordings = wording_counts(scope.strategy, [entry.commitment for entry in row.commitments])
    chapters = [
        {
            "commitment": entry.commitment,
            "activities": entry.activities,
            "wording": summaries.wording_line(*wordings.get(entry.commitment.code, (1, None))),
        }
        for entry in row.commitments
    ]
    return show(
        request,
        "promise",
        scope,
        snapshot,
        row=row,
        answer=answer(row.counts),
        shortfall=shortfall(row.counts),
        chapters=chapters,
        many=len(rows),
        others=summaries.tide_rows([other for other in rows if other is not row], scope),
        across=summaries.longest(rows),
        mean_note=summaries.MEAN_NOTE,
    )


@public_page
def commitment(request: HttpRequest, scope: Scope, code: str) -> HttpResponse:
    """One commitment: its wording, the wordings before it, and what is done about it."""
    snapshot = shown(scope)
    found = published_commitment(snapshot, code)
    if found is None:
        raise Http404("No such commitment.")
    activities = list(found.activities.all())
    snapshots = list(published_snapshots(scope.strategy).defer("payload"))
    total = engagement_total(snapshots, [row.reference for row in activities])
    return show(
        request,
        "commitment",
        scope,
        snapshot,
        commitment=found,
        activities=activities,
        wordings=commitment_wordings(scope.strategy, found),
        total=total,
        uncounted_note=uncounted(total.uncounted),
        quarters=len(snapshots),
    )


@public_page
def activity(request: HttpRequest, scope: Scope, reference: str) -> HttpResponse:
    """One activity: three facts, what its owner has said, steps, figures, evidence, engagements."""
    history = activity_history(scope.strategy, reference)
    if not history:
        raise Http404("No such activity has been published.")
    found = published_activity(history[0].snapshot, reference)
    if found is None:
        raise Http404("No such activity has been published.")
    snapshots = list(published_snapshots(scope.strategy).defer("payload"))
    recent = snapshots[:QUARTERS_ON_GROUND]
    engagements = published_engagements(recent).filter(activities__reference=reference)
    readings = [(row, summaries.readings_in_order(row)) for row in found.indicators.all()]
    return show(
        request,
        "activity",
        scope,
        history[0].snapshot,
        activity=found,
        is_past=bool(scope.latest and scope.latest.pk != history[0].snapshot_id),
        done=summaries.done_words(found),
        evidence_note=evidence_words(found),
        entries=summaries.history_entries(history, snapshots),
        indicators=[(row, rows, summaries.reading_points(rows)) for row, rows in readings],
        engagements=summaries.engagement_rows(engagements[:ENGAGEMENTS_SHOWN]),
        total=engagement_total(recent, [reference]),
        recent=recent,
    )


@login_not_required
@require_safe
def strategies(request: HttpRequest) -> HttpResponse:
    """Every adopted strategy, the current one first."""
    return render(request, "portal/public/strategies.html", {"strategies": adopted_strategies()})
