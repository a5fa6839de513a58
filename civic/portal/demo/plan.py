"""Partners, activities, milestones, indicators with their readings, and evidence."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from civic.accounts.models import Unit, User
from civic.core.models import Term
from civic.core.vocabulary import terms_ensure
from civic.portal.demo.reading import Calendar, Row, rows_of
from partners.models import Organisation
from partners.services import organisation_create
from promises.models import Activity, EvidenceItem, Indicator, Strategy
from promises.services.activities import ActivityData, activity_create
from promises.services.evidence import evidence_record, milestone_record
from promises.services.measures import indicator_create, reading_record
from promises.words import ENGAGEMENT_TYPES, PLACES, Confidence, Horizon, Priority

HORIZONS = {"current": Horizon.CURRENT, "planned": Horizon.PLANNED}


@dataclass
class Stage:
    """What the story has to hand while it is told."""

    calendar: Calendar
    strategy: Strategy
    units: dict[str, Unit]
    people: dict[str, User]
    partners: dict[str, Organisation] = field(default_factory=dict)
    terms: dict[tuple[str, str], Term] = field(default_factory=dict)
    activities: dict[str, Activity] = field(default_factory=dict)

    @property
    def office(self) -> User:
        return self.people["olive.office"]


def organisations_load(stage: Stage) -> None:
    for row in rows_of("organisations.yaml"):
        unconfirmed = row.get("unconfirmed", False)
        stage.partners[row["key"]] = organisation_create(
            actor=stage.office,
            name=row["name"],
            kind=row["kind"],
            standing=Organisation.Standing.UNCONFIRMED
            if unconfirmed
            else Organisation.Standing.CONFIRMED,
            is_strategy_partner=row.get("strategy", False),
            about=row.get("about", ""),
        )


def terms_load(stage: Stage, rows: list[Row]) -> None:
    """Places and engagement types, and those that came with the strategy, by slug and label."""
    places = sorted({place for row in rows for place in row.get("places", [])})
    types = sorted({line["type"] for log in rows_of("engagements.yaml").values() for line in log})
    for slug, title, labels in (
        (PLACES, "Places", places),
        (ENGAGEMENT_TYPES, "Engagement types", types),
    ):
        terms_ensure(slug=slug, title=title, labels=labels)
    for term in Term.objects.select_related("vocabulary"):
        stage.terms[term.vocabulary.slug, term.label] = term


def activity_load(stage: Stage, row: Row) -> None:
    """One activity with its milestones."""
    strategy = stage.strategy
    owner = stage.people[row["owner"]] if "owner" in row else None
    terms = [
        stage.terms[f"{strategy.slug}-themes", row["theme"]],
        stage.terms[f"{strategy.slug}-enablers", row["enabler"]],
        *(stage.terms[PLACES, place] for place in row.get("places", [])),
    ]
    activity = activity_create(
        actor=stage.office,
        data=ActivityData(
            strategy=strategy,
            reference=row["reference"],
            title=row["title"],
            description=" ".join(row["description"].split()),
            owner=owner,
            owner_role=owner.job_title if owner else row["owner_role"],
            unit=stage.units[row["unit"]],
            horizon=HORIZONS.get(row["horizon"], Horizon.LONGER_TERM),
            priority=row.get("priority", Priority.NORMAL),
            weight=Decimal(row.get("weight", 1)),
            start=stage.calendar.start(row.get("start")),
            target=stage.calendar.target(row.get("target")),
            source="Demonstration data",
            commitments=list(strategy.commitments.filter(code__in=row["commitments"])),
            terms=terms,
            partners=[stage.partners[key] for key in row.get("partners", [])],
        ),
    )
    stage.activities[activity.reference] = activity
    for title, month, late in row.get("milestones", []):
        due = stage.calendar.month_end(month)
        done = None if late is None else due + dt.timedelta(days=late)
        milestone_record(
            actor=stage.office, activity=activity, title=title, due_on=due, done_on=done
        )


def indicators_load(stage: Stage, references: set[str], *, strategy: bool) -> None:
    """The indicators of these activities, and with `strategy` those of the strategy itself."""
    calendar = stage.calendar
    for row in rows_of("indicators.yaml"):
        if not (row["activity"] in references if "activity" in row else strategy):
            continue
        activity = stage.activities[row["activity"]] if "activity" in row else None
        baseline, since = row.get("baseline", (None, 0))
        target, by = row.get("target", (None, 0))
        indicator = indicator_create(
            actor=stage.office,
            strategy=stage.strategy,
            activity=activity,
            title=row["title"],
            unit=row["unit"],
            direction=row["direction"],
            method=row.get("method", ""),
            baseline=_number(baseline),
            baseline_label="" if baseline is None else _year_key(calendar, since),
            target=_number(target),
            target_label="" if target is None else _year_key(calendar, by),
            is_headline=row.get("headline", False),
        )
        _readings_load(stage, indicator, row)


def _readings_load(stage: Stage, indicator: Indicator, row: Row) -> None:
    actor = indicator.activity.owner if indicator.activity else stage.office
    shaky = row.get("shaky", ())
    sound = Confidence.FAIR if row["how"] == "estimated" else Confidence.HIGH

    def record(value: Any, from_last: int, **period: Any) -> None:
        reading_record(
            actor=actor,
            indicator=indicator,
            value=Decimal(str(value)),
            source=row["source"],
            method=row["how"],
            confidence=Confidence.LOW if from_last in shaky else sound,
            **period,
        )

    values = row.get("values", [])
    for index, value in enumerate(values):
        if value is not None:
            back = len(values) - 1 - index
            first = stage.calendar.quarters_on(1 - back - row.get("span", 1))
            last = stage.calendar.quarters_on(-back)
            record(
                value,
                back + 1,
                period_start=first.starts_on,
                period_end=last.ends_on,
                period_precision="month",
            )
    years = row.get("years", [])
    for index, value in enumerate(years):
        back = len(years) - index
        year = stage.calendar.quarters_on(-4 * back)
        while year.number > 1:
            year = year.previous()
        end = year.next().next().next()
        record(
            value,
            back,
            period_start=year.starts_on,
            period_end=end.ends_on,
            period_precision="month",
        )
    if "undated" in row:
        record(row["undated"], 1)


def evidence_load(stage: Stage, references: set[str]) -> None:
    """Evidence of these activities that the office has accepted, or that still waits for that."""
    for reference, grade, title, month, note, *offered in rows_of("evidence.yaml"):
        if reference not in references:
            continue
        activity = stage.activities[reference]
        evidence_record(
            actor=stage.office,
            activity=activity,
            title=title,
            grade=grade,
            state=EvidenceItem.State.OFFERED if offered else EvidenceItem.State.ACCEPTED,
            note=note,
            added_on=stage.calendar.month_end(month) - dt.timedelta(days=5),
            added_by=activity.owner,
        )


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _year_key(calendar: Calendar, years: int) -> str:
    return calendar.quarters_on(4 * years).year_key
