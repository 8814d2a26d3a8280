"""Every position with what is known of its item, cabinet and ward, one row each."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.contract.extract import Tables
from brikopt.errors import BadInput

IntArray = npt.NDArray[np.int64]

UNKNOWN_WAIT = 60  # days that a back order lasts of which nobody has said until when


def position_table(tables: Tables) -> pd.DataFrame:
    """Join the master data onto the positions.

    Parameters
    ----------
    tables : Tables
        The rows known at the moment of decision.

    Returns
    -------
    DataFrame
        One row a position, sorted by cabinet_id and item_id: the columns of positions, items, cabinets and wards,
        ``held_until`` (the day up to which nobody can get the item, NaT where it isn't on back order), and
        ``is_brik``, ``protected``, ``ward_open`` (neither closed nor still to open), ``ward_closed``, ``replaced``
        (bool), ``protected_owner``, ``protected_because`` (text).

    Raises
    ------
    BadInput
        If no position is active before the moment of decision.
    """
    if not len(tables.positions):
        raise BadInput(
            "positions, column active_from",
            f"no position is active before {tables.as_of}.",
            "Name a later --as-of, or correct active_from.",
        )
    joined = (
        tables.positions.merge(tables.cabinets, on="cabinet_id", validate="many_to_one")
        .merge(tables.wards, on="ward_id", validate="many_to_one")
        .merge(tables.items, on="item_id", validate="many_to_one")
        .sort_values(["cabinet_id", "item_id"], kind="stable", ignore_index=True)
    )
    joined["is_brik"] = (joined["kind"] == "brik") | ((joined["kind"] == "medicine") & (joined["brik_count"] > 0))
    as_of = pd.Timestamp(tables.as_of)
    joined["ward_closed"] = joined["valid_to"] < as_of
    joined["ward_open"] = ~joined["ward_closed"] & ~(joined["valid_from"] > as_of)
    joined["replaced"] = joined["replaced_by"] != ""
    held = _held_until(tables, joined)
    joined["held_until"] = pd.to_datetime(joined["item_id"].map(held)).astype("datetime64[s]")
    return _with_protection(joined, tables)


def _held_until(tables: Tables, positions: pd.DataFrame) -> dict[str, pd.Timestamp]:
    """Day up to which each item on back order can't be had, unless the warehouse still has a pack for each cabinet."""
    as_of = pd.Timestamp(tables.as_of)
    rows = tables.back_orders
    unknown = as_of + pd.Timedelta(days=UNKNOWN_WAIT)
    open_rows = rows.assign(until=rows["until"].fillna(unknown))
    until: pd.Series = open_rows[open_rows["until"] >= as_of].groupby("item_id")["until"].max()
    stock = tables.warehouse_stock.sort_values("stock_at", kind="stable")
    there = stock.drop_duplicates("item_id", keep="last").set_index("item_id")["quantity"]
    packs = positions.groupby("item_id")["pack_size"].sum()
    enough = there.reindex(until.index).fillna(0) >= packs.reindex(until.index).fillna(np.inf)
    return {str(item): day for item, day in until[~enough.to_numpy()].items()}


def _with_protection(positions: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """Mark the positions that a protected row covers on the moment of decision; the first row names the owner."""
    as_of = np.datetime64(tables.as_of, "s")
    rows = tables.protected
    rows = rows[rows["until"].isna() | (rows["until"] >= as_of)]
    named = rows.rename(columns={"owner": "protected_owner", "reason": "protected_because"})
    named = named[["item_id", "ward_id", "protected_owner", "protected_because"]]
    everywhere = named[named["ward_id"] == ""].drop(columns="ward_id").drop_duplicates("item_id")
    here = named[named["ward_id"] != ""].drop_duplicates(["item_id", "ward_id"])
    keys = positions[["item_id", "ward_id"]]
    by_ward = keys.merge(here, how="left", on=["item_id", "ward_id"], validate="many_to_one")
    by_item = keys.merge(everywhere, how="left", on="item_id", validate="many_to_one")
    names = ["protected_owner", "protected_because"]
    protection = by_ward[names].where(by_ward["protected_owner"].notna(), by_item[names])
    protected = protection["protected_owner"].notna()
    return positions.assign(protected=protected, **{name: protection[name].fillna("") for name in names})


def rows_of(events: pd.DataFrame, positions: pd.DataFrame) -> pd.DataFrame:
    """Keep the events of known positions and name the position's row.

    Parameters
    ----------
    events : DataFrame
        Rows with ``cabinet_id`` and ``item_id``.
    positions : DataFrame
        As from `position_table`.

    Returns
    -------
    DataFrame
        The events that belong to a position, in their order, with an int64 column ``position`` in place of both ids.
    """
    position = position_of(events, positions)
    events = events.drop(columns=["cabinet_id", "item_id"])
    known = position >= 0
    if not known.all():
        events, position = events[known].reset_index(drop=True), position[known]
    return events.assign(position=position)


def position_of(events: pd.DataFrame, positions: pd.DataFrame) -> IntArray:
    """Row of the position to which each event belongs.

    Parameters
    ----------
    events : DataFrame
        Rows with ``cabinet_id`` and ``item_id``.
    positions : DataFrame
        As from `position_table`.

    Returns
    -------
    ndarray of int64, shape (n_events,)
        -1 where there is no such position.
    """
    cabinets, items = pd.Index(positions["cabinet_id"].unique()), pd.Index(positions["item_id"].unique())
    keys = [_pairs(rows, cabinets, items) for rows in (positions, events)]
    return np.where(keys[1] >= 0, pd.Index(keys[0]).get_indexer(pd.Index(keys[1])), -1).astype(np.int64)


def _pairs(rows: pd.DataFrame, cabinets: pd.Index[str], items: pd.Index[str]) -> IntArray:
    """One number for each cabinet and item, -1 where either is unknown."""
    cabinet, item = codes_of(rows["cabinet_id"], cabinets), codes_of(rows["item_id"], items)
    return np.where((cabinet >= 0) & (item >= 0), cabinet * len(items) + item, -1)


def codes_of(names: pd.Series[str], known: pd.Index[str]) -> IntArray:
    """Place of each name among those known, -1 for others; each distinct name is looked up once.

    Examples
    --------
    >>> codes_of(pd.Series(["b", "c", "b"]), pd.Index(["a", "b"])).tolist()
    [1, -1, 1]
    """
    code, distinct = pd.factorize(names)
    place: IntArray = known.get_indexer(pd.Index(distinct))[code].astype(np.int64)
    return place


def cabinet_rows(positions: pd.DataFrame) -> list[tuple[int, int]]:
    """First and one past the last row of each cabinet; its rows lie side by side."""
    cabinets = positions["cabinet_id"].to_numpy(dtype=object)
    if not len(cabinets):
        return []
    first = np.flatnonzero(np.append(True, cabinets[1:] != cabinets[:-1]))
    last = np.append(first[1:], len(cabinets))
    return [(int(start), int(end)) for start, end in zip(first, last, strict=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One item's place in one cabinet, with all that the steps need to know of it.

    Parameters
    ----------
    cabinet_id, item_id : str
        Its key.
    is_brik : bool
        Whether it has cards.
    min_level, max_level, brik_qty, brik_count, pack_size : int
        Units and cards; no cards are 0.
    unit_price_dkk, unit_volume_litres, co2e_kg_per_unit : float
        Of one unit; a missing volume counts as 0 (contract, section 3).
    shelf_life_days : int
        0 where the item does not expire.
    critical, protected : bool
        Promised a higher fill rate; never below today's level.
    protected_owner, protected_because : str
        Who answers for the protection, and why.
    order_days, delivery_days : str
        ISO weekdays of the ward.
    lead_time_days_mean, lead_time_days_sd : float
        From order to delivery, days.
    ward_open, ward_closed : bool
        Whether the ward is in force on the moment of decision, and whether it has ended.
    replaced : bool
        Another item takes this one's place: it is used up, never raised or bought.
    replaced_by : str
        That item.
    """

    cabinet_id: str
    item_id: str
    is_brik: bool
    min_level: int
    max_level: int
    brik_qty: int
    brik_count: int
    pack_size: int
    unit_price_dkk: float
    unit_volume_litres: float
    co2e_kg_per_unit: float
    shelf_life_days: int
    critical: bool
    protected: bool
    protected_owner: str
    protected_because: str
    order_days: str
    delivery_days: str
    lead_time_days_mean: float
    lead_time_days_sd: float
    ward_open: bool
    ward_closed: bool
    replaced: bool
    replaced_by: str

    @property
    def is_promised(self) -> bool:
        """Whether anything of the item is promised here: in a ward that is open, of an item that stays."""
        return self.ward_open and not self.replaced and self.max_level > 0


def places(positions: pd.DataFrame) -> list[Place]:
    """Take the rows of the position table out of the frame.

    Parameters
    ----------
    positions : DataFrame
        As from `position_table`.

    Returns
    -------
    list of Place
        In the order of the rows.
    """
    names = [field.name for field in fields(Place)]
    known = positions[names].fillna({"unit_volume_litres": 0.0, "shelf_life_days": 0.0})
    whole = [field.name for field in fields(Place) if field.type == "int"]
    known = known.astype(dict.fromkeys(whole, np.int64))
    columns = [known[name].tolist() for name in names]
    return [Place(**dict(zip(names, row, strict=True))) for row in zip(*columns, strict=True)]
