"""Laying a history out: gaps, duplicates, steps, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brikopt.demand.totals.errors import BadSeries
from brikopt.demand.totals.history import common_steps, lay_out


def history(*rows):
    """Rows of (series, period, units)."""
    return pd.DataFrame(rows, columns=["series_id", "period", "units"])


def test_a_period_without_a_row_is_a_period_without_use():
    """Periods 1 and 4 with 2 and 3 units: 2, 0, 0, 3."""
    assert lay_out(history(("A", 1, 2), ("A", 4, 3))).steps.tolist() == [[2, 0, 0, 3]]


def test_a_series_ends_at_the_newest_period_of_all():
    """A was last used in period 2, B in period 4: A has two periods of silence, and B starts at its row of 0."""
    laid = lay_out(history(("A", 1, 2), ("A", 2, 3), ("B", 3, 0), ("B", 4, 5)))
    assert laid.steps.tolist() == [[2, 3, 0, 0], [0, 0, 0, 5]]
    assert laid.start.tolist() == [0, 2]


def test_a_series_that_is_only_seen_when_used_starts_after_its_entry():
    """B is first seen in period 2 of 4, used there and in 4: one use in the two periods since, not two in three."""
    laid = lay_out(history(("A", 1, 2), ("B", 2, 1), ("B", 4, 5)))
    assert laid.steps.tolist() == [[2, 0, 0, 0], [0, 0, 0, 5]]
    assert laid.start.tolist() == [0, 2]


def test_two_rows_of_one_period_are_added_up():
    """Two order lines of 2 and 5 units in one week are 7."""
    assert lay_out(history(("A", 1, 2), ("A", 1, 5), ("A", 2, 2))).steps.tolist() == [[7, 2]]


def test_packs_are_counted_as_one_step():
    """20 and 50 units are 2 and 5 packs of 10."""
    laid = lay_out(history(("A", 1, 20), ("A", 2, 50)))
    assert laid.step.tolist() == [10.0]
    assert laid.steps.tolist() == [[2, 5]]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 500), min_size=1, max_size=20), st.integers(1, 12))
def test_all_whole_units_are_whole_steps(units, pack):
    """Whatever is used, the common step divides it, and is a multiple of the pack."""
    found = pack * np.array([units], dtype=float)
    (step,) = common_steps(found)
    assert (found % step == 0).all()
    assert step % pack == 0 or not any(units)


def test_units_without_a_common_step_are_cut_finely():
    """A mean demand of 1 is cut into twentieths at the finest."""
    (step,) = common_steps(np.array([[np.pi / 2, 2 - np.pi / 2]]))
    assert step == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("units", "says"), [(-3, "-3"), (float("nan"), "nan"), (float("inf"), "inf"), (1e13, "1e.13"), ("many", "many")]
)
def test_units_that_are_no_demand_are_refused(units, says):
    """The message names the value; a ValueError for whoever doesn't know our errors."""
    with pytest.raises(ValueError, match=says):
        lay_out(history(("A", 1, 1), ("B-7", 2, units)))


def test_a_negative_demand_is_named_with_its_series():
    """Series B-7, period 2, -3 units."""
    with pytest.raises(BadSeries, match="series B-7, period 2: units are -3"):
        lay_out(history(("A", 1, 1), ("B-7", 2, -3)))


def test_a_missing_column_is_named():
    """Without units there is nothing to forecast."""
    with pytest.raises(BadSeries, match="no column units"):
        lay_out(pd.DataFrame({"series_id": ["A"], "period": [1]}))


def test_a_row_without_a_series_is_refused():
    """An empty id belongs to nobody."""
    with pytest.raises(BadSeries, match="series_id"):
        lay_out(history((None, 1, 2)))


def test_a_period_far_from_all_others_is_taken_for_a_slip():
    """Periods 1 and 20240101 are over twenty million apart."""
    with pytest.raises(BadSeries, match="20240101 periods"):
        lay_out(history(("A", 1, 1), ("A", 20240101, 1)))


def closed(units, available):
    """One series with what could be had in each period."""
    rows = history(*(("A", period, some) for period, some in enumerate(units)))
    return lay_out(rows.assign(available=available)).steps.tolist()[0]


def test_what_could_not_be_had_is_what_was_wanted_just_before():
    """Two empty weeks repeat the two before them in their order; a first one, having none, those after it."""
    assert closed([4, 0, 3, 0, 0, 2], [1, 1, 1, 0, 0, 1]) == [4, 0, 3, 0, 3, 2]
    assert closed([0, 4, 1], [0, 1, 1]) == [4, 4, 1]


def test_units_of_a_period_out_of_stock_are_a_lower_bound():
    """Six went before the shelf was empty, though only two were wanted the week before."""
    assert closed([2, 6, 1], [1, 0, 1]) == [2, 6, 1]


def test_a_series_that_never_could_be_had_stays_as_it_is():
    """Nothing tells what was wanted."""
    assert closed([0, 1, 0], [0, 0, 0]) == [0, 1, 0]


@pytest.mark.parametrize("available", [2, np.nan, "yes"])
def test_available_is_0_or_1(available):
    """The series and period are named."""
    with pytest.raises(BadSeries, match=r"series A, period 1.*0 or 1"):
        lay_out(history(("A", 0, 1), ("A", 1, 2)).assign(available=[1, available]))
