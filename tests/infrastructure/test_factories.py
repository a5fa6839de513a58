"""Every factory makes a record that its model's own checks accept."""

import pytest

from promises.models import ProgressUpdate
from tests import factories

FACTORIES = [
    value
    for name, value in sorted(vars(factories).items())
    if name.endswith("Factory") and value.__module__ == factories.__name__
]


@pytest.mark.django_db
@pytest.mark.parametrize("made_by", FACTORIES, ids=lambda made_by: made_by.__name__)
def test_factory_makes_records_that_are_sound_and_may_be_made_again(made_by):
    first, second = made_by.create(), made_by.create()

    first.full_clean()
    second.full_clean()

    assert first.pk != second.pk


@pytest.mark.django_db
def test_update_and_its_quarter_belong_to_the_strategy_of_the_activity():
    update: ProgressUpdate = factories.ProgressUpdateFactory.create()

    assert update.quarter.strategy == update.activity.strategy
    assert update.quarter.key == "2025-26-Q2"
