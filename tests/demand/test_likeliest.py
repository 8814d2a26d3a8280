"""The variation that order lines make likeliest, on lines whose variation is known."""

import numpy as np
import pytest

from brikopt.demand.between_lines import Discards, LineLevels, Stretches, stretches
from brikopt.demand.future import day_by_day, draw_demand
from brikopt.demand.likeliest import likeliest_variation, lumpiness
from brikopt.demand.order_lines import NEVER, OrderLines
from brikopt.demand.pooling import Pooled
from brikopt.demand.rates import RATES, rate_grid
from brikopt.demand.variation import COMMON, USUAL, Variation, of_lines

DAYS = 3 * 364
CARD = 20
SIZE = 150
STEADY = USUAL._replace(stop=1e-9, resume=1e-9, jump=1e-9, drift=1e-9)


def lines_of(v: Variation, lumpier=1.0, seed=1) -> tuple[Stretches, Pooled]:
    """Positions at 0.1 to 5 units a day that hang a card of 20 as soon as it is used up."""
    rate = np.geomspace(0.1, 5.0, SIZE)
    uses = draw_demand(np.random.default_rng(seed), rate, rate, np.full(SIZE, lumpier), v, np.ones(1), DAYS)
    cards = np.diff(np.cumsum(day_by_day(uses), axis=1) // CARD, axis=1, prepend=0)
    position, day = (found.astype(np.int64) for found in np.nonzero(cards))
    units = CARD * cards[position, day]
    lines = OrderLines(position, day, units, np.zeros(len(day), dtype=bool), day + 2, np.full(len(day), NEVER))
    nothing = np.zeros(0, dtype=np.int64)
    told = stretches(
        lines,
        Discards(nothing, nothing, nothing),
        LineLevels(np.full(len(day), 2 * CARD), np.full(len(day), CARD), np.full(SIZE, CARD)),
        np.full(SIZE, 1.0),
        np.zeros(SIZE, dtype=np.int64),
        np.arange(DAYS + 1, dtype=np.float64),
        0,
        DAYS,
    )
    even = np.full(RATES, 1 / RATES)
    return told, Pooled(rate_grid(rate), np.tile(even, (SIZE, 1)), even, rate)


def found_in(told: Stretches, pooled: Pooled) -> Variation:
    """The likeliest variation by all positions."""
    return likeliest_variation(told, pooled, 0.04, np.arange(SIZE))


def test_bursts_are_told_from_even_use():
    """Weeks of variance 0.1 against weeks of 2: what is found differs at least fivefold, as dispersion."""
    even, wild = (found_in(*lines_of(STEADY._replace(base=1.2, weekly=w, monthly=0.0))) for w in (0.1, 2.0))
    growth = [v.weekly + 4 * v.monthly for v in (even, wild)]
    assert growth[1] > 5 * growth[0]


@pytest.mark.parametrize(("weekly", "monthly"), [(0.6, 0.0), (2.0, 0.0), (0.0, 0.15), (0.0, 0.5)])
def test_the_lumpiness_of_lines_is_found(weekly, monthly):
    """By weeks or by months, in the long run: from half to twice what it is, before use gets its share."""
    found = found_in(*lines_of(STEADY._replace(base=1.2, weekly=weekly, monthly=monthly)))
    lines = of_lines(found)
    growth = lines.weekly + 4 * lines.monthly
    assert 0.5 < growth / (weekly + 4 * monthly) < 2.0


def test_goods_whose_use_stops_are_noticed():
    """Use that stops every year and comes back, against use that never does: the hazard is found twice as high."""
    restless = found_in(*lines_of(STEADY._replace(stop=1.0 / 365, resume=3.0 / 365)))
    calm = found_in(*lines_of(STEADY))
    assert restless.stop > 2 * calm.stop


def test_without_lines_it_is_the_usual():
    """Nobody speaks: the variation that is believed beforehand."""
    told, pooled = lines_of(STEADY)
    found = likeliest_variation(told, pooled, 0.04, np.zeros(0, dtype=np.int64))
    assert found == pytest.approx(USUAL)


def test_a_lumpy_position_is_believed_to_be_one():
    """Of positions two and a half times as lumpy just that is believed far oftener than of even ones."""
    v = STEADY._replace(base=1.5, weekly=0.5, monthly=0.0)
    lumpy, even = (lumpiness(*lines_of(v, factor), 0.04, v) for factor in (2.5, 0.4))
    assert lumpy.sum(axis=1) == pytest.approx(1.0)
    assert lumpy[:, 2].mean() > 5 * even[:, 2].mean()
    assert even[:, 0].mean() > COMMON[0] > lumpy[:, 0].mean()
