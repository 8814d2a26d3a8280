"""Standing orders: series that vary less than by chance."""

import numpy as np
import pandas as pd
import pytest

from brikopt.demand import forecast_totals
from brikopt.demand.totals.history import lay_out
from brikopt.demand.totals.regularity import CYCLES, find_regular, maybe_regular, urn_evidence
from tests.demand.totals.series import as_frame, lumpy

QUANTILES = [0.01, 0.05, 0.5, 0.95]


def totals_of(units, horizon):
    """Quantiles of one series' total."""
    return forecast_totals(as_frame(np.array([units])), [horizon], QUANTILES).iloc[0, 3:].tolist()


@pytest.mark.parametrize("units", [1, 3, 10, 250])
@pytest.mark.parametrize("periods", [36, 104])
def test_a_standing_order_stays(units, periods):
    """Every period the same: three periods bring three times that, from the 1 % to the 95 % quantile."""
    assert totals_of([units] * periods, 3) == [3 * units] * 4


def test_a_short_standing_order_is_less_sure():
    """12 of 12 periods had 10: 30 in 90 of 100 cases, but 1 in 100 is 20 or fewer; 36 of 36 leave less room."""
    assert totals_of([10] * 12, 3)[1:] == pytest.approx([30, 30, 30], abs=0.5)
    assert totals_of([10] * 12, 3)[0] == pytest.approx(20, abs=0.5)


def test_nine_ten_eleven_in_turn():
    """Any three periods in turn have had 30."""
    low, median, high = totals_of([9, 10, 11] * 12, 3)[1:]
    assert 27 <= low <= median == 30 <= high <= 33


def test_nine_ten_eleven_in_any_order():
    """Variance 2/3 a period, so 2 in three: nine in ten lie within 30 ± 1.645 × 1.41, rounded out to 27 to 33."""
    units = np.random.default_rng(1).integers(9, 12, 36)
    low, median, high = totals_of(units, 3)[1:]
    assert 26 <= low < median < high <= 34


def test_an_order_every_other_period():
    """0, 20, 0, 20 … ending in 20: nothing in the next one, 20 in three, 120 in twelve."""
    units = [0, 20] * 18
    assert totals_of(units, 1)[1:] == [0, 0, 0]
    assert totals_of(units, 3)[1:] == [20, 20, 20]
    assert totals_of(units, 12)[1:] == [120, 120, 120]


def test_one_gap_leaves_room_for_another():
    """35 of 36 periods had 10: a gap in three comes with about 8 %, so the 5 % quantile is 20 and the median 30."""
    assert totals_of([10] * 20 + [0] + [10] * 15, 3)[1:3] == [20, 30]


def test_a_raised_standing_order_counts_as_it_is_now():
    """24 periods of 10, then 12 of 20: 60 in three, not 40."""
    assert totals_of([10] * 24 + [20] * 12, 3)[1:] == [60, 60, 60]


@pytest.mark.parametrize("freq", ["W-MON", "MS"])
def test_a_standing_order_by_week_or_month_amid_others(freq):
    """Beside 40 lumpy series the crowd doesn't blur it, and the lumpy ones keep their spread."""
    units = np.vstack([np.full((1, 36), 10), lumpy(40, 36, seed=5)])
    history = as_frame(units)
    history["period"] = pd.date_range("2022-01-03" if freq == "W-MON" else "2022-01-01", periods=36, freq=freq)[
        history["period"]
    ]
    found = forecast_totals(history, [3], QUANTILES)
    assert found.loc[0, ["q0.05", "q0.5", "q0.95"]].tolist() == pytest.approx([30, 30, 30], abs=0.1)
    assert list(find_regular(lay_out(history))) == [0]
    pd.testing.assert_frame_equal(found, forecast_totals(history, [3], QUANTILES), check_exact=True)


@pytest.mark.parametrize("seed", range(5))
def test_chance_is_not_taken_for_order(seed):
    """100 Poisson series of 3 a period: at most one in 20 of them is thought regular with over one half."""
    units = np.random.default_rng(seed).poisson(3.0, (100, 36))
    assert sum(regular.sure > 0.5 for regular in find_regular(lay_out(as_frame(units))).values()) <= 5


def test_what_never_was_used_is_no_standing_order():
    """Nothing in 36 periods is silence, not regularity."""
    assert len(maybe_regular(lay_out(as_frame(np.zeros((1, 36), dtype=int))))) == 0


def test_evidence_of_an_urn_by_hand():
    """1, 1, 1, each by chance 0.4, surprises worth half a period: (1 + 0.5·0.7)/1.5 × (2 + 0.5·0.7)/2.5."""
    found = urn_evidence(np.ones(3), np.full(3, 0.4), CYCLES, np.array([0.5]))
    assert np.exp(found[0, 0]) == pytest.approx(1.35 / 1.5 * 2.35 / 2.5)
