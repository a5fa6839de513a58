"""A small strategy with one round under way, and one person of every role."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from civic.accounts.models import Role, Unit, User
from civic.core.periods import Period, local_date
from promises.models import Activity, Commitment, ProgressUpdate, Promise, Quarter, Strategy
from promises.services.publication import strategy_adopt
from tests.people import person

State = ProgressUpdate.State


@dataclass
class World:
    strategy: Strategy
    quarter: Quarter
    unit: Unit
    asker: User
    signer: User
    lead: User
    owner: User
    administrator: User

    def activity(self, reference: str, code: str = "1.1", **values: Any) -> Activity:
        values = {"owner": self.owner, "unit": self.unit, "title": f"Activity {reference}"} | values
        activity = Activity.objects.create(strategy=self.strategy, reference=reference, **values)
        if code:
            activity.commitments.add(Commitment.objects.get(strategy=self.strategy, code=code))
        return activity

    def update(self, activity: Activity, state: str, **values: Any) -> ProgressUpdate:
        values = {
            "delivery": "on_track",
            "percent": 40,
            "narrative": "The first half is done.",
            "author": self.owner,
            "submitted_at": timezone.now() if state != State.DRAFT else None,
        } | values
        return ProgressUpdate.objects.create(
            activity=activity, quarter=self.quarter, state=state, **values
        )


def world() -> World:
    unit = Unit.objects.create(slug="estates", name="Estates")
    asker = person("asker", Role.OFFICE)
    strategy = Strategy.objects.create(
        slug="river", title="River promises", institution="Riverside"
    )
    for number, title in ((1, "Clean water"), (2, "Open doors")):
        promise = Promise.objects.create(strategy=strategy, number=number, title=title)
        Commitment.objects.create(
            promise=promise, strategy=strategy, code=f"{number}.1", position=1, text=f"{title}."
        )
    strategy_adopt(actor=asker, strategy=strategy)
    today = local_date(timezone.now())
    period = Period.containing(today)
    quarter = Quarter.objects.create(
        strategy=strategy,
        year=period.year,
        number=period.number,
        state=Quarter.State.COLLECTING,
        collecting_from=today,
        collecting_until=today + dt.timedelta(days=3),
        reviewing_until=today + dt.timedelta(days=10),
    )
    return World(
        strategy=strategy,
        quarter=quarter,
        unit=unit,
        asker=asker,
        signer=person("signer", Role.OFFICE),
        lead=person("lead", Role.STAFF, Role.UNIT_LEAD, unit=unit),
        owner=person("owner", Role.STAFF),
        administrator=person("administrator", Role.ADMINISTRATOR),
    )
