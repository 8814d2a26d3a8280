"""The list that somebody takes to the cabinet."""

import pandas as pd
import pytest

from brikopt.contract.outputs import TRANSFERS, TRIM_LIST
from brikopt.reason import Reason
from brikopt.reports.sentences import Sentences
from brikopt.reports.trim_list import MINUTES, Found, trim_list

QUIET = {
    "unit": "Øst",
    "hospital": "Nord",
    "ward_id": "W1",
    "ward_name": "Kirurgisk",
    "item_id": "000050",
    "name": "Kompres",
    "unit_price_dkk": 10.0,
    "co2e_kg_per_unit": 0.5,
    "action": "keep",
    "yearly_cost": 100.0,
    "new_yearly_cost": 100.0,
    "expired_units_per_year": 0.0,
    "new_expired_units_per_year": 0.0,
    "rotated_units": 0.0,
    "expected_expired_units": 0.0,
    "earliest_expiry": pd.Timestamp("2025-05-01"),
    "expiry_known": True,
    "on_hand_mean": 12.0,
    "on_hand_low": 12,
    "on_hand_high": 12,
    "p_stale": 0.0,
    "stale_units": 0.0,
}
NO_MOVES = pd.DataFrame({column.name: [] for column in TRANSFERS.columns})


def code(reason: Reason) -> str:
    """Say only the code."""
    return reason.code


def listed(*positions, moves=(), say=code, horizon_days=180):
    """The list of positions S1, S2, …, each given by what sets it apart from a quiet one."""
    rows = [QUIET | {"cabinet_id": f"S{number}"} | facts for number, facts in enumerate(positions, start=1)]
    transfers = pd.DataFrame(moves) if moves else NO_MOVES
    return trim_list(
        Found(
            positions=pd.DataFrame(rows),
            level_reasons=[Reason("trim_holding", {})] * len(rows),
            phrases=[(Reason("before", {}), Reason("after", {}))] * len(rows),
            transfers=transfers,
            horizon_days=horizon_days,
        ),
        say,
    )


def saving(action, dkk, **more):
    """A change that saves so much a year."""
    return {"action": action, "yearly_cost": 100.0, "new_yearly_cost": 100.0 - dkk} | more


MOVE = {
    "from_cabinet_id": "S1",
    "to_cabinet_id": "S2",
    "item_id": "000050",
    "units": 6,
    "earliest_expiry": pd.Timestamp("2025-05-01"),
    "expected_saved_units": 5.0,
    "expected_saved_dkk": 50.0,
}


def test_a_quiet_cabinet_has_an_empty_list_with_all_columns():
    """Nothing to do: no row, and the columns of trim_list.csv."""
    found = listed({})
    assert found.empty
    assert list(found.columns) == [column.name for column in TRIM_LIST.columns]


def test_kroner_a_minute_decide_the_rank():
    """A removal of 3 minutes that saves 240 is 80 a minute; a trim of 2 that saves 180 is 90, and leads."""
    assert (MINUTES["trim"], MINUTES["remove"]) == (2.0, 3.0)
    found = listed(saving("remove", 240.0), saving("trim", 180.0))
    assert found["action"].tolist() == ["trim", "remove"]
    assert found["rank"].tolist() == [1, 2]
    assert found["saving_dkk_per_year"].tolist() == [180.0, 240.0]


def test_each_ward_has_ranks_of_its_own():
    """Two things in W1 and one in W2: 1, 2 and 1."""
    found = listed(saving("trim", 10.0), saving("trim", 20.0), saving("trim", 5.0, ward_id="W2"))
    assert found["ward_id"].tolist() == ["W1", "W1", "W2"]
    assert found["rank"].tolist() == [1, 2, 1]
    assert found["cabinet_id"].tolist() == ["S2", "S1", "S3"]


def test_equals_are_in_the_order_of_their_ids():
    """The same saving in three cabinets, whatever order they come in."""
    assert listed(*[saving("trim", 10.0)] * 3)["cabinet_id"].tolist() == ["S1", "S2", "S3"]


def test_a_change_shows_the_level_today_and_the_new_one():
    """From and to, and the CO2e of the units a year that will not go out of date: 3 fewer at 0.5 kg."""
    change = saving("trim", 10.0, expired_units_per_year=4.0, new_expired_units_per_year=1.0)
    (row,) = listed(change).to_dict("records")
    assert (row["from"], row["to"], row["reason"]) == ("before", "after", "trim_holding")
    assert row["saving_co2e_kg_per_year"] == 1.5


