"""A small published portal, made through the services: what most tests of reading stand on."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from civic.accounts.models import Role, Unit, User
from civic.core.periods import Period
from promises.models import (
    Activity,
    Commitment,
    CommitmentWording,
    Engagement,
    ProgressUpdate,
    Promise,
    PromiseWording,
    Quarter,
    Snapshot,
    Strategy,
)
from promises.services.publication import quarter_publish, strategy_adopt
from promises.services.quarters import quarter_ensure
from promises.services.updates import update_approve, update_save, update_submit
from tests.people import person

PERIOD = Period(2025, 1)
TODAY = dt.date(2025, 11, 10)
PUBLISHED = dt.datetime(2025, 11, 21, 9, 0, tzinfo=dt.UTC)


@dataclass
class Story:
    """Two promises with two commitments each; `activities` in turn serve them."""

    strategy: Strategy
    unit: Unit
    owner: User
    lead: User
    publisher: User
    signer: User
    administrator: User
    stranger: User
    quarter: Quarter
    activities: list[Activity] = field(default_factory=list)
    commitments: list[Commitment] = field(default_factory=list)

    def report(self, activity: Activity, **changes: Any) -> ProgressUpdate:
        """An approved update of `activity` for the story's quarter."""
        values: dict[str, Any] = {
            "delivery": "on_track",
            "percent": 50,
            "narrative": f"{activity.title} went on.",
            "reason": "",
            "next_steps": "",
        }
        update = update_save(
            actor=self.owner,
            activity=activity,
            quarter=self.quarter,
            expected_version=None,
            **values | changes,
        )
        update_submit(actor=self.owner, update=update, expected_version=update.version)
        update_approve(actor=self.lead, update=update, expected_version=update.version)
        return update

    def log(self, *activities: Activity, **changes: Any) -> Engagement:
        """A logged engagement in the story's quarter."""
        day = changes.pop("starts_on", dt.date(2025, 9, 18))
        people = changes.pop("attendees", 40)
        values: dict[str, Any] = {
            "title": "Advice evening",
            "count_method": "counted" if people is not None else "",
        }
        engagement = Engagement.objects.create(
            strategy=self.strategy,
            starts_on=day,
            ends_on=day,
            attendees_from=people,
            attendees_to=people,
            attendees=people,
            **values | changes,
        )
        engagement.activities.set(activities)
        return engagement

    def publish(self, at: dt.datetime = PUBLISHED) -> Snapshot:
        return quarter_publish(
            actor=self.publisher, signed_off_by=self.signer, quarter=self.quarter, at=at
        )

    def open(self, period: Period, today: dt.date) -> Quarter:
        """Go on to another quarter."""
        self.quarter = quarter_ensure(
            actor=self.publisher, strategy=self.strategy, period=period, today=today
        )
        return self.quarter


def make_story(*, activities: int = 3, labels: dict[str, str] | None = None) -> Story:
    """An adopted strategy with its first quarter collecting, and `activities` owned activities."""
    unit, _made = Unit.objects.get_or_create(slug="law", name="School of Law")
    strategy = Strategy.objects.create(
        slug="place-2025",
        title="A strategy for the place",
        institution="Mersey University",
        labels=labels or {},
    )
    commitments = []
    for number in (1, 2):
        promise = Promise.objects.create(
            strategy=strategy, number=number, title=f"We keep our word in matter {number}"
        )
        PromiseWording.objects.create(promise=promise, number=1, text=promise.title)
        for position in (1, 2):
            commitment = Commitment.objects.create(
                strategy=strategy,
                promise=promise,
                code=f"{number}.{position}",
                position=position,
                text=f"We will look after matter {number}.{position}.",
            )
            CommitmentWording.objects.create(
                commitment=commitment, number=1, text=commitment.text, items=[]
            )
            commitments.append(commitment)
    publisher = person("olive", Role.OFFICE)
    story = Story(
        strategy=strategy,
        unit=unit,
        owner=person("sam", Role.STAFF),
        lead=person("lena", Role.UNIT_LEAD, unit=unit),
        publisher=publisher,
        signer=person("oscar", Role.OFFICE),
        administrator=person("ada", Role.ADMINISTRATOR),
        stranger=person("stan", Role.STAFF),
        quarter=Quarter(),
        commitments=commitments,
    )
    for number in range(1, activities + 1):
        activity = Activity.objects.create(
            strategy=strategy,
            reference=f"GN-{number:02}",
            title=f"Activity number {number}",
            owner=story.owner,
            owner_role="Head of Outreach",
            unit=unit,
            target_on=dt.date(2026, 7, 31),
            target_precision="day",
        )
        activity.commitments.add(commitments[(number - 1) % len(commitments)])
        story.activities.append(activity)
    strategy_adopt(
        actor=publisher, strategy=strategy, at=dt.datetime(2025, 8, 1, 9, 0, tzinfo=dt.UTC)
    )
    story.open(PERIOD, TODAY)
    return story
