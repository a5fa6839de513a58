"""Quarterly updates: what is due, writing one, and reviewing one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from civic.accounts.access import staff_only, user_of
from civic.accounts.queries import is_office, leads_unit, units_led_by
from civic.core.errors import StaleVersion
from promises.engagement_words import Difference
from promises.forms import ReturnForm, UpdateForm
from promises.forms.update import TEXTS, initial_of
from promises.models import Activity, ProgressUpdate, Quarter
from promises.queries import (
    activities_visible_to,
    current_quarter,
    final_references,
    reviews_due,
    updates_due,
    updates_visible_to,
)
from promises.queries.staff import (
    MISSING,
    days_left_words,
    engagement_counts,
    round_states,
    updates_unowned_due,
)
from promises.services import updates as services
from promises.views.scope import strategy_or_refuse
from promises.words import Delivery

State = ProgressUpdate.State
REVIEWABLE = (State.SUBMITTED, State.APPROVED, State.RETURNED)


@require_safe
@staff_only
def update_list(request: HttpRequest) -> HttpResponse:
    """What the person still owes this round, and what they wrote before."""
    strategy = strategy_or_refuse(request)
    quarter = current_quarter(strategy)
    due: list[dict[str, Any]] = []
    unowned: list[dict[str, Any]] = []
    if quarter:
        due = _due_lines(list(updates_due(request.user, quarter)), quarter)
        unowned = _due_lines(list(updates_unowned_due(request.user, quarter)), quarter)
    written = (
        updates_visible_to(request.user)
        .filter(activity__strategy=strategy, activity__owner=user_of(request))
        .exclude(state__in=ProgressUpdate.OWNER_STATES)
        .order_by("-quarter__year", "-quarter__number", "activity__reference")
    )
    context = {
        "quarter": quarter,
        "due": due,
        "unowned": unowned,
        "written": written,
        "days_left": _days_left(quarter),
    }
    return render(request, "promises/update_list.html", context)


def _due_lines(activities: list[Activity], quarter: Quarter) -> list[dict[str, Any]]:
    updates = round_states(activities, quarter)
    counts = engagement_counts(activities, quarter.period)
    return [
        {
            "activity": activity,
            "state": updates[activity.pk].state if activity.pk in updates else MISSING,
            "engagements": counts.get(activity.pk, 0),
        }
        for activity in activities
    ]


def _days_left(quarter: Quarter | None) -> str:
    return days_left_words(quarter.collecting_until, timezone.localdate()) if quarter else ""


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def update_write(request: HttpRequest, reference: str) -> HttpResponse:
    activity = _own_activity_or_404(request, reference)
    quarter = current_quarter(activity.strategy)
    update = _update_of(activity, quarter) if quarter else None
    if quarter is None or not _may_be_written(activity, update):
        return _closed_page(request, activity, quarter, update)
    last = _last_approved(activity, quarter)
    if request.method != "POST":
        initial = initial_of(update) if update else initial_of(last, as_new=True)
        return _write_page(request, UpdateForm(initial=initial), activity, quarter, update, last)
    form = UpdateForm(request.POST)
    if not form.is_valid():
        return _write_page(request, form, activity, quarter, update, last)
    try:
        saved = services.update_save(
            actor=request.user,
            activity=activity,
            quarter=quarter,
            expected_version=form.expected_version,
            **form.texts,
        )
    except ValidationError as error:
        form.take_errors(error)
        return _write_page(request, form, activity, quarter, update, last)
    except StaleVersion as error:
        return _conflict_page(request, form, activity, quarter, last, error)
    if "keep" in request.POST:
        messages.success(request, "Draft kept. It counts once you submit it.")
        return redirect("promises:update_write", activity.reference)
    try:
        services.update_submit(actor=request.user, update=saved, expected_version=saved.version)
    except ValidationError as error:
        # What was typed is kept as a draft; the page goes on from that version.
        form.go_on_from(saved.version)
        form.take_errors(error)
        return _write_page(request, form, activity, quarter, saved, last)
    messages.success(request, f"Submitted for review: {activity.title}, {quarter.key}.")
    return redirect("promises:updates")


def _own_activity_or_404(request: HttpRequest, reference: str) -> Activity:
    activity = get_object_or_404(
        activities_visible_to(request.user),
        strategy=strategy_or_refuse(request),
        reference=reference,
    )
    if not request.user.has_perm("promises.write_update", activity):
        raise Http404
    return activity


def _update_of(activity: Activity, quarter: Quarter) -> ProgressUpdate | None:
    return (
        ProgressUpdate.objects.filter(activity=activity, quarter=quarter)
        .select_related("reviewer", "author")
        .first()
    )


def _last_approved(activity: Activity, before: Quarter) -> ProgressUpdate | None:
    """The newest approved update of an earlier quarter."""
    approved = activity.updates.filter(state=State.APPROVED).select_related("quarter")
    earlier = [update for update in approved if update.quarter.period < before.period]
    return max(earlier, key=lambda update: update.quarter.period, default=None)


def _may_be_written(activity: Activity, update: ProgressUpdate | None) -> bool:
    if update is not None:
        return update.state in ProgressUpdate.OWNER_STATES
    return activity.reference not in final_references(activity.strategy, [activity.reference])


def _write_page(
    request: HttpRequest,
    form: UpdateForm,
    activity: Activity,
    quarter: Quarter,
    update: ProgressUpdate | None,
    last: ProgressUpdate | None,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    context = {
        "form": form,
        "activity": activity,
        "quarter": quarter,
        "update": update,
        "last": last,
        "engagements": engagement_counts([activity], quarter.period)[activity.pk],
        "days_left": _days_left(quarter),
        **extra,
    }
    return render(request, "promises/update_form.html", context, status=status)


def _closed_page(
    request: HttpRequest,
    activity: Activity,
    quarter: Quarter | None,
    update: ProgressUpdate | None,
) -> HttpResponse:
    """Nothing can be written now; say why, and show what was handed in."""
    context = {"activity": activity, "quarter": quarter, "update": update}
    return render(request, "promises/update_closed.html", context)


def _conflict_page(
    request: HttpRequest,
    form: UpdateForm,
    activity: Activity,
    quarter: Quarter,
    last: ProgressUpdate | None,
    error: StaleVersion,
) -> HttpResponse:
    """Both texts side by side; the next press saves over what was just shown."""
    theirs = _update_of(activity, quarter)
    if theirs is not None and theirs.state not in ProgressUpdate.OWNER_STATES:
        return _closed_page(request, activity, quarter, theirs)
    form.go_on_from(theirs.version if theirs else None)
    return _write_page(
        request,
        form,
        activity,
        quarter,
        theirs,
        last,
        status=error.status,
        conflict=error.message,
        differences=_differences(form, theirs),
        their_name=str(theirs.author) if theirs and theirs.author else "Somebody",
    )


def _differences(form: UpdateForm, theirs: ProgressUpdate | None) -> list[Difference]:
    found = []
    for name in TEXTS:
        before = _shown(name, getattr(theirs, name, None))
        after = _shown(name, form.cleaned_data[name])
        if before != after:
            found.append(Difference(str(form.fields[name].label), before, after))
    return found


def _shown(name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if name == "delivery":
        return str(Delivery(value).label)
    return f"{value}%" if name == "percent" else str(value)


@require_safe
@staff_only
def review_list(request: HttpRequest) -> HttpResponse:
    """Updates that wait for this person, oldest first. For unit leads and the office."""
    if not (units_led_by(request.user) or is_office(request.user)):
        raise Http404
    return render(request, "promises/review_list.html", {"waiting": reviews_due(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def update_review(request: HttpRequest, pk: int) -> HttpResponse:
    update = _reviewed_or_404(request, pk)
    form = ReturnForm(request.POST if request.POST.get("decision") == "return" else None)
    if request.method != "POST":
        return _review_page(request, update, form)
    version = request.POST.get("version", "")
    readable = version.isascii() and version.isdigit() and len(version) < 10
    expected = int(version) if readable else 0
    name = f"{update.activity.title}, {update.quarter.key}"
    try:
        if request.POST.get("decision") == "approve":
            services.update_approve(actor=request.user, update=update, expected_version=expected)
            messages.success(request, f"Approved: {name}.")
        elif form.is_valid():
            services.update_return(
                actor=request.user,
                update=update,
                expected_version=expected,
                reason=form.cleaned_data["reason"],
            )
            messages.success(request, f"Returned: {name}. The owner has been sent your reason.")
        else:
            return _review_page(request, update, form)
    except StaleVersion as error:
        fresh = _reviewed_or_404(request, pk)
        conflict = "The update changed while you were reading it. Read it again, then decide."
        return _review_page(request, fresh, form, status=error.status, conflict=conflict)
    return redirect("promises:reviews")


def _reviewed_or_404(request: HttpRequest, pk: int) -> ProgressUpdate:
    update = get_object_or_404(
        updates_visible_to(request.user).select_related("reviewer"), pk=pk, state__in=REVIEWABLE
    )
    if not (leads_unit(request.user, update.activity.unit_id) or is_office(request.user)):
        raise Http404
    return update


def _review_page(
    request: HttpRequest,
    update: ProgressUpdate,
    form: ReturnForm,
    status: int = 200,
    conflict: str = "",
) -> HttpResponse:
    is_own = request.user.pk in (update.author_id, update.activity.owner_id)
    waits = update.state == State.SUBMITTED and update.quarter.is_writing
    context = {
        "update": update,
        "last": _last_approved(update.activity, update.quarter),
        "engagements": engagement_counts([update.activity], update.quarter.period)[
            update.activity_id
        ],
        "form": form,
        "is_own": is_own,
        "may_decide": waits and request.user.has_perm("promises.review_update", update),
        "conflict": conflict,
    }
    return render(request, "promises/update_review.html", context, status=status)