def test_goods_out_of_date_come_before_other_shelves_to_look_at():
    """Neither saves anything by itself: after a trim of 10 DKK, the stale shelf, then the uncertain one."""
    unsure = {"on_hand_low": 3, "on_hand_high": 40, "expected_expired_units": 20.0}
    found = listed(unsure, {"p_stale": 0.9, "stale_units": 3.0}, saving("trim", 10.0))
    assert found["action"].tolist() == ["trim", "count", "count"]
    assert found["reason"].tolist() == ["trim_holding", "count_expired", "count_uncertain"]


def test_a_doubtful_chance_of_goods_out_of_date_sends_nobody():
    """Less than one in two."""
    assert listed({"p_stale": 0.4, "stale_units": 0.4}).empty


def test_a_shelf_about_which_little_is_known_is_counted_where_much_is_at_stake():
    """Between 3 and 40 units, and 20 of 10 DKK expected to expire; with 2 of them it is not worth it."""
    unsure = {"on_hand_low": 3, "on_hand_high": 40}
    assert listed(unsure | {"expected_expired_units": 20.0})["reason"].tolist() == ["count_uncertain"]
    assert listed(unsure | {"expected_expired_units": 2.0}).empty
    assert listed({"expected_expired_units": 20.0}).empty


def test_the_oldest_is_put_in_front_where_that_saves_goods():
    """3 units in 180 days are 6.08 a year, at 10 DKK 60.83; the date to look for is named."""
    (row,) = listed({"rotated_units": 3.0}).to_dict("records")
    assert (row["action"], row["to"]) == ("use_first", "oldest_first")
    assert row["saving_dkk_per_year"] == pytest.approx(60.83, abs=0.01)
    assert row["saving_co2e_kg_per_year"] == pytest.approx(3.04, abs=0.01)


def test_putting_the_oldest_in_front_for_a_few_oere_is_left_out():
    """0.1 units in 180 days are 2 DKK a year."""
    assert listed({"rotated_units": 0.1}).empty


def test_a_transfer_stands_with_the_giver():
    """6 units from S1 to S2, in another ward: one line, in the giver's ward."""
    (row,) = listed({}, {"ward_id": "W2", "ward_name": "Medicinsk"}, moves=[MOVE]).to_dict("records")
    assert (row["action"], row["cabinet_id"], row["ward_id"]) == ("move", "S1", "W1")
    assert (row["saving_dkk_per_year"], row["saving_co2e_kg_per_year"]) == (50.0, 2.5)


@pytest.mark.parametrize("lang", ["da", "en"])
def test_all_that_can_be_done_can_be_said(lang):
    """One of each: the sentences find their numbers, and no cell of words but that of a count is empty."""
    say = Sentences(lang).say
    found = trim_list(
        Found(
            positions=pd.DataFrame(
                [
                    QUIET | {"cabinet_id": "S1", "rotated_units": 3.0},
                    QUIET | {"cabinet_id": "S2", "ward_name": "Medicinsk", "p_stale": 0.9, "stale_units": 3.0},
                    QUIET | {"cabinet_id": "S3", "action": "remove", "new_yearly_cost": 40.0},
                    QUIET | {"cabinet_id": "S4", "on_hand_low": 3, "on_hand_high": 40, "expected_expired_units": 20.0},
                ]
            ),
            level_reasons=[Reason("remove_never_moved", {"p_dead": 0.9, "units": 12.0})] * 4,
            phrases=[(Reason("level_cards", {"count": 2, "qty": 10}), Reason("level_none", {}))] * 4,
            transfers=pd.DataFrame([MOVE]),
            horizon_days=180,
        ),
        say,
    )
    assert sorted(found["action"]) == ["count", "count", "move", "remove", "use_first"]
    assert (found["reason"].str.len() > 20).all()
    assert (found["from"] != "").all()
    assert (found.loc[found["action"] != "count", "to"] != "").all()
    assert "Medicinsk" in found.set_index("action").loc["move", "reason"]


def test_an_item_number_keeps_its_zeros():
    """000050 stays a text."""
    assert listed(saving("trim", 10.0))["item_id"].tolist() == ["000050"]
