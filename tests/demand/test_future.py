"""Use of the days to come, drawn."""

import numpy as np
import pytest

from brikopt.demand.future import day_by_day, draw_demand, draw_lumpiness, draw_rates, uses_of, wanted_before
from brikopt.demand.rates import RATES
from brikopt.demand.variation import USUAL

PATHS = 20_000
NO_SEASON = np.ones(1)
CALM = USUAL._replace(base=1.5, weekly=0.1, monthly=0.0)


def weeks_of(rate, base, growth, weeks=1, paths=PATHS):
    """Units wanted in each of the first weeks of many paths at one rate, fixed seed."""
    rates = np.full(paths, rate)
    v = USUAL._replace(base=base, weekly=growth, monthly=0.0)
    uses = draw_demand(np.random.default_rng(7), rates, rates, np.ones(paths), v, NO_SEASON, 7 * weeks)
    return day_by_day(uses).reshape(paths, weeks, 7).sum(axis=2)


@pytest.mark.parametrize(("rate", "base", "growth"), [(0.2, 1.5, 0.3), (2.0, 2.5, 0.1), (0.02, 1.0, 0.0)])
def test_a_week_wants_seven_times_the_rate(rate, base, growth):
    """The mean of 20,000 weeks lies within four standard errors of 7 × rate."""
    week = weeks_of(rate, base, growth)[:, 0]
    error = week.std() / np.sqrt(PATHS)
    assert abs(week.mean() - 7 * rate) < 4 * error


@pytest.mark.parametrize(("rate", "base", "growth"), [(0.2, 1.5, 0.3), (2.0, 2.5, 0.1), (1.0, 4.0, 0.5)])
def test_a_week_varies_as_promised(rate, base, growth):
    """Variance over mean is base + growth × units a week, to 10 %: the rate's own drift adds a little."""
    week = weeks_of(rate, base, growth)[:, 0]
    assert week.var() / week.mean() == pytest.approx(base + growth * 7 * rate, rel=0.1)


def test_a_month_may_be_quiet_or_busy_as_a_whole():
    """A monthly pace of variance 0.5: two weeks of the same month go together, weeks of different months don't."""
    v = USUAL._replace(base=1.0, weekly=0.0, monthly=0.5, drift=1e-9)
    rates = np.full(PATHS, 4.0)
    uses = draw_demand(np.random.default_rng(7), rates, rates, np.ones(PATHS), v, NO_SEASON, 56)
    week = day_by_day(uses).reshape(PATHS, 8, 7).sum(axis=2)
    together = np.corrcoef(week.T)
    assert together[0, 3] > 0.8
    assert abs(together[3, 4]) < 0.1
    assert week[:, 0].var() / week[:, 0].mean() == pytest.approx(1 + 0.5 * 28, rel=0.1)


def test_a_lumpier_path_varies_more_about_the_same_mean():
    """Two and a half times as lumpy: variance over mean rises from 1 + 2.4 to 1 + 2.5 × 2.4, to 10 %."""
    rates = np.full(PATHS, 2.0)
    v = USUAL._replace(base=2.0, weekly=0.1, monthly=0.0, drift=1e-9)
    uses = draw_demand(np.random.default_rng(7), rates, rates, np.full(PATHS, 2.5), v, NO_SEASON, 7)
    week = wanted_before(uses, 7)
    assert abs(week.mean() - 14) < 4 * week.std() / np.sqrt(PATHS)
    assert week.var() / week.mean() == pytest.approx(1 + 2.5 * 2.4, rel=0.1)


def test_lumpiness_is_drawn_by_its_chance():
    """Half, a third and a sixth of 6,000 paths."""
    drawn = draw_lumpiness(np.random.default_rng(1), np.array([1 / 2, 1 / 3, 1 / 6]), 6000)
    values, count = np.unique(drawn, return_counts=True)
    assert values.tolist() == [0.4, 1.0, 2.5]
    assert np.abs(count / 6000 - [1 / 2, 1 / 3, 1 / 6]).max() < 0.01


def test_the_last_days_of_a_broken_week_are_drawn_too():
    """10 days at 2 a day want about 20 units: 20,000 paths, within four standard errors."""
    rates = np.full(PATHS, 2.0)
    uses = draw_demand(np.random.default_rng(7), rates, rates, np.ones(PATHS), CALM, NO_SEASON, 10)
    total = wanted_before(uses, 10)
    assert set(uses.day.tolist()) == set(range(10))
    assert abs(total.mean() - 20) < 4 * total.std() / np.sqrt(PATHS)


def test_a_year_keeps_its_mean_though_rates_drift_jump_stop_and_resume():
    """Fewer stop (5 % a year) than nothing at all: in week 52 the mean is 95 % to 100 % of that of week 1."""
    weeks = weeks_of(0.5, 1.5, 0.1, weeks=52)
    assert 0.92 < weeks[:, 51].mean() / 3.5 < 1.02


