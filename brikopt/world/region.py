"""A whole simulated region: its places, goods and people, lived through day by day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from brikopt.contract.extract import Extract, Tables
from brikopt.world.days import N_TRACED, live
from brikopt.world.lives import batches, live_through, together
from brikopt.world.log import N_COLUMNS
from brikopt.world.settings import WorldSettings
from brikopt.world.sheets import Sheet, extract_sheets, truth_sheets
from brikopt.world.stage import Stage, set_stage
from brikopt.world.truth import Truth


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
    lived = together(map(live_through, batches(stage)))
    tables = Tables(**_whole(extract_sheets(stage, lived)), as_of=settings.as_of)
    return Region(stage, tables, Truth(**_whole(truth_sheets(stage, lived))))


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


def _whole(sheets: Iterable[Sheet]) -> dict[str, pd.DataFrame]:
    return {sheet.name: sheet.part(0, sheet.n_rows)() for sheet in sheets}
