"""The list that somebody takes to the cabinet."""

import pandas as pd
import pytest

from brikopt.contract.outputs import COUNTS_WORTH_MAKING, OUT_OF_DATE, TRANSFERS, TRIM_LIST
from brikopt.policy import Lists
from brikopt.reason import Reason
from brikopt.reports.sections import SECTIONS
from brikopt.reports.sentences import Sentences
from brikopt.reports.things import MINUTES, Found
from brikopt.reports.trim_list import trim_list

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
    "critical": False,
    "fill_rate": 0.97,
    "min_fill_rate": 0.95,
    "saving_dkk_per_year": 0.0,
    "short_units_avoided_per_year": 0.0,
    "risk_value_dkk_per_year": 0.0,
    "expired_units_per_year": 0.0,
    "new_expired_units_per_year": 0.0,
    "rotated_units": 0.0,
    "expected_expired_units": 0.0,
    "earliest_expiry": pd.Timestamp("2025-05-01"),
    "expiry_known": True,
    "on_hand_mean": 12.0,
}


def empty(output):
    """A table without rows."""
    return pd.DataFrame({column.name: [] for column in output.columns})


def code(reason: Reason) -> str:
    """Say only the code."""
    return reason.code


def listed(*positions, moves=(), gone=(), counts=(), say=code, horizon_days=180):
    """The list of positions S1, S2, …, each given by what sets it apart from a quiet one."""
    rows = [QUIET | {"cabinet_id": f"S{number}"} | facts for number, facts in enumerate(positions, start=1)]
    goods = pd.DataFrame([one for _, one in gone], index=[row for row, _ in gone]) if gone else empty(OUT_OF_DATE)
    return trim_list(
        Found(
            positions=pd.DataFrame(rows),
            level_reasons=["why"] * len(rows),
            phrases=[(Reason("before", {}), Reason("after", {}))] * len(rows),
            out_of_date=goods,
            transfers=pd.DataFrame(moves) if moves else empty(TRANSFERS),
            counts=pd.DataFrame(counts) if counts else empty(COUNTS_WORTH_MAKING),
            horizon_days=horizon_days,
            disposal_per_unit=0.5,
        ),
        Lists(),
        say,
    )


def change(action, dkk, **more):
    """A change that saves so many kroner a year."""
    return {"action": action, "saving_dkk_per_year": dkk} | more


def gone(row, units=5.0, chance=0.9, **more):
    """Goods out of date at a position, by its row."""
    dated = {"expiry": pd.Timestamp("2025-01-31"), "expiry_known": True, "value_dkk": 10.0 * units * chance}
    place = {"cabinet_id": f"S{row + 1}", "item_id": "000050", "units": units, "p_out_of_date": chance}
    return row, place | dated | {"reason": "out of date"} | more


MOVE = {
    "from_cabinet_id": "S1",
    "to_cabinet_id": "S2",
    "item_id": "000050",
    "units": 6,
    "earliest_expiry": pd.Timestamp("2025-05-01"),
    "expected_saved_units": 5.0,
    "expected_saved_dkk": 50.0,
    "reason": "move",
}
COUNT = {
    "cabinet_id": "S1",
    "item_id": "000050",
    "what": "count",
    "value_dkk_per_year": 90.0,
    "minutes": 3.0,
    "reason": "count",
}


def test_a_quiet_cabinet_has_an_empty_list_with_all_columns():
    """Nothing to do: no row, and the columns of trim_list.csv and the section."""
    found = listed({})
    assert found.empty
    assert set(found.columns) == {column.name for column in TRIM_LIST.columns} | {"section"}


def test_sections_come_one_after_the_other_whatever_they_save():
    """Out of date, expiring, a broken promise that costs 500 kroner, a trim that saves 9,000, and a count."""
    broken = change("raise", -500.0, fill_rate=0.9, risk_value_dkk_per_year=3.0)
    found = listed(
        {}, change("trim", 9000.0), broken, {"rotated_units": 3.0}, {}, moves=[MOVE], gone=[gone(4)], counts=[COUNT]
    )
    assert found["action"].tolist() == ["take_out", "use_first", "move", "raise", "trim", "count"]
    assert found["section"].tolist() == [SECTIONS[0], SECTIONS[1], *SECTIONS[1:]]
    assert found["rank"].tolist() == [1, 2, 3, 4, 5, 6]


def test_kroner_a_minute_decide_among_levels():
    """A removal of 3 minutes that saves 240 is 80 a minute; a trim of 2 that saves 180 is 90, and leads."""
    assert (MINUTES["trim"], MINUTES["remove"]) == (2.0, 3.0)
    found = listed(change("remove", 240.0), change("trim", 180.0), change("raise", 190.0))
    assert found["action"].tolist() == ["raise", "trim", "remove"]
    assert found["saving_dkk_per_year"].tolist() == [190.0, 180.0, 240.0]


def test_promises_of_critical_goods_are_mended_first_then_those_that_are_worth_most():
    """Three broken promises: the critical one leads, though its risk is worth least; then 900, then 50."""
    broken = {"fill_rate": 0.9}
    found = listed(
        change("raise", -10.0, risk_value_dkk_per_year=50.0, **broken),
        change("raise", -90.0, risk_value_dkk_per_year=900.0, **broken),
        change("raise", -20.0, risk_value_dkk_per_year=5.0, critical=True, **broken),
    )
    assert found["risk_value_dkk_per_year"].tolist() == [5.0, 900.0, 50.0]
    assert set(found["section"]) == {"promise"}


