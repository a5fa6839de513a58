"""Records for tests, in a believable state and through the models' own checks.

Dates stand around the second quarter of 2025-26. What a service would derive (an engagement's
middle number, an organisation's name key) is derived here too.
"""

import datetime as dt
from typing import Any

import factory
from django.contrib.auth.hashers import make_password
from factory.django import DjangoModelFactory

from civic.accounts.models import Role, RoleAssignment, Unit, User
from civic.core.models import Term, Vocabulary
from civic.core.periods import Period
from partners.models import Organisation
from partners.queries import name_key
from promises.models import (
    Activity,
    Commitment,
    CommitmentWording,
    Engagement,
    EvidenceItem,
    Indicator,
    Milestone,
    ProgressUpdate,
    Promise,
    PromiseWording,
    Quarter,
    Reading,
    Strategy,
)
from promises.words import CountMethod, Delivery, EvidenceGrade

PASSWORD = "correct horse battery staple"
PERIOD = Period(2025, 2)


class UnitFactory(DjangoModelFactory[Unit]):
    class Meta:
        model = Unit

    slug = factory.Sequence(lambda n: f"school-{n}")
    name = factory.Sequence(lambda n: f"School {n}")


class UserFactory(DjangoModelFactory[User]):
    """Signs in with `PASSWORD`. `roles=["office"]`; `leads=[unit]` makes a unit lead of each."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")
    password = factory.LazyFunction(lambda: make_password(PASSWORD))

    @factory.post_generation
    def roles(self: User, create: bool, extracted: list[str] | None, **_: Any) -> None:
        for role in [Role.STAFF] if extracted is None else extracted:
            RoleAssignment.objects.create(user=self, role=role)

    @factory.post_generation
    def leads(self: User, create: bool, extracted: list[Unit] | None, **_: Any) -> None:
        for unit in extracted or []:
            RoleAssignment.objects.create(user=self, role=Role.UNIT_LEAD, unit=unit)


class VocabularyFactory(DjangoModelFactory[Vocabulary]):
    class Meta:
        model = Vocabulary
        django_get_or_create = ("slug",)

    slug = factory.Sequence(lambda n: f"vocabulary-{n}")
    title = factory.LazyAttribute(lambda vocabulary: vocabulary.slug.capitalize())


class TermFactory(DjangoModelFactory[Term]):
    class Meta:
        model = Term

    vocabulary = factory.SubFactory(VocabularyFactory)
    code = factory.Sequence(lambda n: f"term-{n}")
    label = factory.Sequence(lambda n: f"Term {n}")


class OrganisationFactory(DjangoModelFactory[Organisation]):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Organisation {n}")
    name_key = factory.LazyAttribute(lambda organisation: name_key(organisation.name))
    slug = factory.Sequence(lambda n: f"organisation-{n}")


class StrategyFactory(DjangoModelFactory[Strategy]):
    """Not adopted: adoption freezes wording and makes a snapshot, so it goes through the service."""

    class Meta:
        model = Strategy

    slug = factory.Sequence(lambda n: f"strategy-{n}")
    title = factory.Sequence(lambda n: f"Strategy {n}")
    institution = "University of Somewhere"
    introduced = 2022
    themes = factory.SubFactory(VocabularyFactory, slug="themes")
    enablers = factory.SubFactory(VocabularyFactory, slug="enablers")


class PromiseFactory(DjangoModelFactory[Promise]):
    class Meta:
        model = Promise
        skip_postgeneration_save = True

    strategy = factory.SubFactory(StrategyFactory)
    number = factory.LazyAttribute(lambda promise: promise.strategy.promises.count() + 1)
    title = factory.LazyAttribute(lambda promise: f"We keep promise {promise.number}")

    @factory.post_generation
    def wording(self: Promise, create: bool, extracted: object, **_: Any) -> None:
        PromiseWording.objects.create(promise=self, number=1, text=self.title)


class CommitmentFactory(DjangoModelFactory[Commitment]):
    class Meta:
        model = Commitment
        skip_postgeneration_save = True

    promise = factory.SubFactory(PromiseFactory)
    strategy = factory.SelfAttribute("promise.strategy")
    position = factory.LazyAttribute(lambda one: one.promise.commitments.count() + 1)
    code = factory.LazyAttribute(lambda one: f"{one.promise.number}.{one.position}")
    text = factory.LazyAttribute(lambda one: f"We do what commitment {one.code} says.")

    @factory.post_generation
    def wording(self: Commitment, create: bool, extracted: object, **_: Any) -> None:
        CommitmentWording.objects.create(
            commitment=self, number=1, text=self.text, items=self.items
        )


class ActivityFactory(DjangoModelFactory[Activity]):
    """Give `commitments=[...]` of its own strategy; without, it serves one that is made for it."""

    class Meta:
        model = Activity
        skip_postgeneration_save = True

    strategy = factory.SubFactory(StrategyFactory)
    reference = factory.Sequence(lambda n: f"AC-{n:02d}")
    title = factory.Sequence(lambda n: f"Activity {n}")
    unit = factory.SubFactory(UnitFactory)
    owner = factory.SubFactory(UserFactory, unit=factory.SelfAttribute("..unit"))
    start_on = dt.date(2025, 8, 1)
    start_precision = "day"
    target_on = dt.date(2026, 7, 31)
    target_precision = "day"

    @factory.post_generation
    def commitments(
        self: Activity, create: bool, extracted: list[Commitment] | None, **_: Any
    ) -> None:
        if extracted is None:
            extracted = [CommitmentFactory.create(promise__strategy=self.strategy)]
        self.commitments.set(extracted)


class MilestoneFactory(DjangoModelFactory[Milestone]):
    class Meta:
        model = Milestone

    activity = factory.SubFactory(ActivityFactory)
    title = factory.Sequence(lambda n: f"Milestone {n}")
    due_on = dt.date(2026, 3, 31)


class QuarterFactory(DjangoModelFactory[Quarter]):
    """2025-26-Q2 and open, unless `year` and `number` say otherwise."""

    class Meta:
        model = Quarter

    strategy = factory.SubFactory(StrategyFactory)
    year = PERIOD.year
    number = PERIOD.number
    state = Quarter.State.OPEN
    collecting_from = factory.LazyAttribute(lambda quarter: quarter.period.ends_on)
    collecting_until = factory.LazyAttribute(
        lambda quarter: quarter.collecting_from + dt.timedelta(days=14)
    )
    reviewing_until = factory.LazyAttribute(
        lambda quarter: quarter.collecting_until + dt.timedelta(days=7)
    )

    class Params:
        period = factory.LazyAttribute(lambda quarter: Period(quarter.year, quarter.number))


class ProgressUpdateFactory(DjangoModelFactory[ProgressUpdate]):
    """A complete draft by the activity's owner."""

    class Meta:
        model = ProgressUpdate

    activity = factory.SubFactory(ActivityFactory)
    quarter = factory.SubFactory(
        QuarterFactory, strategy=factory.SelfAttribute("..activity.strategy")
    )
    delivery = Delivery.ON_TRACK
    percent = 40
    narrative = "Two of five sessions were held."
    author = factory.SelfAttribute("activity.owner")


