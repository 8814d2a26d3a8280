"""What runs dry if nothing comes: the shelf that will is found, the one that won't is silent."""

from __future__ import annotations

import csv
from datetime import date

import numpy as np
import pandas as pd
import pytest

from brikopt.contract.intake import read_extracts
from brikopt.contract.positions import cabinet_rows, position_table
from brikopt.errors import BadInput
from brikopt.flows.cabinet import CabinetJob, work_on_cabinet
from brikopt.flows.scope import Scope
from brikopt.flows.supply_out import named_items, supply_out
from brikopt.policy import Policy
from brikopt.stock.posterior import gather_evidence
from brikopt.supply_out import days_of_cover, substitutes_in_house, with_help
from brikopt.world.files import write_extracts as write_region
from brikopt.world.region import simulate_region
from brikopt.world.settings import WorldSettings
from tests.stock.histories import extracts
from tests.worlds import tiny_hospital, write_extracts


def shelf(cabinet, hospital, units, use, **more):
    """One shelf of one item."""
    usual = {"unit": "U", "ward_id": f"W{cabinet}", "item_id": "I", "name": "Kompres", "critical": True}
    usual |= {"substitute_group": "", "spare_units": 0.0, "on_hand_mean": units, "demand_per_day_mean": use}
    return usual | {"cabinet_id": cabinet, "hospital": hospital} | more


def test_days_of_cover_by_hand():
    """10 + 20 units, 1 + 1 a day: 10 and 20 days in the wards, 15 in the hospital; 60 at the warehouse make 45."""
    shelves = pd.DataFrame([shelf("A", "H", 10.0, 1.0), shelf("B", "H", 20.0, 1.0)])
    cover = days_of_cover(shelves, pd.Series({"I": 60.0}))
    assert cover.groupby("level")["days_of_cover"].apply(list).to_dict() == {
        "ward": [10.0, 20.0],
        "hospital": [15.0],
        "region": [45.0],
    }


def test_who_shares_and_what_stands_in():
    """B of the own hospital comes before C with more; a mate that is out as well stands in for nobody."""
    shelves = pd.DataFrame(
        [
            shelf("A", "H", 0.0, 1.0, substitute_group="G"),
            shelf("B", "H", 9.0, 0.1, spare_units=5.0, substitute_group="G"),
            shelf("C", "K", 99.0, 0.1, spare_units=50.0, substitute_group="G"),
            shelf("B", "H", 7.0, 0.1, item_id="J", substitute_group="G"),
            shelf("B", "H", 8.0, 0.1, item_id="K", substitute_group="G"),
        ]
    )
    helped = with_help(shelves[shelves["item_id"] == "I"]).set_index("cabinet_id")
    assert helped.loc["A", ["sharing_cabinets", "shared_in_hospital", "shared_in_region"]].tolist() == [
        "B;C",
        5.0,
        55.0,
    ]
    assert substitutes_in_house(shelves, {"I", "K"}).tolist()[:3] == [7.0, 7.0, 0.0]


def test_a_long_silence_empties_shelves_that_a_short_one_does_not(tmp_path):
    """The most used item of a simulated ward: dry shelves rise with the weeks; a full warehouse keeps all of them."""
    region = simulate_region(WorldSettings(wards=2, positions=40, years=1, seed=3, dirty=0))
    item = region.tables.orders.groupby("item_id").size().idxmax()
    (tmp_path / "data").mkdir()
    write_region(region, tmp_path / "data")
    dry = {}
    for weeks in (1, 30):
        where = tmp_path / f"out{weeks}"
        settings = {"items": [item], "weeks": weeks, "as_of": None, "policy_file": None, "lang": "da"}
        assert supply_out(tmp_path / "data", where, Scope(), **settings)
        with (where / "supply_out.csv").open(encoding="utf-8") as file:
            dry[weeks] = [float(row["p_dry"]) for row in csv.DictReader(file)]
    assert np.mean(dry[1]) < np.mean(dry[30])
    assert max(dry[30]) > 0.9
    stock = f"stock_at,item_id,quantity\n2025-02-27,{item},1000000\n"
    (tmp_path / "data" / "warehouse_stock.csv.gz").unlink()
    (tmp_path / "data" / "warehouse_stock.csv").write_text(stock)
    supply_out(tmp_path / "data", tmp_path / "full", Scope(), **settings)
    with (tmp_path / "full" / "supply_out.csv").open(encoding="utf-8") as file:
        assert {float(row["p_dry"]) for row in csv.DictReader(file)} == {0.0}


def test_what_is_named_is_an_item_a_supplier_or_a_group():
    """Each once; anything else is refused with the option."""
    items = pd.DataFrame({"item_id": ["1", "2", "3"], "supplier": ["N", "N", ""], "substitute_group": ["", "G", "G"]})
    assert named_items(items, ["N", "G"]) == ["1", "2", "3"]
    with pytest.raises(BadInput, match="--supplier-out X"):
        named_items(items, ["X"])


@pytest.mark.parametrize(
    ("rows", "stock", "held"),
    [
        ("I1 2025-02-01 2025-04-01", "", "2025-04-01"),
        ("I1 2025-02-01 _", "", "2025-05-02"),  # nobody knows: sixty days
        ("I1 2025-02-01 2025-02-20", "", None),  # over
        ("I1 2025-02-01 2025-04-01", "2025-03-01 I1 500", None),  # the warehouse has enough
        ("I2 2025-02-01 2025-04-01", "", None),  # another item
    ],
)
def test_an_item_on_back_order_is_held_until_it_comes(rows, stock, held):
    """Of the one position, I1 at S1."""
    tables = extracts(back_orders="item_id from until\n" + rows, warehouse_stock="stock_at item_id quantity\n" + stock)
    until = position_table(tables)["held_until"].iloc[0]
    assert (None if pd.isna(until) else str(until.date())) == held


def test_a_back_order_raises_the_risk_of_its_item_alone(tmp_path):
    """The tiny hospital with and without a long back order of 000050: its chance rises, the others' stay."""
    tables = tiny_hospital()
    found = []
    for until in ("2025-01-20", "2025-08-01"):
        tables["back_orders"] = pd.DataFrame([["000050", "2025-01-10", until]], columns=["item_id", "from", "until"])
        intake = read_extracts(write_extracts(tmp_path / until, tables), as_of=date(2025, 3, 1))
        known = intake.extract.before(intake.as_of)
        evidence = gather_evidence(known, position_table(known), 30, 730)
        jobs = [CabinetJob(evidence.part(*rows), Policy(), intake.as_of) for rows in cabinet_rows(evidence.positions)]
        facts = pd.concat([work_on_cabinet(job).facts for job in jobs], ignore_index=True)
        found.append(facts["p_stockout"].set_axis(evidence.positions["item_id"]))
    before, after = found
    assert (after["000050"].to_numpy() > before["000050"].to_numpy() + 0.2).any()
    assert (after.drop("000050") == before.drop("000050")).all()
