"""Every way a reporting round changes."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from civic.core.audit import audit_record
from civic.core.errors import NotAllowed, WrongState
from civic.core.periods import Period, local_date
from promises.models import Quarter, Strategy

COLLECTING_DAYS = 14
REVIEWING_DAYS = 7
EXTENSION_DAYS = 7

_ORDER = [
    Quarter.State.UPCOMING.value,
    Quarter.State.OPEN.value,
    Quarter.State.COLLECTING.value,
    Quarter.State.REVIEWING.value,
]
# What the office may do by hand. Publication has a service of its own.
MOVES: dict[str, frozenset[str]] = {
    Quarter.State.UPCOMING.value: frozenset({Quarter.State.OPEN.value}),
    Quarter.State.OPEN.value: frozenset({Quarter.State.COLLECTING.value}),
    Quarter.State.COLLECTING.value: frozenset({Quarter.State.REVIEWING.value}),
    Quarter.State.REVIEWING.value: frozenset({Quarter.State.COLLECTING.value}),
}


@transaction.atomic
def quarter_ensure(
    *,
    actor: Any,
    strategy: Strategy,
    period: Period,
    collecting_until: dt.date | None = None,
    reviewing_until: dt.date | None = None,
    today: dt.date | None = None,
) -> Quarter:
    """The strategy's round for `period`, made if need be in the state its dates call for.

    Collecting opens on the quarter's last day and closes 14 days later; reviewing takes 7 more.
    """
    until = collecting_until or period.ends_on + dt.timedelta(days=COLLECTING_DAYS)
    quarter, created = Quarter.objects.get_or_create(
        strategy=strategy,
        year=period.year,
        number=period.number,
        defaults={
            "collecting_from": period.ends_on,
            "collecting_until": until,
            "reviewing_until": reviewing_until or until + dt.timedelta(days=REVIEWING_DAYS),
        },
    )
    if created:
        audit_record(actor=actor, verb="quarter_ensure", instance=quarter)
        _advance(quarter, actor=actor, today=today or local_date(timezone.now()))
    return quarter


@transaction.atomic
def quarter_open_earlier(*, actor: Any, strategy: Strategy, period: Period) -> Quarter:
    """Open the round of a quarter that went by before the portal was used.

    Raises NotAllowed, and WrongState when it has not begun or a later quarter is published.
    """
    if not actor.has_perm("promises.publish"):
        raise NotAllowed("Only the office opens a round.")
    if period.starts_on > local_date(timezone.now()):
        raise WrongState(f"{period.key} has not begun. It opens by itself on its first day.")
    later = strategy.snapshots.filter(
        Q(year__gt=period.year) | Q(year=period.year, number__gt=period.number)
    ).first()
    if later is not None:
        raise WrongState(
            f"{later.key} is published already, so {period.key} can no longer be opened: each "
            "quarter builds on the one before."
        )
    return quarter_ensure(actor=actor, strategy=strategy, period=period)


@transaction.atomic
def quarter_move(*, actor: Any, quarter: Quarter, to: str) -> None:
    """Move a round on by hand. Going back from reviewing gives owners a week from today.

    Raises NotAllowed, or WrongState when it cannot go there.
    """
    if not actor.has_perm("promises.publish", quarter):
        raise NotAllowed("Only the office moves a round on.")
    if to not in MOVES.get(quarter.state, frozenset()):
        raise WrongState(
            f"The round is {quarter.get_state_display().lower()}. It cannot become "
            f"{Quarter.State(to).label.lower()} from there."
        )
    goes_back = quarter.state == Quarter.State.REVIEWING
    _move(quarter, to=to, actor=actor)
    if goes_back:
        _extend(quarter, actor=actor)


def quarters_advance(*, today: dt.date | None = None) -> None:
    """Move every round on to where its dates say, forward only; open the current one.

    Safe to call at any time: after downtime one call catches up.
    """
    day = today or local_date(timezone.now())
    for strategy in Strategy.objects.filter(is_current=True, adopted_at__isnull=False):
        for period in _missing_rounds(strategy, day):
            quarter_ensure(actor=None, strategy=strategy, period=period, today=day)
    for quarter in Quarter.objects.filter(state__in=_ORDER[:-1]).select_related("strategy"):
        with transaction.atomic():
            _advance(quarter, actor=None, today=day)


def _missing_rounds(strategy: Strategy, today: dt.date) -> list[Period]:
    """The rounds since the last one, or since adoption, up to today's, that nobody has made."""
    period = Period.containing(strategy.adopted_at or today)
    last = strategy.quarters.order_by("-year", "-number").first()
    if last is not None:
        period = max(period, last.period.next())
    missing = []
    while period <= Period.containing(today):
        missing.append(period)
        period = period.next()
    return missing


def quarter_lock(quarter: Quarter) -> None:
    """Hold the round until the transaction ends, with the state that it is in by then.

    Publication and every save of an update do so first: no update slips into a round that another
    process has just published, and none is approved between gathering the facts and freezing them.
    """
    # Without the key: rows that point at the round may still be added by others.
    rows = Quarter.objects.select_for_update(no_key=True)
    quarter.state = rows.values_list("state", flat=True).get(pk=quarter.pk)


def state_by_date(quarter: Quarter, today: dt.date) -> str:
    """Where the round's dates say it should be on `today`."""
    if today < quarter.period.starts_on:
        return Quarter.State.UPCOMING.value
    if today < quarter.collecting_from:
        return Quarter.State.OPEN.value
    if today <= quarter.collecting_until:
        return Quarter.State.COLLECTING.value
    return Quarter.State.REVIEWING.value


def _advance(quarter: Quarter, *, actor: Any, today: dt.date) -> None:
    wanted = state_by_date(quarter, today)
    while quarter.state in _ORDER and _ORDER.index(quarter.state) < _ORDER.index(wanted):
        _move(quarter, to=_ORDER[_ORDER.index(quarter.state) + 1], actor=actor)


def _extend(quarter: Quarter, *, actor: Any) -> None:
    """Without a later last day, the dates would close the round again at the next look."""
    before = quarter.collecting_until
    until = local_date(timezone.now()) + dt.timedelta(days=EXTENSION_DAYS)
    quarter.collecting_until = max(before, until)
    quarter.reviewing_until = max(
        quarter.reviewing_until, quarter.collecting_until + dt.timedelta(days=REVIEWING_DAYS)
    )
    quarter.save(update_fields=["collecting_until", "reviewing_until"])
    audit_record(
        actor=actor,
        verb="quarter_extend",
        instance=quarter,
        changes={"collecting_until": [before.isoformat(), quarter.collecting_until.isoformat()]},
    )


def _move(quarter: Quarter, *, to: str, actor: Any) -> None:
    before = quarter.state
    if not Quarter.objects.filter(pk=quarter.pk, state=before).update(state=to):
        raise WrongState("Somebody else has just moved this round on. Look at it again.")
    quarter.state = to
    audit_record(
        actor=actor, verb="quarter_move", instance=quarter, changes={"state": [before, to]}
    )
