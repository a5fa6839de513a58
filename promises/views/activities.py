"""The live plan for staff: list, one activity, and who owns it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from civic.accounts.access import staff_only
from civic.core.errors import PortalError, StaleVersion, WrongState
from civic.core.periods import local_date, long_date
from promises.filters import ActivityFilter
from promises.forms.owner import OwnerForm
from promises.models import Activity, ProgressUpdate, Quarter
from promises.queries import activities_visible_to, current_quarter, final_references
from promises.queries.ownership import is_published, plan_lines, updates_handed_in
from promises.services import activity_owner as services
from promises.views.scope import strategy_or_refuse

PAGE_SIZE = 50
State = ProgressUpdate.State


@require_safe
@staff_only
def activity_list(request: HttpRequest) -> HttpResponse:
    strategy = strategy_or_refuse(request)
    activities = activities_visible_to(request.user).filter(strategy=strategy)
    filterset = ActivityFilter(
        request.GET, queryset=activities.order_by("reference"), request=request
    )
    filterset.offer(strategy)
    page = Paginator(filterset.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    quarter = current_quarter(strategy)
    context = {
        "filterset": filterset,
        "page": page,
        "lines": plan_lines(page.object_list, quarter),
        "quarter": quarter,
        "is_filtered": any(value for name, value in request.GET.items() if name != "page"),
    }
    return render(request, "promises/activity_list.html", context)


@require_safe
@staff_only
def activity_detail(request: HttpRequest, reference: str) -> HttpResponse:
    return _detail_page(request, _visible_or_404(request, reference))


@require_POST
@staff_only
def activity_take(request: HttpRequest, reference: str) -> HttpResponse:
    activity = _visible_or_404(request, reference, "promises.take_activity")
    try:
        services.activity_take(
            actor=request.user, activity=activity, expected_version=_expected_version(request)
        )
    except (StaleVersion, WrongState) as error:
        return _changed_meanwhile(request, reference, error)
    messages.success(request, f"You now own “{activity.title}”.")
    return redirect("promises:activity", activity.reference)


@require_POST
@staff_only
def activity_owner(request: HttpRequest, reference: str) -> HttpResponse:
    activity = _visible_or_404(request, reference, "promises.assign_activity")
    form = OwnerForm(request.POST, activity=activity)
    if not form.is_valid():
        return _detail_page(request, activity, form)
    owner = form.cleaned_data["owner"]
    try:
        services.activity_assign(
            actor=request.user,
            activity=activity,
            owner=owner,
            expected_version=_expected_version(request),
        )
    except ValidationError as error:
        form.take_errors(error)
        return _detail_page(request, activity, form)
    except StaleVersion as error:
        return _changed_meanwhile(request, reference, error, form)
    messages.success(request, f"Owner of “{activity.title}”: {owner or 'nobody yet'}.")
    return redirect("promises:activity", activity.reference)


def _visible_or_404(request: HttpRequest, reference: str, permission: str = "") -> Activity:
    """An activity of the current plan; with a permission, only for those who hold it."""
    activity = get_object_or_404(
        activities_visible_to(request.user),
        strategy=strategy_or_refuse(request),
        reference=reference,
    )
    if permission and not request.user.has_perm(permission, activity):
        raise Http404
    return activity


def _expected_version(request: HttpRequest) -> int:
    version = request.POST.get("version", "")
    readable = version.isascii() and version.isdigit() and len(version) < 10
    return int(version) if readable else 0


def _changed_meanwhile(
    request: HttpRequest, reference: str, error: PortalError, form: OwnerForm | None = None
) -> HttpResponse:
    """The activity as it is now, with what was chosen; the next press acts on what is shown."""
    activity = _visible_or_404(request, reference)
    conflict = f"Its owner is now {activity.owner}. " if activity.owner else "It has no owner now. "
    conflict = f"Somebody changed this activity before you. {conflict}Look again, then decide."
    return _detail_page(request, activity, form, status=error.status, conflict=conflict)


def _detail_page(
    request: HttpRequest,
    activity: Activity,
    form: OwnerForm | None = None,
    status: int = 200,
    conflict: str = "",
) -> HttpResponse:
    user = request.user
    quarter = current_quarter(activity.strategy)
    (line,) = plan_lines([activity], quarter)
    may_assign = user.has_perm("promises.assign_activity", activity)
    context = {
        "activity": activity,
        "commitments": activity.commitments.all(),
        "partners": activity.partners.all(),
        "milestones": activity.milestones.all(),
        "quarter": quarter,
        "update_state": line.update_state,
        "entries": [_entry(update) for update in updates_handed_in(user, activity)],
        "may_take": activity.owner_id is None and user.has_perm("promises.take_activity", activity),
        "form": (form or OwnerForm(activity=activity)) if may_assign else None,
        "may_write": quarter is not None and _may_write(user, activity, quarter, line.update_state),
        "is_published": is_published(activity),
        "conflict": conflict,
    }
    return render(request, "promises/activity_detail.html", context, status=status)


def _may_write(user: Any, activity: Activity, quarter: Quarter, state: str) -> bool:
    if not user.has_perm("promises.write_update", activity):
        return False
    if state in State.values:
        return state in ProgressUpdate.OWNER_STATES
    return activity.reference not in final_references(quarter.strategy, [activity.reference])


def _entry(update: ProgressUpdate) -> dict[str, Any]:
    """One update as the timeline shows it."""
    said = update.get_delivery_display() if update.delivery else "Nothing said"
    done = "" if update.percent is None else f", {update.percent}% done"
    by = f" by {update.author}" if update.author else ""
    on = f" on {long_date(local_date(update.submitted_at))}" if update.submitted_at else ""
    texts = [update.reason, update.narrative]
    return {
        "when": f"{update.quarter.key}, {update.get_state_display().lower()}",
        "what": f"{said}{done}",
        "delivery": update.delivery or "not_reported",
        "text": "\n\n".join(text for text in texts if text),
        "note": f"Handed in{by}{on}",
    }
