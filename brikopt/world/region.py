"""A whole simulated region: its places, goods and people, lived through day by day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.contract.extract import Extract, Tables
from brikopt.schedule import weekday_mask
from brikopt.world.calendar import activity, days_of, months_of, visits
from brikopt.world.days import N_TRACED, Calendar, WardDays, live, live_all
from brikopt.world.extracts import Ledger
from brikopt.world.goods import make_items, n_items_for
from brikopt.world.log import N_COLUMNS
from brikopt.world.people import make_protected, make_reviews
from brikopt.world.places import in_scope, make_cabinets, make_wards
from brikopt.world.settings import WorldSettings
from brikopt.world.shelves import make_shelves
from brikopt.world.streams import key, uniform
from brikopt.world.truth import Truth, tell_truth


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that is fixed before the first day.

    Parameters
    ----------
    settings : WorldSettings
        Size, days and seed.
    wards, cabinets, items : DataFrame
        Master data, with the hidden columns of their makers.
    shelves : ndarray of SHELF, shape (n_shelves,)
        Listed positions first.
    days : DatetimeIndex of length n_days
        The days.
    ward_days : WardDays
        Activity, order days and delivery days.
    visits : ndarray of uint8, shape (n_cabinets, n_days)
        Checks and counts.
    """

    settings: WorldSettings
    wards: pd.DataFrame
    cabinets: pd.DataFrame
    items: pd.DataFrame
    shelves: NDArray[np.void]
    days: pd.DatetimeIndex
    ward_days: WardDays
    visits: NDArray[np.uint8]

    @property
    def calendar(self) -> Calendar:
        """The days as the compiled code wants them."""
        weekdays = np.asarray(self.days.day_of_week, dtype=np.int64)
        return Calendar(weekdays, months_of(self.days), self.settings.as_of_day)

    @property
    def names(self) -> pd.DataFrame:
        """cabinet_id and item_id of each shelf."""
        cabinet = self.cabinets["cabinet_id"].take(self.shelves["cabinet"]).reset_index(drop=True)
        item = self.items["item_id"].take(self.shelves["item"]).reset_index(drop=True)
        return pd.DataFrame({"cabinet_id": cabinet, "item_id": item})


@dataclass(frozen=True, slots=True)
class Region:
    """A region that has been lived through: what its extracts say, and the truth."""

    stage: Stage
    tables: Tables
    truth: Truth

    @property
    def extract(self) -> Extract:
        """The clean extracts; rows are reached through ``before``."""
        return Extract(self.tables)


def set_stage(settings: WorldSettings) -> Stage:
    """Lay out a region before its first day."""
    seed = settings.seed
    wards = make_wards(settings)
    cabinets = make_cabinets(wards, seed)
    wards = in_scope(wards, cabinets, seed)
    shelves, items = make_shelves(settings, make_items(n_items_for(settings.positions, len(cabinets)), seed), cabinets)
    days = days_of(settings)
    return Stage(
        settings,
        wards,
        cabinets.assign(capacity_litres=_capacities(shelves, cabinets, items, seed)),
        items,
        shelves,
        days,
        WardDays(activity(days, seed, len(wards)), _masks(wards["order_days"]), _masks(wards["delivery_days"])),
        visits(days, seed, len(cabinets)),
    )


def simulate_region(settings: WorldSettings) -> Region:
    """Simulate a region.

    Parameters
    ----------
    settings : WorldSettings
        Size, days and seed; the same settings give the same region.

    Returns
    -------
    Region
        Clean extracts and the truth.

    Examples
    --------
    >>> region = simulate_region(WorldSettings(wards=1, positions=4, years=1))
    >>> len(region.tables.positions)
    4
    """
    stage = set_stage(settings)
    calendar = stage.calendar
    usage = np.zeros((len(stage.shelves), int(calendar.months[-1]) + 1, 3))
    events = live_all(stage.shelves, stage.ward_days, stage.visits, calendar, usage)
    ledger = Ledger(events, stage.shelves, stage.cabinets["cabinet_id"], stage.items["item_id"], settings.first_day)
    first = np.datetime64(settings.first_day, "M") + np.arange(usage.shape[1])
    months = pd.Series(first.astype("datetime64[s]"))
    truth = tell_truth(ledger, stage.shelves, stage.names, usage=usage, months=months, as_of_day=settings.as_of_day)
    return Region(stage, _tables(stage, ledger), truth)


