"""The transfers of a whole region, and one market beside the same flow as a linear programme in HiGHS.

Run by ``make bench``. A flow's programme has whole corners, so both must save the same; the moves must clear their
hurdle and come within half a minute.
"""

import time
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from scipy.sparse import coo_array

from brikopt.transfers.match import Market, Pairs, best_units, gains_alone, units_saved
from brikopt.transfers.moves import transfers
from brikopt.transfers.surplus import Givers
from brikopt.transfers.uptake import Takers

AS_OF = date(2025, 3, 1)
ITEMS, POSITIONS, SURPLUS = 25_000, 230_000, 20_000
MOST_UNITS = 60
HALF_A_MINUTE = 30.0
REPEATS = 3  # the best of them counts: others share the machine


def texts(letter, numbers):
    """Ids as the arrays of the package hold them."""
    return np.array([f"{letter}{number:06d}" for number in numbers], dtype=object)


def region(seed):
    """Positions of a region: popular items lie in hundreds of cabinets, most in a few; a unit has 40 wards."""
    rng = np.random.default_rng(seed)
    popularity = rng.lognormal(0, 0.9, ITEMS)
    item = rng.choice(ITEMS, POSITIONS, p=popularity / popularity.sum())
    cabinet = rng.integers(0, 3_000, POSITIONS)
    first = np.unique(item * 10_000 + cabinet, return_index=True)[1]
    item, cabinet = item[first], cabinet[first]
    places = {
        "cabinet_id": texts("S", cabinet),
        "item_id": texts("I", item),
        "ward_id": texts("A", cabinet // 2),
        "hospital": texts("H", cabinet // 120),
        "unit": texts("U", cabinet // 240),
    }
    rate = rng.lognormal(-2.5, 1.3, len(item))
    full = np.ceil(rate * 120 + 5)
    takers = Takers(
        **places,
        stock=np.floor(full * rng.random(len(item))),
        moved_in=np.zeros(len(item)),
        own_days=rng.integers(10, 700, len(item)).astype(float),
        newest_first=np.full(len(item), 0.2),
        rate_mean=rate,
        rate_var=(0.3 * rate) ** 2,
        dispersion=1.3 + rate,
        room_units=full,
    )
    price = pd.Series(rng.lognormal(3, 1.3, ITEMS), index=texts("I", range(ITEMS)))
    return _givers(rng, places, full), takers, price


def _givers(rng, places, full):
    rows = rng.choice(len(full), SURPLUS, replace=False)
    surely = np.minimum(full[rows] * rng.random(SURPLUS), MOST_UNITS)
    unit = np.arange(MOST_UNITS)
    return Givers(
        **{name: column[rows] for name, column in places.items()},
        expiry_day=rng.integers(5, 180, SURPLUS),
        p_excess=1 / (1 + np.exp((unit - surely[:, None]) / 2)) * (unit < surely[:, None] + 6),
        keep_units=np.zeros(SURPLUS),
        on_hand_low=full[rows],
    )


def test_a_region_within_half_a_minute():
    """230,000 positions, 20,000 of them with goods at risk."""
    givers, takers, price = region(1)
    started = time.perf_counter()
    moves = transfers(givers, takers, price, disposal_per_unit=0.5, as_of=AS_OF)
    seconds = time.perf_counter() - started
    assert (moves["expected_saved_dkk"] >= 50).all()
    assert seconds < HALF_A_MINUTE
    print(  # noqa: T201 - what the bench is for
        f"\ntransfers: {len(moves)} moves out of {SURPLUS} surplus lots and {len(takers.stock)} positions,"
        f" {seconds / HALF_A_MINUTE:.0%} of half a minute"
    )


def one_market(n_givers, n_takers, n_units):
    """Everybody could give to everybody; chances that fall from unit to unit."""
    rng = np.random.default_rng(2)
    market = Market(*(-np.sort(-rng.random((rows, n_units)), axis=1) for rows in (n_givers, n_takers)))
    giver, taker = (grid.ravel() for grid in np.meshgrid(range(n_givers), range(n_takers), indexing="ij"))
    n = len(giver)
    alone = gains_alone(giver, taker, market)[0]
    return Pairs(giver, taker, np.zeros(n, dtype=np.int64), np.full(n, 0.1), np.zeros(n), alone), market


def linear_programme(pairs, market):
    """What the flow saves at best, by HiGHS: units given, units taken, and units carried, each 0 to its limit."""
    n_units, n_givers = market.excess.shape[1], len(market.excess)
    given, taken, carried = market.excess.size, market.use.size, len(pairs.giver)
    costs = np.concatenate([-market.excess.ravel(), 1 - market.use.ravel(), pairs.cost])
    limits = np.concatenate([np.ones(given + taken), np.full(carried, n_units)])
    # What a giver gives is carried away, and what is carried to a taker is taken.
    rows = np.concatenate(
        [
            np.arange(given) // n_units,
            n_givers + np.arange(taken) // n_units,
            pairs.giver,
            n_givers + pairs.taker,
        ]
    )
    columns = np.concatenate([np.arange(given + taken), *[given + taken + np.arange(carried)] * 2])
    signs = np.repeat([1.0, -1.0, -1.0, 1.0], [given, taken, carried, carried])
    balance = coo_array((signs, (rows, columns))).tocsr()
    solved = linprog(costs, A_eq=balance, b_eq=np.zeros(balance.shape[0]), bounds=np.stack([0 * limits, limits], 1))
    return -solved.fun


def timed(work):
    """The result, and the least seconds of some tries."""
    seconds = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - started)
    return result, min(seconds)


def test_a_market_beside_a_linear_programme():
    """60 givers, 120 takers, 20 units each: the same saving to a millionth a unit, and how much sooner."""
    pairs, market = one_market(60, 120, 20)
    units, seconds = timed(lambda: best_units(pairs, market))
    best, slow = timed(lambda: linear_programme(pairs, market))
    found = units_saved(pairs, units, market).sum() - (pairs.cost * units).sum()
    assert found == pytest.approx(best, abs=60 * 20 * 2e-6)
    print(f"\ntransfers, one market: as good as HiGHS, {slow / seconds:.1f} times as fast")  # noqa: T201
