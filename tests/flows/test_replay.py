"""A year lived under several plans, and what it sums up to. The day of decision is Monday, 3 March 2025."""

import numpy as np
import pandas as pd
import pytest

from brikopt.contract.positions import places
from brikopt.flows.replay import ReplayJob, Year, replay, side_by_side, trade_off
from brikopt.policy import Policy
from tests.flows.test_cabinet import every
from tests.stock.histories import evidence_of, extracts

NAMES = ["min_level", "max_level", "brik_qty", "brik_count"]


def plan(*rows):
    """Levels of (min, max, card size, cards), a row a position."""
    return pd.DataFrame(rows, columns=NAMES)


TODAY, HALF, NONE = plan((10, 20, 10, 2)), plan((5, 10, 5, 2)), plan((0, 0, 0, 0))


@pytest.fixture(scope="module")
def evidence():
    """One position of two cards of 10; a card every 20 days for two years."""
    return evidence_of(extracts(**every(20, 10)))


@pytest.fixture(scope="module")
def year(evidence):
    """The year under today's levels, half of them, and none."""
    return replay(ReplayJob(evidence, [TODAY, HALF, NONE]))


def test_every_plan_meets_the_same_futures(year):
    """The same units are wanted, whatever the levels: about half a unit a day."""
    wanted = year.wanted[:, 0]
    assert wanted[0] == wanted[1] == wanted[2]
    assert 100 < wanted[0] < 300


def test_a_plan_of_nothing_orders_nothing_and_half_the_cards_order_more_often(year):
    """10 units a card give about half the lines of 5 units a card; removed gives none."""
    today, half, none = year.order_lines[:, 0]
    assert none == 0
    assert 1.5 < half / today < 2.5


def test_less_on_the_shelf_is_short_more_often(year):
    """From most to least: nothing, half, today; and the other way round for what lies there."""
    assert year.short[2, 0] > year.short[1, 0] >= year.short[0, 0]
    assert year.holding[2, 0] < year.holding[1, 0] < year.holding[0, 0]


def test_the_order_of_the_plans_changes_nothing(evidence, year):
    """Each plan is lived by itself."""
    again = replay(ReplayJob(evidence, [NONE, TODAY]))
    assert again.order_lines[:, 0].tolist() == year.order_lines[[2, 0], 0].tolist()


def test_another_purpose_draws_other_futures(evidence, year):
    """So levels aren't judged by the futures that they were chosen from."""
    assert replay(ReplayJob(evidence, [TODAY], "choosing")).wanted[0, 0] != year.wanted[0, 0]


def by_hand(**changes):
    """A year of one plan and one position: 10 units on the shelf, 4 lines, 2 units expired, 10 of 100 short."""
    usual = {"holding": 3650.0, "order_lines": 4.0, "expired": 2.0, "wanted": 100.0, "short": 10.0}
    return Year(**{name: np.array([[value]]) for name, value in (usual | changes).items()})


def summed(year, policy=None, **item):
    """The figures of plan TODAY for one item of 10 DKK."""
    headings, cells = "item_id " + " ".join(item), "I1 " + " ".join(item.values())
    evidence = evidence_of(extracts(items=f"{headings}\n{cells}"))
    return trade_off(year, [TODAY], places(evidence.positions), policy or Policy()).iloc[0]


def test_the_cost_is_the_sum_of_its_parts():
    """10 units × 2 DKK + 4 × 18 + 2 × 10.50 + 10 × 40 + (95 - 90) × 250 = 1,763 DKK."""
    found = summed(by_hand())
    parts = ["holding_dkk", "lines_dkk", "loss_dkk", "shortage_dkk", "promise_dkk"]
    assert found[parts].tolist() == pytest.approx([20, 72, 21, 400, 1250])
    assert found["cost_dkk"] == pytest.approx(1763)


def test_waste_stands_in_units_kroner_and_kilograms():
    """2 units at 10 DKK and 0.3 kg each; the unit price alone, without disposal."""
    found = summed(by_hand(), co2e_kg_per_unit="0.3", unit_volume_litres="0.5")
    assert found[["expired_units", "expired_dkk", "expired_co2e_kg"]].tolist() == pytest.approx([2, 20, 0.6])
    assert found["cost_dkk"] == pytest.approx(1763)


def test_stock_space_and_fill_rate():
    """10 units × 10 DKK on an average day; 20 units × 0.5 litres at full stock; 90 of 100 met."""
    found = summed(by_hand(), unit_volume_litres="0.5")
    assert found[["stock_value_dkk", "full_stock_litres", "fill_rate"]].tolist() == pytest.approx([100, 10, 0.9])


def test_where_nothing_is_wanted_every_wish_is_met():
    """A dead position breaks no promise."""
    found = summed(by_hand(wanted=0.0, short=0.0))
    assert (found["fill_rate"], found["promise_dkk"]) == (1.0, 0.0)


def test_cabinets_are_put_together_in_their_order():
    """One cabinet with 4 lines and one with 7."""
    both = side_by_side([by_hand(), by_hand(order_lines=7.0)])
    assert both.order_lines.tolist() == [[4.0, 7.0]]
