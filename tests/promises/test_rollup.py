"""Roll-up: counts and the weighted mean."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promises.rollup import delivery_counts, mean_percent
from promises.words import DELIVERY_ORDER

PARTS = st.lists(
    st.tuples(
        st.none() | st.integers(0, 100),
        st.decimals(Decimal("0.01"), Decimal("9999.99"), places=2),
    )
)


def test_counts_hold_every_word_in_the_fixed_order():
    assert list(delivery_counts([])) == DELIVERY_ORDER
    assert set(delivery_counts([]).values()) == {0}


@given(st.lists(st.sampled_from(DELIVERY_ORDER)))
def test_counts_add_up_to_the_number_of_activities(deliveries):
    counts = delivery_counts(deliveries)
    assert sum(counts.values()) == len(deliveries)
    assert all(counts[word] == deliveries.count(word) for word in DELIVERY_ORDER)


def test_mean_of_nothing_reported_is_none():
    assert mean_percent([]) is None
    assert mean_percent([(None, Decimal(1)), (None, Decimal(5))]) is None


def test_mean_leaves_out_what_was_never_reported():
    assert mean_percent([(50, Decimal(1)), (None, Decimal(9))]) == Decimal("50.0")


def test_mean_is_weighted():
    assert mean_percent([(0, Decimal(1)), (100, Decimal(3))]) == Decimal("75.0")


@pytest.mark.parametrize(("percents", "mean"), [((0, 0, 1), "0.3"), ((1, 0, 0, 0), "0.3")])
def test_mean_has_one_decimal_place_halves_up(percents, mean):
    assert mean_percent((percent, Decimal(1)) for percent in percents) == Decimal(mean)


@given(PARTS)
def test_mean_lies_between_the_least_and_the_most(parts):
    told = [percent for percent, _weight in parts if percent is not None]
    mean = mean_percent(parts)
    assert (mean is None) == (not told)
    if told:
        assert min(told) <= mean <= max(told)


@given(PARTS, st.randoms())
def test_mean_does_not_depend_on_the_order(parts, random):
    shuffled = list(parts)
    random.shuffle(shuffled)
    assert mean_percent(shuffled) == mean_percent(parts)
