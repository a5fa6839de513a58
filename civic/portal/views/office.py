"""The office: the round at a glance, chasing, and publication by two people.

For everybody else these addresses do not exist.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civic.accounts.queries import is_office
from civic.core.errors import WrongState
from civic.core.periods import Period, local_date
from civic.portal.context import strategy_of
from civic.portal.forms import ChaseForm, EarlierRoundForm, MoveForm
from civic.reporting.queries import reports_visible_to
from civic.reporting.services import publish_and_report
from promises.models import PublicationRequest, Quarter
from promises.publication import build_facts
from promises.queries import current_quarter
from promises.queries.doubts import round_doubts
from promises.queries.office import (
    OfficeRound,
    office_round,
    rounds,
    stages,
    updates_owed,
    waiting_request,
)
from promises.queries.preview import preview_of
from promises.services.chases import Chased, updates_chase
from promises.services.publication import (
    PUBLISHABLE_STATES,
    publication_request,
    publication_withdraw,
)
from promises.services.quarters import MOVES, quarter_move, quarter_open_earlier

View = Callable[..., HttpResponse]


def office_only(view: View) -> View:
    """404 for everyone who is not of the office: they need not know that the page exists."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_office(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return checked


def _quarter(key: str) -> Quarter:
    """The round of the current strategy at `key`, or 404."""
    try:
        period = Period.parse(key)
    except ValueError as error:
        raise Http404 from error
    return get_object_or_404(
        Quarter.objects.select_related("strategy"),
        strategy__is_current=True,
        year=period.year,
        number=period.number,
    )


def _request(pk: int) -> PublicationRequest:
    requests = PublicationRequest.objects.select_related(
        "quarter__strategy", "requested_by", "signed_off_by"
    )
    return get_object_or_404(requests, pk=pk)


@office_only
@require_safe
def office(request: HttpRequest) -> HttpResponse:
    """The current round."""
    strategy = strategy_of(request)
    quarter = current_quarter(strategy) if strategy else None
    if quarter is None:
        return render(request, "portal/office/index.html", {"strategy": strategy})
    return _round_page(request, quarter)


def _round_page(
    request: HttpRequest, quarter: Quarter, form: ChaseForm | None = None
) -> HttpResponse:
    board = office_round(quarter)
    context = {
        "board": board,
        "form": form or ChaseForm(),
        "selected": _selected(board, form),
        "stages": stages(quarter),
        "moves": [
            (value, label)
            for value, label in Quarter.State.choices
            if value in MOVES.get(quarter.state, frozenset())
        ],
        "doubts": round_doubts(quarter),
        "waiting": waiting_request(quarter),
        "is_publishable": quarter.state in PUBLISHABLE_STATES,
    }
    return render(request, "portal/office/index.html", context, status=422 if form else 200)


def _selected(board: OfficeRound, form: ChaseForm | None) -> set[int]:
    """The activities ticked for a chase: as they were sent, else all that none has had today."""
    if form is not None:
        return {int(pk) for pk in form["activities"].value() or [] if pk.isdigit()}
    return {item.activity.pk for item in board.owed if not item.was_chased_on(board.today)}


@office_only
@require_POST
def quarter_move_on(request: HttpRequest, key: str) -> HttpResponse:
    """Move a round by hand. Pressing the button twice moves it once."""
    quarter = _quarter(key)
    form = MoveForm(request.POST)
    if not form.is_valid():
        raise Http404
    to = form.cleaned_data["to"]
    if quarter.state != to:
        quarter_move(actor=request.user, quarter=quarter, to=to)
        messages.success(request, f"The round is now {Quarter.State(to).label.lower()}.")
    return redirect("portal:office")


@office_only
@require_POST
def chase(request: HttpRequest, key: str) -> HttpResponse:
    """Write to the people who owe the selected updates."""
    quarter = _quarter(key)
    owed = [item.activity.pk for item in updates_owed(quarter)]
    form = ChaseForm(request.POST, owed=owed)
    if not form.is_valid():
        return _round_page(request, quarter, form)
    chased = updates_chase(
        actor=request.user, quarter=quarter, activity_ids=form.cleaned_data["activities"]
    )
    for level, text in _chased_words(chased):
        messages.add_message(request, level, text)
    return redirect("portal:office")


