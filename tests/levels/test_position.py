"""What a position and its costs may be."""

import numpy as np
import pytest

from brikopt.levels import Costs, Position


def test_chances_typed_with_three_digits_are_made_to_sum_to_one():
    """Three times 0.333 is 0.999, so each is a third."""
    assert Position([0.333, 0.333, 0.333]).pmf.tolist() == pytest.approx([1 / 3] * 3)


def test_the_mean_demand_is_the_weighted_number_of_units():
    """0.15 times 1 and 0.05 times 2."""
    assert Position([0.8, 0.15, 0.05]).mean_demand == pytest.approx(0.25)


def test_positions_can_be_compared_whatever_kind_of_list_the_chances_came_in():
    """A list and an array."""
    assert Position([0.5, 0.5]) == Position(np.array([0.5, 0.5]))


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"demand_pmf": [0.5, 0.4]}, "sums to 0.9"),
        ({"demand_pmf": [1.2, -0.2]}, "-0.2 for 1 units"),
        ({"demand_pmf": [np.nan, 1]}, "nan for 0 units"),
        ({"demand_pmf": []}, "shape"),
        ({"lead_time_days": -1}, "lead_time_days is -1"),
        ({"lead_time_days": 1.5}, "lead_time_days is 1.5"),
        ({"shelf_life_days": 0}, "shelf_life_days is 0"),
        ({"newest_first_share": 1.1}, "newest_first_share is 1.1"),
        ({"newest_first_share": np.nan}, "newest_first_share is nan"),
        ({"unmet": "gone"}, "unmet is 'gone'"),
        ({"pack_size": 0}, "pack_size is 0"),
        ({"max_stock": 0}, "max_stock is 0"),
        ({"pack_size": 5, "max_order": 4}, "max_order is 4"),
    ],
)
def test_a_value_that_cannot_be_is_named(changes, named):
    """The message says which value, and what it is."""
    with pytest.raises(ValueError, match=named):
        Position(**{"demand_pmf": [0.5, 0.5], **changes})


@pytest.mark.parametrize("cost", [-1.0, np.nan, np.inf])
def test_a_cost_that_cannot_be_is_named(cost):
    """Costs are finite, and 0 or more."""
    with pytest.raises(ValueError, match=f"expired_unit is {cost}"):
        Costs(expired_unit=cost)
