"""The facts of a quarter, gathered once: from these come the published rows and the snapshot.

Tables are lists of plain dictionaries whose keys are the columns of the published rows, so that
row and payload cannot disagree. Dates are dates and numbers Decimals until `canonical_json`.
"""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Exists, OuterRef, Prefetch, Q

from partners.models import Organisation
from promises.facts import evidence_fact, milestone_fact, schedule_fact
from promises.models import (
    Activity,
    Commitment,
    Engagement,
    EvidenceItem,
    Indicator,
    Milestone,
    ProgressUpdate,
    Promise,
    PublishedActivity,
    PublishedEngagement,
    Quarter,
    Reading,
    Snapshot,
    Strategy,
)
from promises.queries.progress import last_published_activity
from promises.rollup import delivery_counts, mean_percent
from promises.snapshots import Facts, Row
from promises.words import FINAL_DELIVERY, PLACES, CountMethod, Delivery

Basis = PublishedActivity.Basis


def build_wording(strategy: Strategy, as_of: dt.date) -> Facts:
    """The wording alone: what the public reads before anything is published."""
    facts = Facts(as_of=as_of)
    _add_wording(facts, strategy, activities=[])
    _add_rollup(facts)
    facts.totals = engagement_sums([])
    return facts


def build_facts(quarter: Quarter, *, at: dt.date) -> Facts:
    """What publishing `quarter` on `at` would say: the schedule as of the quarter's last day,
    approved updates, evidence accepted up to `at`, and engagements counted for the first time."""
    facts = Facts(as_of=quarter.period.ends_on)
    _add_engagements(facts, quarter)
    _add_activities(facts, quarter, at=at)
    _add_wording(facts, quarter.strategy, activities=facts.activities)
    _add_indicators(facts, quarter)
    _add_rollup(facts)
    return facts


def engagement_sums(rows: Iterable[Row]) -> Row:
    """{quarter: sums, late: sums} over engagement rows, each counted once.

    Attendees of a range are its middle; `not_counted` are the engagements without a number.
    """
    sums: Row = {}
    for name in ("quarter", "late"):
        sums[name] = {
            "engagements": 0,
            "attendees": 0,
            "attendees_by_method": dict.fromkeys([*CountMethod.values, "not_said"], 0),
            "not_counted": 0,
            "volunteer_hours": Decimal(0),
        }
    for row in rows:
        entry = sums["late" if row["is_late"] else "quarter"]
        entry["engagements"] += 1
        if row["attendees"] is None:
            entry["not_counted"] += 1
        else:
            entry["attendees"] += row["attendees"]
            entry["attendees_by_method"][row["count_method"] or "not_said"] += row["attendees"]
        entry["volunteer_hours"] += row["volunteer_hours"] or 0
    return sums


def _add_wording(facts: Facts, strategy: Strategy, *, activities: list[Row]) -> None:
    promises = (
        Promise.objects.filter(strategy=strategy)
        .order_by("number")
        .prefetch_related(
            Prefetch(
                "commitments", Commitment.objects.order_by("position").prefetch_related("wordings")
            )
        )
    )
    for promise in promises:
        codes = set()
        for commitment in promise.commitments.all():
            codes.add(commitment.code)
            mine = [row for row in activities if commitment.code in row["commitments"]]
            facts.commitments.append(
                {
                    "promise": promise.number,
                    "code": commitment.code,
                    "position": commitment.position,
                    "text": commitment.text,
                    "items": commitment.items,
                    "wording_number": max(
                        (wording.number for wording in commitment.wordings.all()), default=1
                    ),
                    "percent": _mean(mine),
                }
            )
        mine = [row for row in activities if codes.intersection(row["commitments"])]
        facts.promises.append(
            {"number": promise.number, "title": promise.title, "percent": _mean(mine)}
        )


