"""Loading a strategy and changing the plan through the services, beside the commands."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from civic.core.errors import NotAllowed, StaleVersion, WrongState
from civic.core.periods import PartialDate
from promises.models import Activity, Indicator, Reading, Strategy
from promises.services.activities import (
    ActivityData,
    activity_create,
    activity_data,
    activity_edit,
)
from promises.services.measures import indicator_create, indicator_edit, reading_record
from promises.services.strategies import (
    CommitmentData,
    PromiseData,
    StrategyData,
    plural,
    strategy_load,
)
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PLAN = StrategyData(
    slug="harbour",
    title="Harbour",
    institution="Harbour University",
    promises=(
        PromiseData(1, "We open", (CommitmentData("a", "Doors"), CommitmentData("b", "Gates"))),
    ),
    themes=("Skills", "Places"),
)
TWO = StrategyData(
    slug="harbour-2",
    title="Harbour again",
    institution="Harbour University",
    promises=(PromiseData(1, "We open", (CommitmentData("a", "Doors"),)),),
    themes=("Skills",),
)


@pytest.fixture
def office():
    return UserFactory(roles=["office"])


@pytest.fixture
def strategy(office):
    return strategy_load(actor=office, data=PLAN).strategy


def test_load_is_for_the_office():
    with pytest.raises(NotAllowed):
        strategy_load(actor=UserFactory(), data=PLAN)
    assert not Strategy.objects.exists()


def test_unadopted_strategy_keeps_what_activities_serve(office, strategy):
    later = strategy_load(
        actor=office,
        data=StrategyData(**{**vars(TWO), "promises": PLAN.promises, "themes": PLAN.themes}),
    ).strategy
    activity = activity_create(
        actor=office,
        data=ActivityData(
            later,
            "X-1",
            "Gate day",
            commitments=[later.commitments.get(code="b")],
            terms=[later.themes.terms.get(label="Places")],
        ),
    )
    with pytest.raises(WrongState, match="leaves out b, which activities serve"):
        strategy_load(actor=office, data=TWO)
    activity.commitments.clear()
    with pytest.raises(WrongState, match="“Places” is no longer among the themes"):
        strategy_load(actor=office, data=TWO)
    activity.terms.clear()
    assert not strategy_load(actor=office, data=TWO).unchanged
    assert later.commitments.count() == later.themes.terms.count() == 1


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("Promise", "Promises"),
        ("Priority", "Priorities"),
        ("Key", "Keys"),
        ("Pledge class", "Pledge classes"),
        ("Approach", "Approaches"),
    ],
)
def test_plural(one, many):
    assert plural(one) == many


def test_activity_keeps_the_precision_of_its_dates(office, strategy):
    activity = activity_create(
        actor=office,
        data=ActivityData(
            strategy, "X-1", "Walk", start=PartialDate(2024), target=PartialDate(2026, 2)
        ),
    )
    assert (activity.start_words, activity.target_words) == ("2024", "February 2026")
    data = activity_data(activity)
    assert (data.start, data.target) == (PartialDate(2024), PartialDate(2026, 2))


def test_activity_edit_counts_versions_and_refuses_old_ones(office, strategy):
    activity = activity_create(actor=office, data=ActivityData(strategy, "X-1", "Walk"))
    data = activity_data(activity)
    data.title = "Longer walk"
    activity_edit(actor=office, activity=activity, expected_version=1, data=data)
    assert Activity.objects.get().version == 2
    with pytest.raises(StaleVersion):
        activity_edit(actor=office, activity=activity, expected_version=1, data=data)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"start": PartialDate(2026), "target": PartialDate(2025)}, "target_on"),
        ({"opening_delivery": "not_reported"}, "opening_delivery"),
        ({"weight": Decimal(0)}, "weight"),
        ({"title": ""}, "title"),
    ],
)
def test_activity_refuses_what_cannot_be(office, strategy, changes, field):
    facts = {"reference": "X-1", "title": "Walk"} | changes
    with pytest.raises(ValidationError) as caught:
        activity_create(actor=office, data=ActivityData(strategy, **facts))
    assert field in caught.value.message_dict


def test_activity_reference_is_unique_in_its_strategy(office, strategy):
    activity_create(actor=office, data=ActivityData(strategy, "X-1", "Walk"))
    with pytest.raises(ValidationError):
        activity_create(actor=office, data=ActivityData(strategy, "X-1", "Run"))


def test_indicators_are_numbered_and_a_reading_is_corrected(office, strategy):
    activity = activity_create(actor=office, data=ActivityData(strategy, "X-1", "Walk"))
    first = indicator_create(
        actor=office, strategy=strategy, activity=activity, title="Steps", unit="steps"
    )
    second = indicator_create(
        actor=office, strategy=strategy, activity=activity, title="Miles", unit="miles"
    )
    assert (first.reference, second.reference) == ("X-1-1", "X-1-2")
    indicator_edit(actor=office, indicator=first, target=Decimal(500))
    assert Indicator.objects.get(reference="X-1-1").target == 500
    reading_record(actor=office, indicator=first, value=Decimal(10))
    reading_record(actor=office, indicator=first, value=Decimal(12), source="Step book")
    assert list(Reading.objects.values_list("value", "source")) == [(Decimal(12), "Step book")]
