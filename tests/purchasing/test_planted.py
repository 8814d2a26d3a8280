"""Findings planted in the extracts of three wards, and goods about which nothing is to be said."""

from __future__ import annotations

import csv
from datetime import date, timedelta

import pandas as pd
import pytest

from brikopt.flows.progress import SilentProgress
from brikopt.flows.run import run
from tests.worlds import write_extracts

AS_OF = date(2025, 3, 1)
ITEMS = {  # pack, price, shelf life, lead time, group
    "LARGEPACK": (500, 5.0, 730, 3, ""),
    "FASTPACK": (500, 5.0, 730, 3, ""),
    "KEEPS": (500, 5.0, "", 3, ""),
    "DAILY": (10, 5.0, "", 2, ""),
    "SHORTMIN": (10, 5.0, "", 10, ""),
    "ONCE": (10, 5.0, "", 10, ""),
    "TWIN": (10, 9.0, 365, 3, "E1"),
    "TWINSISTER": (10, 8.0, 365, 3, "E1"),
    "APART": (10, 9.0, 365, 3, "E2"),
    "APARTSISTER": (10, 8.0, 365, 3, "E2"),
}
PLACES = {  # cabinet, min, max, days between lines, units a line
    "LARGEPACK": ("S1", 0, 500, 600, 500),
    "FASTPACK": ("S1", 400, 1000, 40, 500),
    "KEEPS": ("S1", 0, 500, 600, 500),
    "DAILY": ("S2", 10, 20, 1, 10),
    "SHORTMIN": ("S2", 5, 60, 30, 60),
    "ONCE": ("S2", 40, 90, 30, 60),
    "TWIN": ("S3", 10, 30, 30, 20),
    "TWINSISTER": ("S3", 10, 30, 30, 20),
    "APART": ("S1", 10, 30, 30, 20),
    "APARTSISTER": ("S3", 10, 30, 30, 20),
}
# Days before AS_OF on which the shelf was found empty while goods were on their way.
URGENT = {"SHORTMIN": (20, 110, 200, 290), "ONCE": (110,)}


def orders():
    """Two years of lines, none on a Saturday or a Sunday."""
    for item, (cabinet, _, _, gap, units) in PLACES.items():
        for back in range(730 - 730 % gap, 0, -gap):
            day = AS_OF - timedelta(days=back)
            if day.weekday() < 5:
                yield day, cabinet, item, units, "", ITEMS[item][3]
        for back in URGENT.get(item, ()):
            # Five days into the ten that the last line takes.
            last = max(b for b in range(730 - 730 % gap, 0, -gap) if b <= back + gap and b > back)
            yield AS_OF - timedelta(days=last - 5), cabinet, item, 10, "urgent", 1


def frame(header, rows):
    return pd.DataFrame([[str(cell) for cell in row] for row in rows], columns=header.split(), dtype="str")


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Findings of a run by item and code."""
    lines = [(f"B{number}", *line) for number, line in enumerate(sorted(orders()))]
    came = [(name, day + timedelta(days=lead), *rest) for name, day, *rest, _, lead in lines]
    tables = {
        "wards": frame("ward_id ward_name hospital unit", [(f"A{n}", f"Afsnit {n}", "H", "U") for n in (1, 2, 3)]),
        "cabinets": frame("cabinet_id ward_id kind", [(f"S{n}", f"A{n}", "non_brik") for n in (1, 2, 3)]),
        "items": frame(
            "item_id name pack_size unit_price_dkk shelf_life_days lead_time_days_mean substitute_group",
            [(item, item.title(), *rest) for item, rest in ITEMS.items()],
        ),
        "positions": frame(
            "cabinet_id item_id min_level max_level",
            [(cabinet, item, least, most) for item, (cabinet, least, most, _, _) in PLACES.items()],
        ),
        "orders": frame(
            "order_id ordered_at cabinet_id item_id quantity channel",
            [(name, day, cabinet, item, units, channel) for name, day, cabinet, item, units, channel, _ in lines],
        ),
        "deliveries": frame(
            "order_id delivered_at cabinet_id item_id quantity", [one for one in came if one[1] < AS_OF]
        ),
        "counts": frame(
            "counted_at cabinet_id item_id quantity",
            [("2024-12-01", "S1", item, 450) for item in ("LARGEPACK", "KEEPS")],
        ),
    }
    folder = tmp_path_factory.mktemp("planted")
    write_extracts(folder / "data", tables)
    run(
        folder / "data",
        folder / "out",
        as_of=AS_OF,
        jobs=1,
        backend="loky",
        policy_file=None,
        lang="en",
        progress=SilentProgress(),
    )
    with (folder / "out" / "purchasing.csv").open(encoding="utf-8", newline="") as file:
        return {(row["item_id"], row["finding"]): row for row in csv.DictReader(file)}


def test_what_was_planted_is_found_and_nothing_is_made_up(found):
    """A pack of 500 used 3 a month, a line on every working day, a min that is gone each quarter, and two twins."""
    assert found.keys() == {
        ("LARGEPACK", "pack_too_large"),
        ("DAILY", "order_too_often"),
        ("SHORTMIN", "urgent_orders"),
        ("TWIN", "substitute"),
    }


def test_each_names_its_ward_and_its_kroner(found):
    """One ward each, and at least DKK 25 a year."""
    wards = {item: row["wards"] for (item, _), row in found.items()}
    assert wards == {"LARGEPACK": "A1", "DAILY": "A2", "SHORTMIN": "A2", "TWIN": "A3"}
    assert min(float(row["saving_dkk_per_year"]) for row in found.values()) >= 25


def test_each_says_why(found):
    """In one sentence with its numbers, and how sure it is."""
    detail = {item: row["detail"] for (item, _), row in found.items()}
    assert detail["LARGEPACK"].startswith("Largepack: the pack of 500 units will probably not be used up in 1 ward")
    assert "261 order lines a year in 1 ward of about 10 units each" in detail["DAILY"]
    assert detail["SHORTMIN"].startswith("Shortmin: 4 urgent orders in the last year in 1 ward; with a min of ")
    assert "in 1 ward there is also Twinsister (item TWINSISTER)" in detail["TWIN"]
    assert detail["DAILY"].endswith("Sure: rests on 261 order lines of the last year.")
