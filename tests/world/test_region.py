"""A region lived through day by day keeps its own accounts."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

from brikopt.contract.extract import Tables
from brikopt.contract.tables import INPUTS
from brikopt.schedule import weekday_mask
from brikopt.world.region import Region, simulate_region, watch
from brikopt.world.settings import WorldSettings

PLACE = ["cabinet_id", "item_id"]


def _units(rows: pd.DataFrame, column: str = "quantity") -> pd.Series:
    return rows.groupby(PLACE)[column].sum()


def _ward_days(region: Region, rows: pd.DataFrame, days: str) -> pd.Series:
    """Mask of weekdays of the ward of each row."""
    wards = region.tables.cabinets.merge(region.tables.wards, on="ward_id").set_index("cabinet_id")
    return rows["cabinet_id"].map(wards[days]).map(weekday_mask)


def test_what_came_in_is_used_thrown_away_or_lying_there(region):
    """For every position: started + delivered = used + thrown + on the shelf, to the unit."""
    truth = region.truth
    came = _units(truth.started).add(_units(region.tables.deliveries), fill_value=0)
    went = _units(truth.use, "met").add(_units(truth.thrown), fill_value=0).add(_units(truth.lots), fill_value=0)
    assert came.sub(went, fill_value=0).abs().max() == 0
    assert len(came) >= 200


def test_full_stock_is_cards_times_card_size(region):
    """In brik cabinets max = cards x card and min = one card less; elsewhere there are no cards."""
    positions = region.tables.positions.merge(region.tables.cabinets, on="cabinet_id")
    brik = positions[positions["kind"] == "brik"]
    assert (brik["max_level"] == brik["brik_count"] * brik["brik_qty"]).all()
    assert (brik["min_level"] == (brik["brik_count"] - 1) * brik["brik_qty"]).all()
    assert (positions.loc[positions["kind"] == "non_brik", "brik_count"] == 0).all()


def test_the_region_has_the_size_that_was_asked_for(region):
    """240 positions in 6 wards of 2 units, each listed once."""
    tables = region.tables
    assert len(tables.positions.drop_duplicates(PLACE)) == len(tables.positions) == 240
    assert (len(tables.wards), tables.wards["unit"].nunique()) == (6, 2)


def test_orders_are_placed_on_order_days(region):
    """Every line that is not urgent is dated on an order day of its ward; urgent ones on others too."""
    orders = region.tables.orders
    masks = _ward_days(region, orders, "order_days")
    on_day = np.array([mask[day] for mask, day in zip(masks, orders["ordered_at"].dt.day_of_week, strict=True)])
    urgent = (orders["channel"] == "urgent").to_numpy()
    assert on_day[~urgent].all()
    assert not on_day[urgent].all()


def test_deliveries_come_on_delivery_days(region):
    """Every delivery is dated on a delivery day of its ward, urgent ones too."""
    deliveries = region.tables.deliveries
    masks = _ward_days(region, deliveries, "delivery_days")
    days = deliveries["delivered_at"].dt.day_of_week
    assert all(mask[day] for mask, day in zip(masks, days, strict=True))


def test_cards_order_whole_cards_and_the_eye_whole_packs(region):
    """A brik line is a multiple of the card, a manual line of the pack."""
    tables = region.tables
    lines = tables.orders.merge(tables.positions, on=PLACE).merge(tables.items, on="item_id")
    brik, manual = lines[lines["channel"] == "brik"], lines[lines["channel"] == "manual"]
    assert (brik["quantity"] % brik["brik_qty"] == 0).all()
    assert (manual["quantity"] % manual["pack_size"] == 0).all()
    assert (brik["quantity"] == brik["brik_qty"]).mean() > 0.5


def test_lines_have_keys_of_their_own_and_deliveries_know_their_line(region):
    """No two lines share order, cabinet and item; a delivery's line was made on an earlier day."""
    orders, deliveries = region.tables.orders, region.tables.deliveries
    keys = ["order_id", *PLACE]
    assert not orders.duplicated(keys).any()
    known = deliveries[deliveries["order_id"] != ""].merge(orders, on=keys, suffixes=("", "_ordered"))
    assert len(known) == (deliveries["order_id"] != "").sum()
    assert (known["delivered_at"] > known["ordered_at"]).all()
    assert (known["quantity"] <= known["quantity_ordered"]).all()


def test_little_is_written_down(region):
    """A tenth of the deliveries lacks its order, most lack lot and date; many discards are not told."""
    deliveries, truth = region.tables.deliveries, region.truth
    assert 0.07 < (deliveries["order_id"] == "").mean() < 0.13
    assert 0.1 < deliveries["expiry_date"].notna().mean() < 0.5
    assert len(region.tables.discards) == truth.thrown["recorded"].sum()
    assert 0.3 < truth.thrown["recorded"].mean() < 0.9


