"""The best forecast there can be knows what is true at its moment, and nothing of what the days will bring."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from brikopt.world.futures import best_expiry_forecast, best_risk_forecast, possible_shelves
from brikopt.world.region import Region, simulate_region, watch
from brikopt.world.settings import WorldSettings
from brikopt.world.shelves import NEVER

PLACE = ["cabinet_id", "item_id"]
DAYS, AS_OF, FIRST = 180, date(2025, 3, 1), 365
SETTINGS = WorldSettings(units=1, wards=4, positions=160, years=2, seed=9, extra_days=DAYS + 1)


@pytest.fixture(scope="module")
def lived() -> Region:
    return simulate_region(SETTINGS)


@pytest.fixture(scope="module")
def forecast(lived) -> pd.DataFrame:
    """With what went out of date in the half year, and what dies or lies there, beside it."""
    expired = lived.truth.expired
    ahead = (expired["expiry_date"] >= pd.Timestamp(AS_OF)) & (expired["expiry_date"] < pd.Timestamp("2025-08-28"))
    gone = expired[ahead].groupby(PLACE)["quantity"].sum().rename("gone")
    lots = lived.truth.lots
    due = (lots["expiry_date"] >= pd.Timestamp(AS_OF)) & (lots["expiry_date"] < pd.Timestamp("2025-08-28"))
    lying = lots[due].groupby(PLACE)["quantity"].sum().rename("due")
    best = best_expiry_forecast(lived.stage, AS_OF, DAYS, 60).merge(lived.truth.positions, on=PLACE)
    return best.merge(gone, on=PLACE, how="left").merge(lying, on=PLACE, how="left").fillna({"gone": 0, "due": 0})


def test_goods_that_nobody_wants_go_out_of_date_for_sure(forecast):
    """Where use has ended for good and goods are due, something expires in every future."""
    ended = forecast[forecast["dead"] & (forecast["due"] > 3)]
    assert len(ended) > 0
    # One that stopped may come back in some futures: only the true end is known to the truth.
    assert (ended["p_expire"] > 0.6).all()


def test_chances_and_units_add_up_to_what_happens(forecast):
    """Over 160 positions: chances to the positions that lose something, units to the units, within a third."""
    lost = int((forecast["gone"] > 0).sum())
    assert lost > 10
    assert forecast["p_expire"].sum() == pytest.approx(lost, rel=0.33)
    assert forecast["expired_units"].sum() == pytest.approx(forecast["gone"].sum(), rel=0.33)


def test_almost_nothing_happens_that_was_ruled_out(forecast):
    """What the best forecast gives less than 1 in 100 comes true hardly ever."""
    ruled_out = forecast[forecast["p_expire"] < 0.01]
    assert len(ruled_out) > 80
    assert (ruled_out["gone"] > 0).mean() < 0.02


def test_risks_add_up_to_what_happens(lived):
    """Within 60 days about as many of 160 shelves run out as the chances add up to, and the dead are foretold."""
    places = lived.tables.positions[PLACE].assign(days=60)
    said = best_risk_forecast(lived.stage, AS_OF, places, 100).merge(lived.truth.positions, on=PLACE)
    ran_out = []
    for place in said[PLACE].itertuples(index=False):
        days = watch(lived.stage, *place).loc[lambda lived: lived["day"] >= pd.Timestamp(AS_OF)].head(60)
        ran_out.append((days["wanted"] > days["used"]).any())
    assert sum(ran_out) >= 8
    assert said["p_stockout"].sum() == pytest.approx(sum(ran_out), rel=0.4)
    assert said.loc[ran_out, "p_stockout"].mean() > 3 * said.loc[np.invert(ran_out), "p_stockout"].mean()
    assert (said.loc[said["dead"], "p_dead"] > 0.6).all()
    assert (said.loc[said["rate_per_day"] > 0, "p_dead"] < 0.05).all()


def shelf_with(lived: Region, **facts: int) -> np.void:
    """A shelf of the region whose use changes on other days."""
    shelf = lived.stage.shelves[:1].copy()
    for name, value in ({"shift_day": NEVER, "dead_from": NEVER, "back_from": NEVER} | facts).items():
        shelf[name] = value
    return shelf[0]


def test_what_has_not_changed_yet_may_change_from_now_on(lived):
    """Some twins shift, some stop, most do neither; none before the day, whatever really comes."""
    twins = possible_shelves(shelf_with(lived, shift_day=FIRST + 5), SETTINGS, FIRST, 2000)
    shifted, stopped = twins["shift_day"] < NEVER, twins["dead_from"] < NEVER
    assert twins["shift_day"].min() >= FIRST
    assert twins["dead_from"].min() >= FIRST
    ahead = 731 / 1096  # of the days on which use may change
    steady = 1 - 0.2 - 0.07 - 0.04
    assert shifted.mean() == pytest.approx(0.2 * ahead / (0.27 * ahead + steady), abs=0.03)
    assert stopped.mean() == pytest.approx(0.07 * ahead / (0.27 * ahead + steady), abs=0.02)
    assert (twins["back_from"][stopped] > twins["dead_from"][stopped]).all()


def test_a_shift_that_has_come_stays(lived):
    """Use changes once."""
    twins = possible_shelves(shelf_with(lived, shift_day=FIRST - 5), SETTINGS, FIRST, 50)
    assert set(twins["shift_day"]) == {FIRST - 5}
    assert set(twins["dead_from"]) == {NEVER}


def test_use_that_stopped_comes_back_after_today_or_never(lived):
    """200 days after the stop, 190 of the 300 possible pauses are left: 0.25 x 0.633 against 0.75."""
    twins = possible_shelves(shelf_with(lived, dead_from=FIRST - 200), SETTINGS, FIRST, 2000)
    back = twins["back_from"]
    returns = back < NEVER
    assert back[returns].min() >= FIRST
    assert back[returns].max() < FIRST - 200 + 390
    assert returns.mean() == pytest.approx(0.1583 / (0.1583 + 0.75), abs=0.03)


def test_twins_share_no_stream(lived):
    """What is wanted and what people do differs from twin to twin, and from the truth."""
    shelf = shelf_with(lived)
    twins = possible_shelves(shelf, SETTINGS, FIRST, 50)
    for name in ("use_key", "hand_key", "later_key"):
        assert len({int(shelf[name]), *map(int, twins[name])}) == 51
