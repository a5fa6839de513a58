"""Publishing: asked for by one person of the office, signed off by another, then frozen."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from civic.core.audit import audit_record
from civic.core.errors import NotAllowed, WrongState
from civic.core.periods import local_date
from promises.models import (
    PublicationRequest,
    PublishedActivity,
    PublishedCommitment,
    PublishedEngagement,
    PublishedIndicator,
    PublishedMilestone,
    PublishedPromise,
    PublishedReading,
    Quarter,
    Snapshot,
    Strategy,
)
from promises.publication import build_facts, build_wording
from promises.services.quarters import quarter_lock
from promises.snapshots import Facts, Row, build_payload, digest

PUBLISHABLE_STATES = frozenset({Quarter.State.COLLECTING.value, Quarter.State.REVIEWING.value})
BATCH = 500


@transaction.atomic
def strategy_adopt(*, actor: Any, strategy: Strategy, at: dt.datetime | None = None) -> Snapshot:
    """Make a strategy current, freeze its wording, and publish the wording alone.

    The strategy adopted before it stays readable. One that was adopted earlier becomes current
    again and keeps the day of its adoption. Raises WrongState when it is the current one.
    """
    moment = at or timezone.now()
    if Strategy.objects.filter(pk=strategy.pk, is_current=True).exists():
        raise WrongState("This strategy is the current one already.")
    Strategy.objects.filter(is_current=True).update(is_current=False)
    strategy.is_current = True
    if strategy.adopted_at is not None:
        strategy.save(update_fields=["is_current"])
        audit_record(actor=actor, verb="strategy_adopt", instance=strategy, note="Current again.")
        return Snapshot.objects.filter(strategy=strategy).latest("sequence")
    strategy.adopted_at = moment
    strategy.adopted_by = actor
    strategy.save(update_fields=["is_current", "adopted_at", "adopted_by"])
    audit_record(actor=actor, verb="strategy_adopt", instance=strategy)
    return wording_publish(actor=actor, strategy=strategy, at=moment)


@transaction.atomic
def wording_publish(*, actor: Any, strategy: Strategy, at: dt.datetime | None = None) -> Snapshot:
    """Publish the wording as it now stands: at adoption, and when a wording changes before the
    first quarter is published. Later wording goes out with the next quarter."""
    moment = at or timezone.now()
    facts = build_wording(strategy, as_of=local_date(moment))
    return _freeze(facts, strategy=strategy, quarter=None, actor=actor, signer=None, at=moment)


@transaction.atomic
def publication_request(
    *, actor: Any, quarter: Quarter, at: dt.datetime | None = None
) -> PublicationRequest:
    """Ask a second person to sign off the quarter as it now stands.

    Asking twice gives back the waiting request, brought up to date. Raises NotAllowed, WrongState.
    """
    _require_publishable(actor, quarter)
    facts = build_facts(quarter, at=local_date(at or timezone.now()))
    waiting = quarter.publication_requests.filter(state=PublicationRequest.State.WAITING).first()
    if waiting is not None:
        if waiting.requested_by_id != actor.pk:
            raise WrongState(
                f"{waiting.requested_by} has asked for sign-off already. Sign it off, or ask them "
                "to withdraw it."
            )
        if waiting.facts_sha256 == facts.sha256:
            return waiting
        _close(waiting, PublicationRequest.State.WITHDRAWN)
    try:
        with transaction.atomic():
            request = PublicationRequest.objects.create(
                quarter=quarter, requested_by=actor, facts_sha256=facts.sha256
            )
    except IntegrityError as error:
        raise WrongState("Somebody asked for sign-off at the same moment. Look again.") from error
    audit_record(actor=actor, verb="publication_request", instance=request)
    return request


@transaction.atomic
def publication_withdraw(*, actor: Any, request: PublicationRequest) -> None:
    """Take a waiting request back. Any member of the office may. Raises NotAllowed, WrongState."""
    if not actor.has_perm("promises.publish", request.quarter):
        raise NotAllowed("Only the office publishes a quarter.")
    _close(request, PublicationRequest.State.WITHDRAWN)
    audit_record(actor=actor, verb="publication_withdraw", instance=request)


@transaction.atomic
def publication_sign_off(
    *, actor: Any, request: PublicationRequest, at: dt.datetime | None = None
) -> Snapshot:
    """Sign off and publish: published rows and snapshot in one transaction, or nothing.

    Raises NotAllowed (the requester, or an author of this quarter's updates), and WrongState when
    the request is closed or the figures have changed since it was made.
    """
    moment = at or timezone.now()
    if not actor.has_perm("promises.sign_off", request):
        raise NotAllowed(
            "A quarter is signed off by a second person of the office, who neither asked for it "
            "nor wrote any of its updates."
        )
    quarter = request.quarter
    publisher = request.requested_by
    if publisher is None:
        raise WrongState("Whoever asked for this has left. Withdraw it and ask again.")
    _require_publishable(publisher, quarter)
    facts = build_facts(quarter, at=local_date(moment))
    if facts.sha256 != request.facts_sha256:
        raise WrongState(
            "The figures have changed since sign-off was asked for. Withdraw the request, look "
            "again, and ask for sign-off of the new figures."
        )
    _close(request, PublicationRequest.State.SIGNED, signer=actor, at=moment)
    moved = Quarter.objects.filter(pk=quarter.pk, state__in=PUBLISHABLE_STATES).update(
        state=Quarter.State.PUBLISHED
    )
    if not moved:
        raise WrongState("Somebody else has just published this quarter.")
    quarter.state = Quarter.State.PUBLISHED
    snapshot = _freeze(
        facts, strategy=quarter.strategy, quarter=quarter, actor=publisher, signer=actor, at=moment
    )
    audit_record(
        actor=actor,
        verb="publication_sign_off",
        instance=snapshot,
        changes={"sha256": ["", snapshot.sha256]},
    )
    return snapshot


@transaction.atomic
def quarter_publish(
    *, actor: Any, signed_off_by: Any, quarter: Quarter, at: dt.datetime | None = None
) -> Snapshot:
    """Both acts in one, for the command: asked for by `actor`, signed off by `signed_off_by`."""
    request = publication_request(actor=actor, quarter=quarter, at=at)
    return publication_sign_off(actor=signed_off_by, request=request, at=at)


def _require_publishable(actor: Any, quarter: Quarter) -> None:
    if not actor.has_perm("promises.publish", quarter):
        raise NotAllowed("Only the office publishes a quarter.")
    quarter_lock(quarter)
    if quarter.state not in PUBLISHABLE_STATES:
        raise WrongState(
            f"{quarter.key} is {quarter.get_state_display().lower()}. A quarter is published while "
            "it is collecting or reviewing."
        )
    gap = (
        Quarter.objects.filter(strategy=quarter.strategy, state__in=Quarter.WRITING_STATES)
        .filter(
            models.Q(year__lt=quarter.year) | models.Q(year=quarter.year, number__lt=quarter.number)
        )
        .order_by("year", "number")
        .first()
    )
    if gap is not None:
        raise WrongState(f"{gap.key} comes first: quarters are published in their order.")
    later = quarter.strategy.snapshots.filter(
        models.Q(year__gt=quarter.year) | models.Q(year=quarter.year, number__gt=quarter.number)
    ).first()
    if later is not None:
        raise WrongState(
            f"{later.key} is published already, so {quarter.key} can no longer be: each quarter "
            "builds on the one before."
        )


def _close(
    request: PublicationRequest,
    state: str,
    *,
    signer: Any = None,
    at: dt.datetime | None = None,
) -> None:
    closed = PublicationRequest.objects.filter(
        pk=request.pk, state=PublicationRequest.State.WAITING
    ).update(state=state, signed_off_by=signer, closed_at=at or timezone.now())
    if not closed:
        raise WrongState("This request is closed already. Look at the round again.")
    request.refresh_from_db()


def _freeze(
    facts: Facts,
    *,
    strategy: Strategy,
    quarter: Quarter | None,
    actor: Any,
    signer: Any,
    at: dt.datetime,
) -> Snapshot:
    last = strategy.snapshots.order_by("-sequence").first()
    place = {"year": quarter.year, "number": quarter.number} if quarter else {}
    revisions = strategy.snapshots.filter(
        year=place.get("year", 0), number=place.get("number", 0)
    ).count()
    snapshot = Snapshot(
        strategy=strategy,
        quarter=quarter,
        revision=revisions + 1,
        sequence=last.sequence + 1 if last else 1,
        as_of=facts.as_of,
        previous_sha256=last.sha256 if last else "",
        is_demo=strategy.is_demo,
        published_at=at,
        published_by=actor,
        signed_off_by=signer,
        **place,
    )
    snapshot.payload = build_payload(facts, snapshot)
    snapshot.sha256 = digest(snapshot.payload)
    try:
        with transaction.atomic():
            snapshot.save()
    except IntegrityError as error:
        raise WrongState("Somebody else published at the same moment. Look again.") from error
    _write_rows(facts, snapshot)
    return snapshot


def _write_rows(facts: Facts, snapshot: Snapshot) -> None:
    promises = _create(PublishedPromise, facts.promises, snapshot=snapshot)
    by_number = {row.number: row for row in promises}
    commitments = _create(
        PublishedCommitment, facts.commitments, snapshot=snapshot, promise=by_number
    )
    by_code = {row.code: row for row in commitments}
    activities = _create(PublishedActivity, facts.activities, snapshot=snapshot, commitments=None)
    by_reference = {row.reference: row for row in activities}
    _link(
        PublishedActivity.commitments.through,
        ("publishedactivity", "publishedcommitment"),
        (
            (by_reference[row["reference"]], by_code[code])
            for row in facts.activities
            for code in row["commitments"]
        ),
    )
    _create(PublishedMilestone, facts.milestones, activity=by_reference)
    indicators = _create(
        PublishedIndicator, facts.indicators, snapshot=snapshot, activity=by_reference
    )
    _create(
        PublishedReading,
        facts.readings,
        indicator={row.reference: row for row in indicators},
    )
    engagements = _create(
        PublishedEngagement, facts.engagements, snapshot=snapshot, activities=None
    )
    by_engagement = {row.number: row for row in engagements}
    _link(
        PublishedEngagement.activities.through,
        ("publishedengagement", "publishedactivity"),
        (
            (by_engagement[row["number"]], by_reference[reference])
            for row in facts.engagements
            for reference in row["activities"]
        ),
    )


def _create(model: Any, rows: list[Row], **links: Any) -> list[Any]:
    """Insert rows. A link is an instance for all, a {code: instance} to look the row's own code up
    in, or None for a many-to-many that is written afterwards."""
    instances = []
    for row in rows:
        values = dict(row)
        for name, target in links.items():
            if target is None:
                values.pop(name)
            elif isinstance(target, dict):
                code = values[name]
                values[name] = None if code is None else target[code]
            else:
                values[name] = target
        instances.append(model(**values))
    created: list[Any] = model.objects.bulk_create(instances, batch_size=BATCH)
    return created


def _link(through: Any, columns: tuple[str, str], pairs: Any) -> None:
    left, right = columns
    through.objects.bulk_create(
        [through(**{f"{left}_id": one.pk, f"{right}_id": two.pk}) for one, two in pairs],
        batch_size=BATCH,
    )