def _add_activities(facts: Facts, quarter: Quarter, *, at: dt.date) -> None:
    previous = last_published_activity(quarter.strategy, before=quarter)
    engagements: dict[str, list[Row]] = {}
    for row in facts.engagements:
        for reference in row["activities"]:
            engagements.setdefault(reference, []).append(row)
    approved = {
        update.activity_id: update
        for update in ProgressUpdate.objects.filter(
            quarter=quarter, state=ProgressUpdate.State.APPROVED
        ).select_related("quarter")
    }
    activities = (
        Activity.objects.filter(strategy=quarter.strategy)
        .select_related("unit")
        .prefetch_related(
            "commitments",
            "terms__vocabulary",
            Prefetch(
                "partners",
                Organisation.objects.filter(standing=Organisation.Standing.CONFIRMED).order_by(
                    "name"
                ),
            ),
            Prefetch("milestones", Milestone.objects.order_by("due_on", "pk")),
            Prefetch(
                "evidence",
                EvidenceItem.objects.filter(
                    state=EvidenceItem.State.ACCEPTED, added_on__lte=at
                ).order_by("added_on", "pk"),
            ),
        )
        .order_by("reference")
    )
    for activity in activities:
        row = _activity_row(activity, quarter)
        row |= _delivery_row(activity, approved.get(activity.pk), previous.get(activity.reference))
        row["schedule"], row["schedule_days"] = schedule_fact(
            delivery=row["delivery"], target_on=activity.target_on, as_of=facts.as_of
        )
        row["evidence"] = evidence_fact(item.grade for item in activity.evidence.all())
        row["evidence_items"] = [
            {"title": item.title, "grade": item.grade, "note": item.note}
            for item in activity.evidence.all()
        ]
        mine = engagement_sums(engagements.get(activity.reference, []))["quarter"]
        row["engagement_count"] = mine["engagements"]
        row["attendee_total"] = mine["attendees"]
        facts.activities.append(row)
        for milestone in activity.milestones.all():
            done_on = (
                milestone.done_on if (milestone.done_on or dt.date.max) <= facts.as_of else None
            )
            schedule, days = milestone_fact(
                due_on=milestone.due_on, done_on=done_on, as_of=facts.as_of
            )
            facts.milestones.append(
                {
                    "activity": activity.reference,
                    "title": milestone.title,
                    "due_on": milestone.due_on,
                    "done_on": done_on,
                    "schedule": schedule,
                    "schedule_days": days,
                }
            )


def _activity_row(activity: Activity, quarter: Quarter) -> Row:
    strategy = quarter.strategy
    labels: dict[str, list[str]] = {"themes": [], "enablers": [], "places": []}
    for term in activity.terms.all():
        if term.vocabulary_id == strategy.themes_id:
            labels["themes"].append(term.label)
        elif term.vocabulary_id == strategy.enablers_id:
            labels["enablers"].append(term.label)
        elif term.vocabulary.slug == PLACES:
            labels["places"].append(term.label)
    return {
        "reference": activity.reference,
        "commitments": sorted(commitment.code for commitment in activity.commitments.all()),
        "title": activity.title,
        "description": activity.description,
        "owner_role": activity.owner_role,
        "unit": activity.unit.name if activity.unit else "",
        "horizon": activity.horizon,
        "weight": activity.weight,
        "start_on": activity.start_on,
        "start_precision": activity.start_precision,
        "target_on": activity.target_on,
        "target_precision": activity.target_precision,
        "partners": [partner.name for partner in activity.partners.all()],
        **{name: sorted(values) for name, values in labels.items()},
    }


def _delivery_row(
    activity: Activity, update: ProgressUpdate | None, previous: PublishedActivity | None
) -> Row:
    """The owner's word, where it comes from, and what it was before."""
    row: Row = {
        "previous_delivery": previous.delivery if previous else "",
        "percent": previous.percent if previous else None,
        "percent_quarter": previous.percent_quarter if previous else "",
        "narrative": "",
        "reason": "",
        "next_steps": "",
    }
    if previous is not None and previous.delivery in FINAL_DELIVERY:
        return row | {
            "delivery": previous.delivery,
            "delivery_basis": Basis.CARRIED.value,
            "reason": previous.reason,
        }
    if update is not None:
        return row | {
            "delivery": update.delivery,
            "delivery_basis": Basis.UPDATE.value,
            "percent": update.percent,
            "percent_quarter": update.quarter.key,
            "narrative": update.narrative,
            "reason": update.reason,
            "next_steps": update.next_steps,
        }
    if activity.opening_delivery in FINAL_DELIVERY:
        done = 100 if activity.opening_delivery == Delivery.COMPLETE else None
        return row | {
            "delivery": activity.opening_delivery,
            "delivery_basis": Basis.OPENING.value,
            "percent": done,
        }
    return row | {
        "delivery": Delivery.NOT_REPORTED.value,
        "delivery_basis": Basis.NONE.value,
    }


