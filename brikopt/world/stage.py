"""Everything about a region that is fixed before its first day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.schedule import weekday_mask
from brikopt.world.calendar import activity, closing_days, days_of, months_of, visits
from brikopt.world.days import Calendar, WardDays
from brikopt.world.goods import make_items, n_items_for
from brikopt.world.places import in_scope, make_cabinets, make_wards
from brikopt.world.settings import WorldSettings
from brikopt.world.shelves import NEVER, make_shelves
from brikopt.world.streams import key, uniform


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that is fixed before the first day.

    Parameters
    ----------
    settings : WorldSettings
        Size, days, habits and seed.
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
    def months(self) -> pd.Series:
        """First day of each month that is lived through."""
        n_months = int(self.calendar.months[-1]) + 1
        first = np.datetime64(self.settings.first_day, "M") + np.arange(n_months)
        return pd.Series(first.astype("datetime64[s]"))

    @property
    def names(self) -> pd.DataFrame:
        """cabinet_id and item_id of each shelf."""
        cabinet = self.cabinets["cabinet_id"].take(self.shelves["cabinet"]).reset_index(drop=True)
        item = self.items["item_id"].take(self.shelves["item"]).reset_index(drop=True)
        return pd.DataFrame({"cabinet_id": cabinet, "item_id": item})


def set_stage(settings: WorldSettings) -> Stage:
    """Lay out a region before its first day."""
    seed = settings.seed
    wards = make_wards(settings)
    cabinets = make_cabinets(wards, seed)
    wards = in_scope(wards, cabinets, seed)
    n_items = n_items_for(settings.positions, len(cabinets), settings.items)
    shelves, items = make_shelves(settings, make_items(n_items, seed), cabinets)
    days = days_of(settings)
    closing = closing_days(wards, settings.first_day)
    busy = np.where(np.arange(len(days)) < closing[:, None], activity(days, seed, len(wards)), 0.0)
    return Stage(
        settings,
        wards,
        cabinets.assign(capacity_litres=_capacities(shelves, cabinets, items, seed)),
        items,
        _close(shelves, closing),
        days,
        WardDays(busy, _masks(wards["order_days"]), _masks(wards["delivery_days"])),
        visits(days, seed, len(cabinets), settings.habits),
    )


def _masks(weekdays: pd.Series) -> NDArray[np.bool_]:
    return np.array([weekday_mask(days) for days in weekdays], dtype=np.bool_)


def _close(shelves: NDArray[np.void], closing: NDArray[np.int64]) -> NDArray[np.void]:
    """Let nothing be wanted any more in a ward that closed for good, though its positions are still listed."""
    closed = shelves.copy()
    day = closing[shelves["ward"]]
    closed["dead_from"] = np.minimum(shelves["dead_from"], day)
    closed["back_from"] = np.where(day < NEVER, NEVER, shelves["back_from"])
    return closed


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