def test_money_and_risk_stand_apart():
    """A raise that costs 210 kroner and spares 36 shortages a year saves nothing."""
    (row,) = listed(
        change("raise", -210.0, fill_rate=0.9, short_units_avoided_per_year=36.0, risk_value_dkk_per_year=1440.0)
    ).to_dict("records")
    kroner = ("saving_dkk_per_year", "short_units_avoided_per_year", "risk_value_dkk_per_year")
    assert [row[name] for name in kroner] == [-210.0, 36.0, 1440.0]


def test_each_ward_has_ranks_of_its_own():
    """Two things in W1 and one in W2: 1, 2 and 1."""
    found = listed(change("trim", 10.0), change("trim", 20.0), change("trim", 5.0, ward_id="W2"))
    assert found["ward_id"].tolist() == ["W1", "W1", "W2"]
    assert found["rank"].tolist() == [1, 2, 1]
    assert found["cabinet_id"].tolist() == ["S2", "S1", "S3"]


def test_equals_are_in_the_order_of_their_ids():
    """The same saving in three cabinets, whatever order they come in."""
    assert listed(*[change("trim", 10.0)] * 3)["cabinet_id"].tolist() == ["S1", "S2", "S3"]


def test_a_change_shows_the_level_today_and_the_new_one():
    """From and to, and the CO2e of the units a year that will not go out of date: 3 fewer at 0.5 kg."""
    less = change("trim", 10.0, expired_units_per_year=4.0, new_expired_units_per_year=1.0)
    (row,) = listed(less).to_dict("records")
    assert (row["from"], row["to"], row["reason"]) == ("before", "after", "why")
    assert row["saving_co2e_kg_per_year"] == 1.5


def test_the_surest_goods_out_of_date_come_first_then_the_dearest():
    """Chances of .98 and .97 are alike, and 90 kroner come before 10; .6 comes last, though it is dearest."""
    found = listed(
        {},
        {},
        {},
        gone=[
            gone(0, chance=0.98, value_dkk=10.0),
            gone(1, chance=0.6, value_dkk=900.0),
            gone(2, chance=0.97, value_dkk=90.0),
        ],
    )
    assert found["cabinet_id"].tolist() == ["S3", "S1", "S2"]
    assert found["saving_dkk_per_year"].tolist() == [0.0, 0.0, 0.0]


def test_the_oldest_is_put_in_front_where_that_saves_goods():
    """3 units in 180 days are 6.08 a year, at 10.50 DKK with disposal 63.88; the date to look for is named."""
    (row,) = listed({"rotated_units": 3.0}).to_dict("records")
    assert (row["action"], row["to"]) == ("use_first", "oldest_first")
    assert row["saving_dkk_per_year"] == pytest.approx(63.88, abs=0.01)
    assert row["saving_co2e_kg_per_year"] == pytest.approx(3.04, abs=0.01)


@pytest.mark.parametrize(("units", "price", "lines"), [(0.49, 500.0, 0), (0.5, 500.0, 1), (3.0, 3.0, 0), (3.0, 4.0, 1)])
def test_less_than_half_a_unit_or_a_few_kroner_are_left_out(units, price, lines):
    """Half a unit is enough, where it is worth 25 DKK a year: 3 units at 4.50 are 27.38, at 3.50 21.29."""
    assert len(listed({"rotated_units": units, "unit_price_dkk": price})) == lines


def test_a_transfer_stands_with_the_giver():
    """6 units from S1 to S2, in another ward: one line, in the giver's ward."""
    (row,) = listed({}, {"ward_id": "W2", "ward_name": "Medicinsk"}, moves=[MOVE]).to_dict("records")
    assert (row["action"], row["cabinet_id"], row["ward_id"]) == ("move", "S1", "W1")
    assert (row["saving_dkk_per_year"], row["saving_co2e_kg_per_year"]) == (50.0, 2.5)


@pytest.mark.parametrize("lang", ["da", "en"])
def test_all_that_can_be_done_can_be_said(lang):
    """One of each: the sentences find their numbers, and no cell of words but that of a count is empty."""
    say = Sentences(lang).say
    levels = (Reason("level_cards", {"count": 2, "qty": 10}), Reason("level_none", {}))
    found = trim_list(
        Found(
            positions=pd.DataFrame(
                [
                    QUIET | {"cabinet_id": "S1", "rotated_units": 3.0},
                    QUIET | {"cabinet_id": "S2", "ward_name": "Medicinsk"},
                    QUIET | {"cabinet_id": "S3", "action": "remove"},
                ]
            ),
            level_reasons=["Long since nobody asked."] * 3,
            phrases=[levels] * 3,
            out_of_date=pd.DataFrame([gone(1)[1]], index=[1]),
            transfers=pd.DataFrame([MOVE]),
            counts=pd.DataFrame([COUNT]),
            horizon_days=180,
            disposal_per_unit=0.5,
        ),
        Lists(),
        say,
    )
    assert sorted(found["action"]) == ["count", "move", "remove", "take_out", "use_first"]
    assert (found["from"] != "").all()
    assert (found.loc[found["action"] != "count", "to"] != "").all()


def test_an_item_number_keeps_its_zeros():
    """000050 stays a text."""
    assert listed(change("trim", 10.0))["item_id"].tolist() == ["000050"]
