"""The particle filter beside answers worked out by hand: shelves so small that every history can be listed.

Three rates and a chance of no use at all; use a day is negative binomial, so use over days is, too. No goods expire.
"""

import numpy as np
import pytest
from scipy.stats import nbinom

from brikopt.demand.rates import RATES
from brikopt.stock.anchors import P_FORGOTTEN_CARD
from brikopt.stock.ledger import COUNT, DISCARD, LINE
from brikopt.stock.particles import Belief, Events, Setting
from brikopt.stock.past import P_FOUND_GOODS, live_past

USED = {3: 0.2, 11: 0.5, 17: 1.2}  # place on the grid: units a day
PRIOR = {3: 0.3, 11: 0.4, 17: 0.3}  # where the item is used
P_DEAD = 0.2
DISPERSION = 1.5
AS_OF = 30
PARTICLES = 40_000
# Five standard errors of a share of that many equally likely particles at its widest.
WITHIN = 5 * 0.5 / np.sqrt(PARTICLES)


def belief(initial_rate=0.5) -> Belief:
    """Nothing stops, resumes, jumps or drifts; a day is a day."""
    grid = np.full(RATES, 0.01)
    prior = np.zeros(RATES)
    for place, rate in USED.items():
        grid[place], prior[place] = rate, PRIOR[place]
    return Belief(
        grid=grid,
        prior=prior,
        fresh=np.full(RATES, 1 / RATES),
        dispersion=np.full(RATES, DISPERSION),
        p_dead=P_DEAD,
        stop=0.0,
        resume=0.0,
        jump=0.0,
        drift=0.0,
        freshness=np.linspace(0.4, 0.95, 21),
        p_recorded=1.0,
        initial_rate=initial_rate,
        clock=np.arange(-1.0, 400.0),
        clock_start=-1,
        eye_error=0.1,
    )


def setting(**changed) -> Setting:
    """Two cards of 10, scanned each evening, nothing that expires; the day of decision is day 30."""
    usual = Setting(
        is_brik=True,
        min_level=10,
        max_level=20,
        brik_qty=10,
        pack_size=1,
        shelf_life=0,
        first_day=0,
        starts_empty=False,
        order_gap=1.0,
        last_order_day=AS_OF - 1,
        used_until=AS_OF,
        as_of=AS_OF,
    )
    return usual._replace(**changed)


def events(*rows) -> Events:
    """What happened: (day, kind, units, outstanding)."""
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    unknown = np.full(len(table), -(2**31), dtype=np.int64)
    none = np.empty(0, dtype=np.int64)
    return Events(
        day=table[:, 0],
        kind=table[:, 1],
        units=table[:, 2],
        expiry=unknown,
        near_expiry=unknown,
        p_near=np.zeros(len(table)),
        outstanding=table[:, 3],
        checks=none,
        until=none,
        old_min=none,
        old_max=none,
        old_qty=none,
    )


def filtered(ev: Events, s: Setting | None = None):
    """Shares of the particles with 0, 1, … units, and the mean chances of the rates with no use last."""
    found = live_past(np.random.default_rng(1), ev, s or setting(), belief(), PARTICLES, len(ev.day))
    stock = np.bincount(found.units.sum(axis=1), minlength=41) / PARTICLES
    return stock, found.chance.mean(axis=0)[[*USED, RATES]]


def use(units, rate: float, days: float):
    """Chance that so many units are used; a variance of DISPERSION times the mean."""
    if rate == 0 or days == 0:
        return (np.asarray(units) == 0).astype(float)
    return nbinom.pmf(units, rate * days / (DISPERSION - 1), 1 / DISPERSION)


RATE = np.array([*USED.values(), 0.0])
BEFOREHAND = np.array([*((1 - P_DEAD) * share for share in PRIOR.values()), P_DEAD])


