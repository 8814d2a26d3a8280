"""Uses that were seen, as evidence of what lies there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from brikopt.contract.positions import position_table
from brikopt.stock.on_hand import stock_of
from brikopt.stock.posterior import gather_evidence
from brikopt.world.region import simulate_region
from brikopt.world.scans import scanned
from brikopt.world.settings import WorldSettings
from tests.stock.histories import evidence_of, extracts, now, on_hand

LINES = {
    "positions": "min_level max_level brik_qty brik_count\n50 100 50 2",
    "items": "item_id shelf_life_days\nI1 _",
    "orders": "ordered_at quantity\n2025-01-06 50",
    "deliveries": "delivered_at quantity order_id\n2025-01-09 50 B1",
}


def complete(first: str, days: int, units: int) -> str:
    """Rows of uses: so many units on each of some days, all of them seen."""
    dates = np.datetime64(first) + np.arange(days)
    return "used_at quantity complete\n" + "\n".join(f"{day} {units} 1" for day in dates)


def test_whoever_saw_every_use_knows_what_lies_there():
    """Counted 90 on the evening of 1 February, 2 a day seen in 29 days since: 32 lie there, in every particle."""
    told = extracts(counts="counted_at quantity\n2025-02-01 90", uses=complete("2025-02-02", 29, 2), **LINES)
    seen = on_hand(told)
    assert (seen.min(), seen.max()) == (90 - 29 * 2,) * 2
    unseen = on_hand(extracts(counts="counted_at quantity\n2025-02-01 90", **LINES))
    assert np.std(unseen) > 2


def test_single_uses_are_the_least_that_went():
    """Of 90, 30 were seen to go on days that weren't watched whole: no more than 60 are left; unseen, more may be."""
    uses = "used_at quantity\n2025-02-10 10\n2025-02-20 20"
    told = on_hand(extracts(counts="counted_at quantity\n2025-02-01 90", uses=uses, **LINES))
    assert told.max() <= 60
    assert on_hand(extracts(counts="counted_at quantity\n2025-02-01 90", **LINES)).max() > 60


def test_days_without_a_row_are_days_without_use_where_the_cabinet_is_scanned():
    """I2 had one scan; its cabinet was scanned on each day since, so nothing else of it was used: 40 - 1 are there."""
    tables = extracts(
        items="item_id shelf_life_days\nI1 _\nI2 _",
        positions="item_id min_level max_level brik_qty brik_count\nI1 50 100 50 2\nI2 20 40 20 2",
        counts="item_id counted_at quantity\nI1 2025-02-01 90\nI2 2025-02-01 40",
        uses="item_id used_at quantity complete\nI2 2025-02-02 1 1\n"
        + "\n".join(f"I1 {np.datetime64('2025-02-02') + day} 1 1" for day in range(29)),
    )
    assert set(on_hand(tables, row=1).tolist()) == {39}
    assert set(on_hand(tables, row=0).tolist()) == {90 - 29}


def test_what_was_seen_tells_the_rate_where_no_line_does():
    """4 a day for eight weeks, of a shelf that never ordered by card: the rate is 4, give or take a tenth."""
    tables = extracts(
        items="item_id shelf_life_days\nI1 _",
        positions="min_level max_level brik_qty brik_count\n500 1000 500 2",
        uses=complete("2025-01-05", 57, 4),
    )
    evidence = evidence_of(tables)
    chance = now(tables).chance.mean(axis=0)
    rate = float(chance @ np.append(evidence.pooled.grid[0], 0.0))
    assert rate == pytest.approx(4.0, rel=0.1)


def test_a_line_still_tells_where_nobody_counted():
    """No count; 2 a day seen since the line of 6 January, and lines after each 50: 90 lie there, or hardly less."""
    lines = LINES | {
        "orders": "ordered_at quantity\n2025-01-06 50\n2025-01-31 50\n2025-02-25 50",
        "deliveries": "delivered_at quantity order_id\n2025-01-09 50 B1\n2025-02-03 50 B2\n2025-02-28 50 B3",
    }
    told, untold = (on_hand(extracts(uses=uses, **lines)) for uses in (complete("2025-01-07", 55, 2), ""))
    assert 88 <= np.median(told) <= 90
    assert np.std(told) < 0.6 * np.std(untold)


def test_scans_sharpen_the_stock_of_a_simulated_ward():
    """80 shelves, half a year: the error falls by a third where every unit is scanned, by less where half are."""
    region = simulate_region(WorldSettings(wards=3, positions=80, years=2, seed=2, dirty=0))
    tables = region.extract.before(region.tables.as_of)
    cabinets = tables.cabinets["cabinet_id"].tolist()
    every, half = scanned(region, cabinets, 180), scanned(region, cabinets, 180, share=0.5)
    without, some, all_of_them = (off(region, replace(tables, uses=uses)) for uses in (tables.uses, half, every))
    assert all_of_them < some < without
    assert all_of_them < 0.67 * without


def off(region, tables) -> float:
    """Mean error of what lies there, as a share of full stock."""
    evidence = gather_evidence(tables, position_table(tables), 30, 1)
    known = evidence.positions.merge(region.truth.positions[["cabinet_id", "item_id", "on_hand"]], validate="1:1")
    mean = np.array([one.on_hand_mean for one in stock_of(evidence)])
    return float(np.mean(np.abs(mean - known["on_hand"]) / np.maximum(known["max_level"], 1)))