def test_a_dead_path_wants_nothing_until_it_resumes():
    """About 6 % of the dead come back in a year; the others never want a unit, and all start with none."""
    paths, days = 4000, 364
    dead = np.zeros(paths)
    uses = draw_demand(np.random.default_rng(3), dead, np.full(paths, 5.0), np.ones(paths), CALM, NO_SEASON, days)
    demand = day_by_day(uses)
    back = (demand.sum(axis=1) > 0).mean()
    expected = 1 - np.exp(-USUAL.resume * days)
    assert abs(back - expected) < 4 * np.sqrt(expected * (1 - expected) / paths)
    first = np.argmax(demand > 0, axis=1)[demand.any(axis=1)]
    assert first.min() >= 0
    assert np.median(first) > 100


def test_use_that_cannot_resume_stays_away():
    """The rate of the return is 0: no unit in ten years."""
    nothing = np.zeros(50)
    assert len(draw_demand(np.random.default_rng(1), nothing, nothing, np.ones(50), CALM, NO_SEASON, 3650).day) == 0


def test_the_same_seed_draws_the_same_use():
    """Two draws with seed 5 are equal, one with seed 6 differs."""
    rates = np.full(20, 1.0)
    first, second, other = (
        day_by_day(draw_demand(np.random.default_rng(seed), rates, rates, np.ones(20), CALM, NO_SEASON, 70))
        for seed in (5, 5, 6)
    )
    assert (first == second).all()
    assert (first != other).any()


def test_the_first_paths_may_go_further():
    """Ten days, the first 100 of 200 paths thirty: use ends on day 9 and day 29, and no day has use of nothing."""
    rates = np.full(200, 3.0)
    uses = draw_demand(np.random.default_rng(7), rates, rates, np.ones(200), CALM, NO_SEASON, 10, 100, 30)
    far, near = uses.day[: uses.first[100]], uses.day[uses.first[100] :]
    assert (far.max(), near.max(), uses.days) == (29, 9, 30)
    assert uses.units.min() == 1


def test_a_quiet_month_wants_less():
    """Half the use in the second four weeks: half as much is wanted, within four standard errors."""
    rates = np.full(PATHS, 1.0)
    uses = draw_demand(np.random.default_rng(7), rates, rates, np.ones(PATHS), CALM, np.array([1.0, 0.5]), 56)
    quiet = wanted_before(uses, 56) - wanted_before(uses, 28)
    assert abs(quiet.mean() - 14) < 4 * quiet.std() / np.sqrt(PATHS)


def test_rates_are_drawn_by_their_chance():
    """A quarter dead, three quarters at the third rate of the grid: of 4,000 paths just these shares, dead first."""
    grid = np.arange(1.0, RATES + 1)
    chance = np.zeros((40, RATES + 1))
    chance[:, 2], chance[:, RATES] = 0.75, 0.25
    fresh = np.zeros(RATES)
    fresh[4] = 1.0
    state, rate, resumed = draw_rates(np.random.default_rng(2), chance, grid, fresh, 4000)
    assert rate.tolist() == [0.0] * 1000 + [3.0] * 3000
    assert set(resumed.tolist()) == {5.0}
    # Each of the 40 states is as likely as the others.
    assert np.bincount(state, minlength=40).tolist() == pytest.approx([100] * 40, abs=8)


def test_a_rate_goes_with_the_states_that_believe_in_it():
    """One state knows the item as dead, the other as used: no path mixes them up."""
    chance = np.zeros((2, RATES + 1))
    chance[0, RATES], chance[1, 3] = 1.0, 1.0
    grid = np.arange(1.0, RATES + 1)
    state, rate, _ = draw_rates(np.random.default_rng(1), chance, grid, np.full(RATES, 1 / RATES), 11)
    assert ((rate > 0) == (state == 1)).all()


def test_few_paths_cover_the_whole_belief():
    """12 evenly likely rates and 12 paths: every rate is drawn once."""
    chance = np.zeros((5, RATES + 1))
    chance[:, :12] = 1 / 12
    grid = np.arange(1.0, RATES + 1)
    _, rate, _ = draw_rates(np.random.default_rng(1), chance, grid, np.full(RATES, 1 / RATES), 12)
    assert rate.tolist() == grid[:12].tolist()


def test_uses_are_the_days_on_which_something_is_wanted():
    """Three paths of three days, one of them idle: there and back again, and what is wanted before day 2."""
    wanted = np.array([[0, 3, 1], [0, 0, 0], [2, 0, 0]])
    uses = uses_of(wanted)
    assert uses.first.tolist() == [0, 2, 2, 3]
    assert uses.units.tolist() == [3, 1, 2]
    assert (day_by_day(uses) == wanted).all()
    assert wanted_before(uses, 2).tolist() == [3, 0, 2]