def silent_end(joint, days, full=20, card=10):
    """From the evening of an anchor to the day of decision without a line: at most what no board would show.

    ``joint`` is the chance of each stock and rate on that evening, shape (41, 4); nothing is on order.
    """
    after = np.zeros_like(joint)
    for stock in range(41):
        for forgotten, share in ((0, 1 - P_FORGOTTEN_CARD), (card, P_FORGOTTEN_CARD)):
            cap = max(stock - (full - card) - 1 + forgotten, 0)
            for used in range(min(cap, stock) + 1):
                after[stock - used] += share * joint[stock] * [use(used, rate, days) for rate in RATE]
    return after / after.sum()


def shelf_before(day_to, counted):
    """A count on an evening: the shelf held 11 to 20, all as likely, when the history began; later goods are rare."""
    joint = np.zeros((41, 4))
    for began in range(11, 21):
        weight = 1.0 if began >= counted else P_FOUND_GOODS
        joint[counted] += weight * BEFOREHAND * [use(max(began - counted, 0), rate, day_to) for rate in RATE]
    return joint


def test_a_count_and_a_silence():
    """19 counted on day 10 and no line since: at most 8 went, unless a card lies unscanned."""
    stock, chance = filtered(events((10, COUNT, 19, 0)))
    exact = silent_end(shelf_before(10, 19), days=19)
    assert stock == pytest.approx(exact.sum(axis=1), abs=WITHIN)
    assert chance == pytest.approx(exact.sum(axis=0), abs=WITHIN)


def test_two_counts():
    """19 on day 5, 15 on day 15: 4 went in ten days, so the item is used, and not fast."""
    stock, chance = filtered(events((5, COUNT, 19, 0), (15, COUNT, 15, 0)))
    joint = np.zeros((41, 4))
    joint[15] = shelf_before(5, 19)[19] * [use(4, rate, 10) for rate in RATE]
    exact = silent_end(joint, days=14)
    assert chance[-1] == 0
    assert stock == pytest.approx(exact.sum(axis=1), abs=WITHIN)
    assert chance == pytest.approx(exact.sum(axis=0), abs=WITHIN)


def test_what_was_thrown_out_was_not_used():
    """19 on day 5, 3 thrown out on day 9, 15 on day 15: 1 was used in ten days, not 4."""
    stock, chance = filtered(events((5, COUNT, 19, 0), (9, DISCARD, 3, 0), (15, COUNT, 15, 0)))
    joint = np.zeros((41, 4))
    joint[15] = shelf_before(5, 19)[19] * [use(1, rate, 10) for rate in RATE]
    exact = silent_end(joint, days=14)
    assert stock == pytest.approx(exact.sum(axis=1), abs=WITHIN)
    assert chance == pytest.approx(exact.sum(axis=0), abs=WITHIN)


def line_on(day_from, day_to, rate):
    """Chance that the first card is full on the very evening of day_to, by the units then used; 20 at day_from."""
    early = use(np.arange(10), rate, day_to - day_from - 1)
    last = use(np.arange(40), rate, 1)
    crossed = np.zeros(40)
    for before, chance in enumerate(early):
        crossed[10:] += chance * last[10 - before : 40 - before]
    return crossed


def test_a_card_scanned():
    """20 on day 5, a card on the evening of day 29, scanned every evening: the shelf holds 10 or a little less.

    What had gone of the next card is drawn beforehand, whatever the rate, so this is near and not exact: on average an
    eighth of a unit too much is left.
    """
    stock, chance = filtered(events((5, COUNT, 20, 0), (29, LINE, 10, 10)))
    joint = np.zeros((41, 4))
    for place, rate in enumerate(RATE):
        crossed = line_on(5, 29, rate)
        for used in range(10, 20):
            joint[20 - used, place] += shelf_before(5, 20)[20, place] * crossed[used]
    exact = joint / joint.sum()
    units = np.arange(41)
    assert stock @ units == pytest.approx(exact.sum(axis=1) @ units, abs=0.2)
    assert np.abs(stock - exact.sum(axis=1)).sum() / 2 < 0.15
    assert chance == pytest.approx(exact.sum(axis=0), abs=0.04)
