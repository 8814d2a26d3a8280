"""Every position with what is known of its item, cabinet and ward, one row each."""

from __future__ import annotations

import numpy as np
import pandas as pd

from brikopt.contract.extract import Tables


def position_table(tables: Tables) -> pd.DataFrame:
    """Join the master data onto the positions.

    Parameters
    ----------
    tables : Tables
        The rows known at the moment of decision.

    Returns
    -------
    DataFrame
        One row a position, sorted by cabinet_id and item_id: the columns of positions, items, cabinets and wards, and
        ``is_brik``, ``protected`` (bool), ``protected_owner``, ``protected_because`` (text).
    """
    joined = (
        tables.positions.merge(tables.cabinets, on="cabinet_id", validate="many_to_one")
        .merge(tables.wards, on="ward_id", validate="many_to_one")
        .merge(tables.items, on="item_id", validate="many_to_one")
        .sort_values(["cabinet_id", "item_id"], kind="stable", ignore_index=True)
    )
    joined["is_brik"] = joined["kind"] == "brik"
    return _with_protection(joined, tables)


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
        The events that belong to a position, in their order, with an int64 column ``position``.
    """
    keys = positions[["cabinet_id", "item_id"]].assign(position=np.arange(len(positions), dtype=np.int64))
    return events.merge(keys, on=["cabinet_id", "item_id"], how="inner", validate="many_to_one")
