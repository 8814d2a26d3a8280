"""Totals of the periods to come: promises of the table, and whether its chances come true."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brikopt.demand import forecast_totals
from brikopt.demand.totals.history import lay_out
from brikopt.demand.totals.hypotheses import weigh_hypotheses
from brikopt.demand.totals.likeness import FEWEST_SERIES, learn_likeness
from brikopt.scoring import pinball
from tests.demand.totals.series import as_frame, lumpy

QUANTILES = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98]
COLUMNS = ["series_id", "horizon", "mean", "q0.1", "q0.25", "q0.5", "q0.75", "q0.9", "q0.95", "q0.98"]


def test_the_table_is_the_one_promised():
    """Two series and two horizons: four rows, series as first seen, horizons as given."""
    history = pd.DataFrame({"series_id": ["B", "A"] * 10, "period": np.arange(20) // 2, "units": [1, 2] * 10})
    found = forecast_totals(history, horizons=[6, 3])
    assert found.columns.tolist() == COLUMNS
    assert found["series_id"].tolist() == ["B", "B", "A", "A"]
    assert found["horizon"].tolist() == [6, 3, 6, 3]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 40), min_size=1, max_size=30), min_size=1, max_size=5),
    st.lists(st.integers(1, 40), min_size=1, max_size=3),
    st.lists(st.floats(0.001, 0.999), min_size=1, max_size=6),
)
def test_any_history_gets_finite_rising_quantiles(histories, horizons, quantiles):
    """From one period of nothing to thirty of anything: no gap, nothing negative, never a higher chance for less."""
    rows = [(series, period, units) for series, own in enumerate(histories) for period, units in enumerate(own)]
    history = pd.DataFrame(rows, columns=["series_id", "period", "units"])
    found = forecast_totals(history, horizons, quantiles)
    values = found.iloc[:, 2:].to_numpy()
    assert len(found) == len(histories) * len(horizons)
    assert np.isfinite(values).all()
    assert (values >= 0).all()
    assert (np.diff(values[:, 1:][:, np.argsort(quantiles, kind="stable")], axis=1) >= 0).all()


def crowd(size=40, periods=48, seed=5):
    """Enough series for the forest."""
    return as_frame(lumpy(size, periods, seed, drift=0.1))


def test_the_same_series_get_the_same_numbers_in_any_order_of_rows():
    """Forty series, shuffled: not a bit differs; and a second call repeats the first."""
    history = crowd()
    first = forecast_totals(history, [3]).set_index("series_id")
    again = forecast_totals(history, [3]).set_index("series_id")
    mixed = forecast_totals(history.sample(frac=1.0, random_state=2), [3]).set_index("series_id")
    pd.testing.assert_frame_equal(first, again, check_exact=True)
    pd.testing.assert_frame_equal(first, mixed.loc[first.index], check_exact=True)


def test_the_call_leaves_the_history_as_it_was():
    """Not one cell is changed."""
    history = crowd(3)
    kept = history.copy()
    forecast_totals(history, [3])
    pd.testing.assert_frame_equal(history, kept)


@pytest.mark.parametrize("size", [4, 40])
def test_ten_units_a_pack_make_ten_times_the_forecast(size):
    """Counted in packs or in units, the same goods are forecast."""
    history = crowd(size)
    packs = forecast_totals(history, [6])
    units = forecast_totals(history.assign(units=10 * history["units"]), [6])
    np.testing.assert_allclose(units.iloc[:, 2:], 10 * packs.iloc[:, 2:], rtol=1e-9)


def test_rows_of_nothing_say_what_missing_rows_say():
    """Dropping rows of 0 between the first row and the newest period changes nothing."""
    history = crowd()
    ends = history["period"].isin([0, history["period"].max()])
    thinned = history[(history["units"] > 0) | ends]
    assert len(thinned) < len(history)
    pd.testing.assert_frame_equal(forecast_totals(history, [4]), forecast_totals(thinned, [4]))


def test_never_used_is_nearly_nothing_but_not_impossible():
    """36 periods without use: at most a quarter of a unit is expected in three, and the 95 % quantile is 0."""
    found = forecast_totals(as_frame(np.zeros((1, 36))), [3])
    assert 0 < found["mean"].item() < 0.25
    assert found["q0.95"].item() == 0


def test_a_steady_series_is_forecast_as_steady():
    """Ten units in each of 60 periods: about 60 in six, four times in five 48 to 74."""
    found = forecast_totals(as_frame(np.array([[10] * 59 + [11]])), [6])
    assert found["mean"].item() == pytest.approx(60, rel=0.05)
    assert 48 <= found["q0.1"].item() <= found["q0.9"].item() <= 74


def test_the_newest_level_counts_when_levels_shift():
    """Forty series of 2 a period for 30 periods, then 8 a period for 18: about 8 are expected next."""
    rng = np.random.default_rng(3)
    units = np.concatenate([rng.poisson(2, (40, 30)), rng.poisson(8, (40, 18))], axis=1)
    assert forecast_totals(as_frame(units), [1])["mean"].mean() == pytest.approx(8, rel=0.1)


@pytest.fixture(scope="module")
def known():
    """300 lumpy series: 48 periods known, and what the next six brought."""
    units = lumpy(300, 54, seed=11, drift=0.1)
    return as_frame(units[:, :48]), units[:, 48:].sum(axis=1).astype(float)


def test_what_is_said_to_happen_nine_times_in_ten_does(known):
    """300 series: 90 % quantiles hold for 87–97 %, 50 % quantiles for 45–65 % (ties count as held)."""
    history, happened = known
    found = forecast_totals(history, [6])
    assert 0.87 <= (happened <= found["q0.9"]).mean() <= 0.97
    assert 0.45 <= (happened <= found["q0.5"]).mean() <= 0.65


def test_quantiles_beat_those_of_all_past_totals(known):
    """At least 5 % less pinball loss than the plain quantiles of the totals of any six periods of the past."""
    history, happened = known
    units = history["units"].to_numpy().reshape(300, 48)
    past = np.lib.stride_tricks.sliding_window_view(units, 6, axis=1).sum(axis=2)
    plain = np.quantile(past, QUANTILES, axis=1).T
    ours = forecast_totals(history, [6])[[f"q{chance:g}" for chance in QUANTILES]].to_numpy()
    assert pinball(happened, ours, np.array(QUANTILES)) < 0.95 * pinball(happened, plain, np.array(QUANTILES))


def test_few_series_have_no_crowd_to_learn_from():
    """One series fewer than 20 leaves the series to their own hypotheses."""
    enough, few = (lay_out(crowd(size)) for size in (FEWEST_SERIES, FEWEST_SERIES - 1))
    assert learn_likeness(few, 3, np.array([0.5])) is None
    assert learn_likeness(enough, 3, np.array([0.5])) is not None


def test_an_even_use_is_told_from_a_lumpy_one():
    """Ten a period beside forty every fourth: as much is expected, but the variance of six periods is larger."""
    units = np.array([[10] * 60, [0, 0, 0, 40] * 15])
    even, lumps = (lay_out(as_frame(row[None] + np.eye(1, 60, dtype=int))) for row in units)
    spread = [(mix.weight * mix.variance).sum() for mix in (weigh_hypotheses(even, 6), weigh_hypotheses(lumps, 6))]
    assert 1.5 * spread[0] < spread[1]


def test_no_series_and_no_horizon_make_an_empty_table():
    """The columns are there all the same."""
    history = crowd(2)
    assert forecast_totals(history.iloc[:0], [3]).columns.tolist() == COLUMNS
    nothing = forecast_totals(history, [])
    assert nothing.columns.tolist() == COLUMNS
    assert len(nothing) == 0


@pytest.mark.parametrize("horizon", [0, -1, 2.5, True])
def test_a_horizon_is_a_number_of_periods(horizon):
    """None, fewer, and two and a half periods are refused by name."""
    with pytest.raises(ValueError, match="horizons"):
        forecast_totals(crowd(2), [horizon])


@pytest.mark.parametrize("chance", [0.0, 1.0, -0.1, 95, float("nan")])
def test_a_quantile_lies_between_0_and_1(chance):
    """95 is no chance; 0.95 is."""
    with pytest.raises(ValueError, match="quantiles"):
        forecast_totals(crowd(2), [3], [0.5, chance])


def test_quantiles_keep_the_order_in_which_they_were_asked():
    """0.9 before 0.5: the columns too."""
    found = forecast_totals(crowd(2), [3], [0.9, 0.5])
    assert found.columns.tolist()[3:] == ["q0.9", "q0.5"]
    assert (found["q0.9"] >= found["q0.5"]).all()