def test_a_count_finds_what_really_lay_there(region):
    """The last count of a position and the days after it lead to what lies there at the end."""
    counts = region.tables.counts
    one = counts.iloc[-1]
    days = watch(region.stage, one["cabinet_id"], one["item_id"]).set_index("day")
    told = counts[
        (counts[["cabinet_id", "item_id", "counted_at"]] == one[["cabinet_id", "item_id", "counted_at"]]).all(axis=1)
    ]
    assert told["quantity"].sum() == days.loc[one["counted_at"], "on_hand"]


def test_watching_a_position_shows_the_same_days(region):
    """The days of one position lived through again add up to its truth: used, wanted and what lies there."""
    place = region.tables.positions[PLACE].iloc[17]
    days = watch(region.stage, *place)
    use = region.truth.use.set_index(PLACE).loc[tuple(place)]
    lying = region.truth.positions.set_index(PLACE).loc[tuple(place)]
    assert (days["used"].sum(), days["wanted"].sum()) == (use["met"].sum(), use["wanted"].sum())
    assert days["on_hand"].iloc[-1] == lying["on_hand"]
    assert (days["on_hand"] >= 0).all()


def test_watching_a_place_that_is_not_there_says_so(region):
    """An unknown item is named in the error."""
    with pytest.raises(KeyError, match="no item 0 in cabinet S10001"):
        watch(region.stage, "S10001", "0")


def test_dead_positions_want_nothing(region):
    """Where the truth says dead and always was, not one unit was ever wanted; some positions are dead."""
    dead = region.truth.positions[region.truth.positions["dead"] & ~region.truth.positions["ended"]]
    use = region.truth.use.groupby(PLACE)[["expected", "wanted"]].last()
    assert len(dead) >= 5
    assert use.loc[pd.MultiIndex.from_frame(dead[PLACE])].to_numpy().sum() == 0


def test_goods_go_out_of_date_the_day_after_their_date(region):
    """A lot expires on expiry_date + 1, and nothing is thrown as expired before that."""
    expired, thrown = region.truth.expired, region.truth.thrown
    assert ((expired["day"] - expired["expiry_date"]).dt.days == 1).all()
    out = thrown[thrown["reason"] == "expired"]
    assert (out["day"] > out["expiry_date"]).all()
    assert len(out) > 20


def test_a_replaced_item_hands_its_shelf_over(region):
    """An item that was replaced is listed nowhere, its orders end where the new one's begin."""
    items, orders = region.tables.items, region.tables.orders
    olds = items[items["replaced_by"] != ""]
    assert not region.tables.positions["item_id"].isin(olds["item_id"]).any()
    followed = olds[olds["item_id"].isin(orders["item_id"]) & olds["replaced_by"].isin(orders["item_id"])]
    assert len(followed) >= 1
    for old, new in zip(followed["item_id"], followed["replaced_by"], strict=True):
        last = orders.loc[orders["item_id"] == old, "ordered_at"].max()
        assert last < orders.loc[orders["item_id"] == new, "ordered_at"].min() + pd.Timedelta(days=1)


def test_days_after_the_moment_of_decision_change_nothing_before_it(region):
    """With 60 more days the tables before as_of, and the truth at as_of, are the very same."""
    longer = simulate_region(replace(region.stage.settings, extra_days=60))
    as_of = region.stage.settings.as_of
    for field in fields(Tables):
        if field.name != "as_of":
            now, then = (getattr(r.extract.before(as_of), field.name) for r in (region, longer))
            pd.testing.assert_frame_equal(now, then)
    assert len(longer.tables.orders) > len(region.tables.orders)
    pd.testing.assert_frame_equal(longer.truth.lots, region.truth.lots)


def test_tables_are_typed_like_checked_ones(region):
    """Every table has exactly the columns of the contract, in its order."""
    for table in INPUTS:
        frame = getattr(region.tables, table.name)
        assert list(frame.columns) == [column.name for column in table.columns]


@pytest.mark.parametrize(
    ("wards", "positions"), [(1, 1), (1, 3000), (40, 10)], ids=["one position", "one ward", "empty cabinets"]
)
def test_a_region_of_odd_shape_has_every_position(wards, positions):
    """One position in all, 3,000 in one ward, and 10 over 40 wards: each time that many, all different."""
    region = simulate_region(WorldSettings(wards=wards, positions=positions, years=1))
    assert len(region.tables.positions.drop_duplicates(PLACE)) == positions