def _add_engagements(facts: Facts, quarter: Quarter) -> None:
    """Those of the quarter, and late entries: those of quarters published before without them."""
    period = quarter.period
    published_before = Snapshot.objects.filter(
        Q(year__lt=quarter.year) | Q(year=quarter.year, number__lt=quarter.number),
        strategy=quarter.strategy,
        number__gt=0,
    )
    first = published_before.order_by("year", "number").first()
    earliest = first.period.starts_on if first and first.period else period.starts_on
    keys = {key.period.key for key in published_before if key.period}
    counted = PublishedEngagement.objects.filter(
        number=OuterRef("pk"), snapshot__strategy=quarter.strategy
    )
    engagements = (
        Engagement.objects.filter(
            ~Exists(counted),
            strategy=quarter.strategy,
            state__in=Engagement.COUNTED_STATES,
            starts_on__gte=earliest,
            starts_on__lte=period.ends_on,
        )
        .select_related("engagement_type")
        .prefetch_related(
            "activities",
            Prefetch(
                "partners",
                Organisation.objects.filter(standing=Organisation.Standing.CONFIRMED).order_by(
                    "name"
                ),
            ),
        )
        .order_by("starts_on", "pk")
    )
    for engagement in engagements:
        key = engagement.period.key
        if key != period.key and key not in keys:
            continue
        facts.engagements.append(
            {
                "number": engagement.pk,
                "activities": sorted(row.reference for row in engagement.activities.all()),
                "title": engagement.title,
                "starts_on": engagement.starts_on,
                "ends_on": engagement.ends_on,
                "quarter": key,
                "is_late": key != period.key,
                "engagement_type": str(engagement.engagement_type or ""),
                "place": engagement.place,
                "attendees_from": engagement.attendees_from,
                "attendees_to": engagement.attendees_to,
                "attendees": engagement.attendees,
                "count_method": engagement.count_method,
                "volunteer_hours": engagement.volunteer_hours,
                "partners": [partner.name for partner in engagement.partners.all()],
            }
        )
    facts.totals = engagement_sums(facts.engagements)


def _add_indicators(facts: Facts, quarter: Quarter) -> None:
    """Every indicator, with the readings whose period had ended by the quarter's last day."""
    readings = Reading.objects.filter(
        Q(period_end__isnull=True) | Q(period_end__lte=facts.as_of)
    ).order_by("period_end", "period_start", "pk")
    indicators = (
        Indicator.objects.filter(strategy=quarter.strategy)
        .select_related("activity")
        .prefetch_related(Prefetch("readings", readings))
        .order_by("reference")
    )
    for indicator in indicators:
        facts.indicators.append(
            {
                "activity": indicator.activity.reference if indicator.activity else None,
                **{
                    name: getattr(indicator, name)
                    for name in (
                        "reference",
                        "title",
                        "unit",
                        "direction",
                        "method",
                        "baseline",
                        "baseline_label",
                        "target",
                        "target_label",
                        "is_headline",
                    )
                },
            }
        )
        for reading in indicator.readings.all():
            facts.readings.append(
                {
                    "indicator": indicator.reference,
                    **{
                        name: getattr(reading, name)
                        for name in (
                            "value",
                            "period_start",
                            "period_end",
                            "period_precision",
                            "source",
                            "method",
                            "confidence",
                        )
                    },
                }
            )


def _add_rollup(facts: Facts) -> None:
    facts.rollup = {
        "counts": delivery_counts(row["delivery"] for row in facts.activities),
        "percent": _mean(facts.activities),
    }


def _mean(rows: list[Row]) -> Decimal | None:
    return mean_percent((row["percent"], row["weight"]) for row in rows)
