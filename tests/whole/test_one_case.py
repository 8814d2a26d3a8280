"""What goes wrong in many wards at once is one case on the front page, whatever the lists hold."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

from brikopt.flows.progress import SilentProgress
from brikopt.flows.run import Findings, run
from brikopt.reason import Reason
from tests.worlds import write_extracts

AS_OF = date(2025, 3, 1)
WARDS = range(1, 11)
SHORT_DATED, FEW_WARDS, SOLD_OUT, PLENTY = "SHORT", "FEW", "OUT", "PLENTY"
ITEMS = (SHORT_DATED, FEW_WARDS, SOLD_OUT, PLENTY)


def day(back: int) -> str:
    return (AS_OF - timedelta(days=back)).isoformat()


def frame(header: str, rows) -> pd.DataFrame:
    return pd.DataFrame([[str(cell) for cell in row] for row in rows], columns=header.split(), dtype="str")


def orders():
    """Every second week 30 units of what is used 15 a week; of what is dated, one line long ago."""
    for ward in WARDS:
        for item in (SOLD_OUT, PLENTY):
            for back in range(350, 0, -14):
                # The warehouse has had none for six weeks: the last lines are still open.
                yield f"{item}{ward}-{back}", back, ward, item, 30, item == PLENTY or back > 42
        for item in (SHORT_DATED, FEW_WARDS):
            yield f"{item}{ward}", 300, ward, item, 40, True


def counts():
    """Counted yesterday: two dates, one of them in two wards only; nothing left of what is sold out."""
    soon, later = (AS_OF + timedelta(days=left) for left in (40, 900))
    for ward in WARDS:
        yield day(1), f"S{ward}", SHORT_DATED, 30, "L1", soon
        yield day(1), f"S{ward}", FEW_WARDS, 30, "L2", soon if ward <= 2 else later
        yield day(1), f"S{ward}", SOLD_OUT, 0, "", ""
        yield day(1), f"S{ward}", PLENTY, 90, "", ""


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> Findings:
    """A run on ten wards, each with a cabinet without cards."""
    folder = tmp_path_factory.mktemp("one-case")
    lines = list(orders())
    tables = {
        "wards": frame("ward_id ward_name hospital unit", [(f"A{n}", f"Afsnit {n}", "H", "U") for n in WARDS]),
        "cabinets": frame("cabinet_id ward_id kind", [(f"S{n}", f"A{n}", "non_brik") for n in WARDS]),
        "items": frame(
            "item_id name pack_size unit_price_dkk shelf_life_days lead_time_days_mean",
            [(item, item.title(), 10, 20, 1000 if item in (SHORT_DATED, FEW_WARDS) else "", 3) for item in ITEMS],
        ),
        "positions": frame(
            "cabinet_id item_id min_level max_level", [(f"S{n}", item, 40, 90) for n in WARDS for item in ITEMS]
        ),
        "orders": frame(
            "order_id ordered_at cabinet_id item_id quantity",
            [(name, day(back), f"S{ward}", item, units) for name, back, ward, item, units, _ in lines],
        ),
        "deliveries": frame(
            "order_id delivered_at cabinet_id item_id quantity",
            [(name, day(back - 3), f"S{ward}", item, units) for name, back, ward, item, units, came in lines if came],
        ),
        "counts": frame("counted_at cabinet_id item_id quantity lot expiry_date", counts()),
    }
    usual = {"as_of": AS_OF, "jobs": 1, "backend": "loky", "policy_file": None, "lang": "da"}
    return run(write_extracts(folder / "data", tables), folder / "out", **usual, progress=SilentProgress())


def cases(found: Findings, code: str) -> list[Reason]:
    return [reason for reason in found.reasons if reason.code == code]


def test_a_lot_with_a_short_date_in_ten_wards_is_one_case(found):
    """30 units in each of ten wards that use hardly any; the date that two wards have is nobody else's case."""
    (one,) = cases(found, "found_short_dated")
    assert (one.numbers["name"], one.numbers["wards"]) == ("Short", 10)
    assert one.numbers["earliest_expiry"] == date(2025, 4, 10)
    assert 200 < one.numbers["units"] <= 300


def test_a_warehouse_that_is_short_is_one_case(found):
    """Ten empty shelves whose lines of six weeks have not come are told once; full ones are not."""
    (one,) = cases(found, "found_risk_item")
    assert (one.numbers["name"], one.numbers["wards"], one.numbers["late_wards"]) == ("Out", 10, 10)
    assert one.numbers["spare_units"] == 0