def watch(stage: Stage, cabinet_id: str, item_id: str) -> pd.DataFrame:
    """Live through one position's days again, and write every day down.

    Parameters
    ----------
    stage : Stage
        The region before its first day.
    cabinet_id, item_id : str
        The position.

    Returns
    -------
    DataFrame
        One row a day: day, wanted, used, and at the day's end on_hand, on_order (what people wait for) and
        cards_hung; all in units but the last. The days are the very same as in ``simulate_region``.

    Raises
    ------
    KeyError
        If the region has no such position.
    """
    names = stage.names
    found = np.flatnonzero((names["cabinet_id"] == cabinet_id) & (names["item_id"] == item_id))
    if not found.size:
        raise KeyError(f"no item {item_id} in cabinet {cabinet_id}")
    shelf = stage.shelves[found[0]]
    trace = np.zeros((len(stage.days), N_TRACED), dtype=np.int64)
    log = np.zeros((40 * len(stage.days) + 4096, N_COLUMNS), dtype=np.int32)
    usage = np.zeros((int(stage.calendar.months[-1]) + 1, 3))
    live(shelf, stage.ward_days, stage.visits[shelf["cabinet"]], stage.calendar, log, usage, trace)
    columns = ["wanted", "used", "on_hand", "on_order", "cards_hung"]
    days = pd.DataFrame(trace, columns=columns)
    days.insert(0, "day", stage.days)
    return days


def _masks(weekdays: pd.Series) -> NDArray[np.bool_]:
    return np.array([weekday_mask(days) for days in weekdays], dtype=np.bool_)


def _capacities(
    shelves: NDArray[np.void], cabinets: pd.DataFrame, items: pd.DataFrame, seed: int
) -> NDArray[np.float64]:
    """Litres near the full stock; a fifth of the cabinets has none written down, a few are over theirs."""
    litres = shelves["max_level"] * items["unit_volume_litres"].to_numpy()[shelves["item"]]
    listed = shelves["end_day"] == shelves["end_day"].max()
    full = np.bincount(shelves["cabinet"][listed], weights=litres[listed], minlength=len(cabinets))
    number = np.arange(len(cabinets))
    capacity = np.ceil(full * (0.96 + 0.3 * uniform(key(seed, "capacity", number)))) + 1
    return np.where(uniform(key(seed, "capacity known", number)) < 0.8, capacity, np.nan)


def _tables(stage: Stage, ledger: Ledger) -> Tables:
    return Tables(
        wards=stage.wards.drop(columns="size"),
        cabinets=stage.cabinets[["cabinet_id", "ward_id", "kind", "capacity_litres"]],
        items=stage.items.drop(columns=["popularity", "pace"]),
        positions=_positions(stage),
        orders=ledger.orders(),
        deliveries=ledger.deliveries(),
        counts=ledger.counts(),
        discards=ledger.discards(),
        reviews=make_reviews(stage.settings, stage.cabinets),
        shelf_dates=ledger.shelf_dates(),
        protected=make_protected(stage.settings, stage.items, stage.wards),
        as_of=stage.settings.as_of,
    )


def _positions(stage: Stage) -> pd.DataFrame:
    """List the positions that still exist; those of replaced items are history."""
    listed = stage.shelves["end_day"] == stage.settings.n_days
    shelves = stage.shelves[listed]
    first = np.datetime64(stage.settings.first_day, "D")
    active = pd.Series((first + shelves["first_day"]).astype("datetime64[s]"))
    positions: pd.DataFrame = stage.names[listed].assign(
        min_level=shelves["min_level"],
        max_level=shelves["max_level"],
        brik_qty=shelves["brik_qty"].astype(np.float64),
        brik_count=shelves["brik_count"].astype(np.float64),
        active_from=active.where(pd.Series(shelves["first_day"] > 0)),
    )
    return positions
