"""Recalls: the shelf that has the lot is found, the shelf that can't have it is silent."""

from __future__ import annotations

import csv
from datetime import date

import pandas as pd
import pytest

from brikopt.errors import BadInput
from brikopt.flows.recall import Recalled, recall
from brikopt.recall import shelves_to_look_at
from tests.worlds import tiny_hospital, write_extracts


@pytest.fixture
def world(tmp_path):
    """Lot L1 came to S1, is dated like undated goods that came to S2 the next day, and S3 counted another item."""
    tables = tiny_hospital()
    tables["deliveries"] = pd.DataFrame(
        [
            ["2025-02-25", "S1", "000050", "20", "", "L1", "2025-07-31"],
            ["2025-02-26", "S2", "000050", "20", "", "L1", "2025-07-31"],
            ["2024-02-26", "S1", "3383066", "5", "", "L0", "2024-09-30"],
            ["2025-02-26", "S1", "3383066", "5", "", "L7", "2026-05-31"],
        ],
        columns=["delivered_at", "cabinet_id", "item_id", "quantity", "order_id", "lot", "expiry_date"],
        dtype="str",
    )
    return write_extracts(tmp_path / "data", tables)


def found(world, tmp_path, **recalled):
    """Rows of recall.csv."""
    what = {"item": None, "gtin": None, "lot": None} | recalled
    recall(world, tmp_path / "out", Recalled(**what), as_of=None, policy_file=None, lang="da")
    with (tmp_path / "out" / "recall.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_lot_that_just_came_is_found_on_its_shelves(world, tmp_path):
    """Both shelves that got L1 this week; nothing of another item, and the page has a box for each."""
    rows = found(world, tmp_path, item="000050", lot="l1")
    assert {(row["cabinet_id"], row["basis"]) for row in rows} == {("S1", "recorded"), ("S2", "recorded")}
    assert all(float(row["p_there"]) > 0.8 for row in rows)
    page = (tmp_path / "out" / "recall.html").read_text(encoding="utf-8")
    assert page.count('class="box"') == 2
    assert "Røntgen, afsnit 1" in page


def test_a_lot_that_is_long_out_of_date_has_gone(world, tmp_path):
    """L0 went out of date half a year ago, five came since: it is told as recorded, with next to no chance."""
    (row,) = found(world, tmp_path, item="3383066", lot="L0")
    assert float(row["p_there"]) < 0.3
    (new,) = found(world, tmp_path, item="3383066", lot="L7")
    assert float(new["p_there"]) > float(row["p_there"]) + 0.3


def test_goods_received_on_some_days_are_found_without_any_lot(world, tmp_path):
    """On 26 February only S2 got the item."""
    day = date(2025, 2, 26)
    rows = found(world, tmp_path, item="000050", received=(day, day))
    assert [row["cabinet_id"] for row in rows] == ["S2"]


def test_an_item_that_is_not_there_is_refused(world, tmp_path):
    """With the option and the value."""
    with pytest.raises(BadInput, match="--gtin 12"):
        found(world, tmp_path, gtin="12")


def of(cabinet, what, **cells):
    """A row of lots.csv."""
    usual = {"lot": None, "expiry": None, "received": None, "p_there": 1.0, "units": 10.0}
    return usual | {"cabinet_id": cabinet, "item_id": "I", "what": what} | cells


ROWS = [
    of("A", "all"),
    of("A", "lot", lot="00L1", expiry="2025-05-01", received=30, units=8.0),
    of("B", "all"),
    of("B", "date", expiry="2025-05-01", p_there=0.4, units=4.0),
    of("C", "all"),
    of("C", "lot", lot="L2", expiry="2025-06-01", received=10),
    of("D", "all", units=4.0),
]


def test_shelves_are_told_by_what_is_known_of_the_lot():
    """Recorded at A; B has goods of its date; all of C is another lot; of the unrecorded goods at D 3 in 4 are L1."""
    told = [(one.cabinet_id, one.basis, one.p_there, one.units) for one in shelves_to_look_at(ROWS, "L1")]
    assert told == [("A", "recorded", 1.0, 8.0), ("B", "date", 0.4, 4.0), ("D", "unrecorded", 0.75, 3.0)]


def test_without_a_lot_or_with_one_that_nobody_recorded_every_shelf_is_told():
    """All four hold the item."""
    assert [one.basis for one in shelves_to_look_at(ROWS)] == ["item"] * 4
    assert [one.basis for one in shelves_to_look_at(ROWS, "L9")] == ["unrecorded"] * 4
