"""The climate account of a world so small that every figure is worked out by hand."""

import numpy as np
import pytest

from brikopt.climate_account import climate_account
from brikopt.contract.outputs import CLIMATE_ACCOUNT
from tests.stock.histories import extracts

ITEMS = (
    "item_id category unit_price_dkk co2e_kg_per_unit weight_kg co2e_source co2e_year single_use ecolabel\n"
    "I1 Handsker 2 0.5 0.1 EPD 2023 1 0\n"
    "I2 Handsker 4 0.25 _ _ _ 0 1"
)
DELIVERIES = "delivered_at item_id quantity\n2024-05-01 I1 100\n2024-06-01 I2 50\n2025-01-10 I1 10"
DISCARDS = "discarded_at item_id quantity\n2024-07-01 I1 20\n2025-02-01 I1 30"


def say(reason):
    """A reason as its code."""
    return reason.code


def account(**tables):
    """The account by year."""
    found = climate_account(extracts(items=ITEMS, **tables), say)
    assert list(found.columns) == [column.name for column in CLIMATE_ACCOUNT.columns]
    return found.set_index("year")


def test_what_came_was_used_or_thrown_away():
    """2024: 150 bought, 20 thrown away, 130 used; 200 + 200 kr., 50 + 12.5 kg CO2e; I2 has no weight."""
    year = account(deliveries=DELIVERIES, discards=DISCARDS).loc["2024"]
    assert [year[f"units_{way}"] for way in ("bought", "used", "thrown_away")] == [150, 130, 20]
    assert [year[f"dkk_{way}"] for way in ("bought", "used", "thrown_away")] == [400, 360, 40]
    assert [year[f"co2e_kg_{way}"] for way in ("bought", "used", "thrown_away")] == [62.5, 52.5, 10]
    assert year["weight_kg_bought"] == pytest.approx(10)
    assert (year["share_ecolabel"], year["share_single_use"]) == (0.5, 0.5)
    assert year["factor_source"] == "EPD 2023; factors_unsourced"


def test_more_thrown_out_than_came_in_is_no_negative_use():
    """2025: 10 came, 30 of those before were thrown out."""
    year = account(deliveries=DELIVERIES, discards=DISCARDS).loc["2025"]
    assert (year["units_bought"], year["units_used"], year["units_thrown_away"]) == (10, 0, 30)


def test_factors_without_a_source_are_told_as_such():
    """Of one item nobody says where its factor comes from, the other has none."""
    items = "item_id category co2e_kg_per_unit\nI1 Handsker 0.5\nI2 Handsker _"
    found = climate_account(extracts(items=items, deliveries=DELIVERIES), say)
    assert found["factor_source"].iloc[0] == "factors_unsourced; factors_missing"


def test_where_nobody_sent_deliveries_lines_are_what_came():
    """And without activity nothing is said per activity; with it, kg of the unit's whole year."""
    lines = "ordered_at quantity\n2024-03-01 40"
    assert account(orders=lines).loc["2024", "units_bought"] == 40
    assert np.isnan(account(orders=lines).loc["2024", "per_activity"])
    days = "month unit activity\n2024-02-29 Øst 6\n2024-03-31 Øst 4"
    assert account(orders=lines, activity=days).loc["2024", "per_activity"] == pytest.approx(2.0)


def test_nothing_bought_nothing_told():
    """An empty world has an empty account, with all its columns."""
    assert climate_account(extracts(items=ITEMS), say).empty