class EngagementFactory(DjangoModelFactory[Engagement]):
    """Logged, 30 people counted. `activities=[...]` and `partners=[...]` of your own."""

    class Meta:
        model = Engagement
        skip_postgeneration_save = True

    strategy = factory.SubFactory(StrategyFactory)
    title = factory.Sequence(lambda n: f"Engagement {n}")
    starts_on = dt.date(2025, 11, 21)
    ends_on = factory.SelfAttribute("starts_on")
    attendees_from = 30
    attendees_to = factory.SelfAttribute("attendees_from")
    attendees = factory.LazyAttribute(
        lambda one: (
            None if one.attendees_from is None else (one.attendees_from + one.attendees_to + 1) // 2
        )
    )
    count_method = CountMethod.COUNTED
    logged_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def activities(
        self: Engagement, create: bool, extracted: list[Activity] | None, **_: Any
    ) -> None:
        self.activities.set(extracted or [])

    @factory.post_generation
    def partners(
        self: Engagement, create: bool, extracted: list[Organisation] | None, **_: Any
    ) -> None:
        self.partners.set(extracted or [])


class EvidenceItemFactory(DjangoModelFactory[EvidenceItem]):
    """An accepted document for an activity; for an engagement give `activity=None` with it."""

    class Meta:
        model = EvidenceItem

    activity = factory.SubFactory(ActivityFactory)
    title = factory.Sequence(lambda n: f"Evidence {n}")
    grade = EvidenceGrade.DOCUMENTED
    state = EvidenceItem.State.ACCEPTED
    added_on = dt.date(2025, 12, 1)


class IndicatorFactory(DjangoModelFactory[Indicator]):
    class Meta:
        model = Indicator

    strategy = factory.SubFactory(StrategyFactory)
    reference = factory.Sequence(lambda n: f"IN-{n:02d}")
    title = factory.Sequence(lambda n: f"Indicator {n}")
    unit = "people"


class ReadingFactory(DjangoModelFactory[Reading]):
    class Meta:
        model = Reading

    indicator = factory.SubFactory(IndicatorFactory)
    value = 100
    period_start = PERIOD.starts_on
    period_end = PERIOD.ends_on
    period_precision = "day"
    method = Reading.Method.COUNTED