def _chased_words(chased: Chased) -> list[tuple[int, str]]:
    """What to tell the office of a chase, as message levels and sentences."""
    told = []
    if chased.people:
        people = "1 person" if chased.people == 1 else f"{chased.people} people"
        told.append((messages.SUCCESS, f"A message has gone to {people}."))
    if chased.people_chased_today:
        number = chased.people_chased_today
        people = "1 person was" if number == 1 else f"{number} people were"
        told.append((messages.INFO, f"{people} chased today already and left in peace."))
    if chased.without_person:
        number = chased.without_person
        updates = "1 update has" if number == 1 else f"{number} updates have"
        told.append(
            (
                messages.WARNING,
                f"{updates} nobody to write to: name an owner, or a lead for the unit.",
            )
        )
    return told


@office_only
@require_POST
def ask_sign_off(request: HttpRequest, key: str) -> HttpResponse:
    """Ask a second person to sign the round off as it now stands."""
    asked = publication_request(actor=request.user, quarter=_quarter(key))
    return redirect("portal:office_publication", asked.pk)


@office_only
@require_safe
def publication(request: HttpRequest, pk: int) -> HttpResponse:
    """Exactly what would be published, for the second person to check."""
    asked = _request(pk)
    context: dict[str, Any] = {"asked": asked, "quarter": asked.quarter}
    if asked.state == PublicationRequest.State.WAITING:
        facts = build_facts(asked.quarter, at=local_date(timezone.now()))
        context |= {
            "preview": preview_of(facts),
            "sha256": facts.sha256,
            "has_changed": facts.sha256 != asked.facts_sha256,
            "is_mine": asked.requested_by_id == request.user.pk,
            "may_sign": request.user.has_perm("promises.sign_off", asked),
            "is_early": local_date(timezone.now()) <= asked.quarter.reviewing_until,
        }
    elif asked.state == PublicationRequest.State.SIGNED:
        context["report"] = _report_of(request, asked.quarter)
    return render(request, "portal/office/publication.html", context)


@office_only
@require_POST
def sign_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign off and publish. Pressing the button twice publishes once and leads to the report."""
    asked = _request(pk)
    if asked.state == PublicationRequest.State.SIGNED:
        report = _report_of(request, asked.quarter)
        return (
            redirect("reporting:report", report.pk)
            if report
            else redirect("portal:office_publication", asked.pk)
        )
    report = publish_and_report(actor=request.user, request=asked)
    messages.success(request, f"{asked.quarter.key} is published.")
    return redirect("reporting:report", report.pk)


@office_only
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a request for sign-off back."""
    asked = _request(pk)
    if asked.state != PublicationRequest.State.WITHDRAWN:
        publication_withdraw(actor=request.user, request=asked)
        messages.success(request, "The request for sign-off is withdrawn. Nothing was published.")
    return redirect("portal:office")


def _report_of(request: HttpRequest, quarter: Quarter) -> Any:
    """The report of a round's first publication, if it was asked for."""
    return (
        reports_visible_to(request.user)
        .filter(snapshot__quarter=quarter)
        .defer("snapshot__payload")
        .order_by("snapshot__revision")
        .first()
    )


@office_only
@require_http_methods(["GET", "HEAD", "POST"])
def quarters(request: HttpRequest) -> HttpResponse:
    """Every round of the current strategy with what was published of it; opens an earlier one."""
    strategy = strategy_of(request)
    form = EarlierRoundForm(request.POST if request.method == "POST" else None)
    if strategy and form.is_valid():
        try:
            opened = quarter_open_earlier(
                actor=request.user, strategy=strategy, period=form.cleaned_data["key"]
            )
        except WrongState as error:
            form.add_error("key", error.message)
        else:
            messages.success(
                request, f"The round for {opened.key} is {opened.get_state_display().lower()}."
            )
            return redirect("portal:office_quarters")
    found = rounds(strategy) if strategy else []
    reports = {
        report.snapshot_id: report
        for report in reports_visible_to(request.user)
        .filter(snapshot__strategy=strategy)
        .defer("snapshot__payload")
    }
    rows = [
        {
            "quarter": quarter,
            "publications": [
                {"snapshot": snapshot, "report": reports.get(snapshot.pk)}
                for snapshot in quarter.snapshots.all()
            ],
        }
        for quarter in found
    ]
    return render(
        request,
        "portal/office/quarters.html",
        {"strategy": strategy, "rows": rows, "form": form},
    )
