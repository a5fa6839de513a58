"""The engagement log: list, export, one entry, write, edit, withdraw."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civic.accounts.access import staff_only, user_of
from civic.core.errors import StaleVersion
from civic.core.exports import csv_download, xlsx_download
from promises.engagement_words import data_of, differences_between, history_of
from promises.exports import ENGAGEMENT_COLUMNS
from promises.filters import EngagementFilter
from promises.forms import EngagementForm, WithdrawForm
from promises.forms.engagement import UNTITLED, initial_of
from promises.models import Engagement
from promises.queries import activities_visible_to, engagements_visible_to
from promises.services import engagements as services
from promises.views.scope import strategy_or_refuse

PAGE_SIZE = 50
LOGGED, DRAFT = Engagement.State.LOGGED.value, Engagement.State.DRAFT.value


def _log(user: Any) -> QuerySet[Engagement]:
    return (
        engagements_visible_to(user)
        .select_related("engagement_type", "logged_by", "unit", "likely_duplicate_of")
        .prefetch_related("activities", "partners")
    )


def _filtered(request: HttpRequest) -> EngagementFilter:
    strategy = strategy_or_refuse(request)
    filterset = EngagementFilter(
        request.GET, queryset=_log(request.user).filter(strategy=strategy), request=request
    )
    filterset.offer(
        activities_visible_to(request.user).filter(strategy=strategy).order_by("reference")
    )
    return filterset


@require_safe
@staff_only
def engagement_list(request: HttpRequest) -> HttpResponse:
    filterset = _filtered(request)
    page = Paginator(filterset.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "filterset": filterset,
        "page": page,
        "query": query.urlencode(),
        "is_filtered": any(query.values()),
    }
    return render(request, "promises/engagement_list.html", context)


@require_safe
@staff_only
def engagement_export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The same list as the page, whole, as a file that the import reads again."""
    rows = _filtered(request).qs
    if kind == "csv":
        return csv_download("engagements", ENGAGEMENT_COLUMNS, rows.iterator(chunk_size=500))
    return xlsx_download("engagements", ENGAGEMENT_COLUMNS, rows, sheet="Engagements")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def engagement_new(request: HttpRequest) -> HttpResponse:
    strategy = strategy_or_refuse(request)
    keeping = "keep" in request.POST
    if request.method != "POST":
        initial = {"submission_key": uuid.uuid4(), **_copied(request)}
        form = EngagementForm(initial=initial, user=request.user, strategy=strategy)
        return _form_page(request, form)
    form = EngagementForm(request.POST, user=request.user, strategy=strategy, keeping_draft=keeping)
    if not form.is_valid():
        return _form_page(request, form)
    made = Engagement.objects.filter(submission_key=form.key, logged_by=user_of(request)).first()
    if form.key and made:
        messages.info(
            request, f"Already logged: “{made.title}”. If something is different, edit it."
        )
        return redirect("promises:engagement", made.pk)
    try:
        engagement = services.engagement_log(
            actor=request.user,
            data=form.to_data(),
            submission_key=form.key,
            state=DRAFT if keeping else LOGGED,
        )
    except ValidationError as error:
        form.take_errors(error)
        return _form_page(request, form)
    return _after_saving(request, engagement)


def _copied(request: HttpRequest) -> dict[str, Any]:
    """What a copy of `?copy=<id>` begins with; nothing where there is no such entry."""
    number = request.GET.get("copy", "")
    if not (number.isascii() and number.isdigit()):
        return {}
    source = engagements_visible_to(request.user).filter(pk=int(number)).first()
    return initial_of(source, copying=True) if source else {}


@require_safe
@staff_only
def engagement_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail_page(request, _visible_or_404(request, pk), WithdrawForm())


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def engagement_edit(request: HttpRequest, pk: int) -> HttpResponse:
    engagement = _editable_or_404(request, pk)
    keeping = "keep" in request.POST and engagement.state == DRAFT
    form = EngagementForm(
        request.POST if request.method == "POST" else None,
        user=request.user,
        strategy=engagement.strategy,
        engagement=engagement,
        keeping_draft=keeping,
    )
    if request.method != "POST" or not form.is_valid():
        return _form_page(request, form)
    logs_draft = engagement.state == DRAFT and not keeping
    try:
        services.engagement_edit(
            actor=request.user,
            engagement=engagement,
            expected_version=form.expected_version,
            data=form.to_data(),
            state=LOGGED if logs_draft else None,
        )
    except ValidationError as error:
        form.take_errors(error)
        return _form_page(request, form)
    except StaleVersion as error:
        return _conflict_page(request, form, error)
    if logs_draft or keeping:
        return _after_saving(request, engagement)
    messages.success(request, f"Saved: “{engagement.title}”.")
    return redirect("promises:engagement", engagement.pk)


@require_POST
@staff_only
def engagement_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    engagement = _editable_or_404(request, pk)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _detail_page(request, engagement, form)
    services.engagement_withdraw(
        actor=request.user,
        engagement=engagement,
        expected_version=form.expected_version,
        reason=form.cleaned_data["reason"],
    )
    messages.success(request, f"Withdrawn: “{engagement.title}”.")
    return redirect("promises:engagements")


def _visible_or_404(request: HttpRequest, pk: int) -> Engagement:
    return get_object_or_404(_log(request.user).select_related("strategy"), pk=pk)


def _editable_or_404(request: HttpRequest, pk: int) -> Engagement:
    engagement = _visible_or_404(request, pk)
    if not request.user.has_perm("promises.edit_engagement", engagement):
        raise Http404
    return engagement


def _after_saving(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    if engagement.state == DRAFT:
        messages.success(
            request, f"Draft kept: “{engagement.title}”. You can finish it on another device."
        )
        return redirect("promises:engagement_edit", engagement.pk)
    messages.success(request, f"Logged: “{engagement.title}”.")
    return redirect("promises:engagements")


def _detail_page(request: HttpRequest, engagement: Engagement, form: WithdrawForm) -> HttpResponse:
    form.initial["version"] = engagement.version
    context = {
        "engagement": engagement,
        "history": history_of(engagement),
        "form": form,
        "may_edit": request.user.has_perm("promises.edit_engagement", engagement),
    }
    return render(request, "promises/engagement_detail.html", context)


def _form_page(
    request: HttpRequest, form: EngagementForm, status: int = 200, **extra: Any
) -> HttpResponse:
    last = None
    if form.engagement is None:
        mine = engagements_visible_to(request.user).filter(logged_by=user_of(request))
        last = mine.exclude(state=DRAFT).order_by("-logged_at", "-pk").first()
    engagement = form.engagement
    context = {
        "form": form,
        "engagement": engagement,
        "is_draft": engagement is None or engagement.state == DRAFT,
        "last": last,
        "untitled": UNTITLED,
        **extra,
    }
    return render(request, "promises/engagement_form.html", context, status=status)


def _conflict_page(request: HttpRequest, form: EngagementForm, error: StaleVersion) -> HttpResponse:
    """Both texts side by side; the next press saves over what was just shown."""
    theirs = _visible_or_404(request, form.engagement.pk)  # type: ignore[union-attr]
    form.engagement = theirs
    form.go_on_from(theirs.version)
    last = theirs.history.select_related("history_user").first()
    return _form_page(
        request,
        form,
        status=error.status,
        conflict=error.message,
        differences=differences_between(data_of(theirs), form.to_data()),
        their_name=str(last.history_user) if last and last.history_user else "Somebody",
    )
