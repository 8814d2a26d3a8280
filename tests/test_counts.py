"""What a count, or a look at the earliest date, is worth."""

import numpy as np
import pandas as pd
import pytest

from brikopt.counts import beyond_chance, count_reason, counts_worth_making, flag_costs, value_of_seeing

HALVES = np.repeat([0.0, 10.0], 100)


def test_knowing_which_of_two_shelves_it_is_saves_what_is_done_in_vain():
    """10 units at DKK 10 are lost or none; half is saved for DKK 25: 50 alone, 50 looking, 37.50 knowing."""
    costs = flag_costs(HALVES, 10.0)
    assert costs.mean(axis=1).tolist() == [50.0, 50.0]
    assert value_of_seeing(costs, HALVES) == pytest.approx(12.5)


def test_what_changes_no_decision_is_worth_nothing():
    """DKK 1,000 are lost or none: looking after them pays on average, and where none is lost it costs 25."""
    always = flag_costs(HALVES + 100.0, 10.0)
    assert value_of_seeing(always, HALVES) == pytest.approx(0.0)
    assert value_of_seeing(flag_costs(HALVES, 10.0), np.full(200, 7.0)) == 0.0


def test_what_chance_alone_would_find_is_taken_off():
    """Something seen that has nothing to do with the loss: a curve through noise finds a little, which is not said."""
    rng = np.random.default_rng(1)
    costs = flag_costs(rng.permutation(HALVES), 10.0)
    seen = rng.permutation(HALVES)
    assert beyond_chance(costs, seen, rng) < 1.0
    assert beyond_chance(flag_costs(HALVES, 10.0), HALVES, rng) > 11.0


def positions(**changes):
    """Two shelves, the first worth a count of 3 minutes, the second a date of one."""
    usual = {
        "cabinet_id": ["S1", "S2"],
        "item_id": "000050",
        "count_value_dkk": [60.0, 20.0],
        "date_value_dkk": [12.0, 30.0],
        "earliest_expiry": pd.Timestamp("2025-05-01"),
        "expiry_known": False,
        "p_stale": 0.0,
        "on_hand_low": 3,
        "on_hand_high": 40,
    }
    return pd.DataFrame(usual | changes)


def test_the_most_kroner_a_minute_come_first():
    """60 for 3 minutes are 20 a minute, 30 for one are 30."""
    found = counts_worth_making(positions())
    assert found[["cabinet_id", "what", "minutes"]].to_numpy().tolist() == [["S2", "date", 1.0], ["S1", "count", 3.0]]


def test_what_is_not_worth_its_minutes_is_left_out():
    """3 minutes cost DKK 15, one 5: 15 and 5 are not more."""
    assert counts_worth_making(positions(count_value_dkk=15.0, date_value_dkk=5.0)).empty


def test_a_shelf_without_a_date_has_none_to_read():
    """Goods that keep: the count is all there is."""
    found = counts_worth_making(positions(earliest_expiry=pd.NaT))
    assert found["what"].tolist() == ["count", "count"]


def test_where_goods_are_taken_out_every_date_is_read_anyhow():
    """An even chance of goods out of date: they are on the list already."""
    assert counts_worth_making(positions(p_stale=[0.5, 0.49]))["cabinet_id"].tolist() == ["S2"]


def test_the_reason_says_what_is_not_known():
    """Between 3 and 40 units, or a date that nobody wrote down."""
    found, rows = counts_worth_making(positions()), positions().to_dict("records")
    date, count = (count_reason(one, rows[row]) for row, one in zip(found.index, found.to_dict("records"), strict=True))
    assert (date.code, count.code) == ("date_worth", "count_worth")
    assert (count.numbers["low"], count.numbers["high"], count.numbers["value_dkk"]) == (3.0, 40.0, 60)
