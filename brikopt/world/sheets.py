"""The tables of a region as sheets, which can be written part by part without ever being there as a whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.contract.frames import no_rows
from brikopt.contract.tables import ACTIVITY, BACK_ORDERS, INPUTS, LEVEL_CHANGES, USES, WAREHOUSE_STOCK
from brikopt.world.extracts import Ledger
from brikopt.world.lives import Lived, open_ledger
from brikopt.world.log import (
    COUNTED,
    DATE_READ,
    DELIVERED,
    EXPIRED,
    LYING,
    ORDERED,
    RECORDED,
    STARTED,
    THROWN,
)
from brikopt.world.masters import master_tables
from brikopt.world.stage import Stage
from brikopt.world.truth import expired_lots, lots_of, thrown_lots, true_positions, use_by_month

# What no habit of the simulated world records by itself.
_UNKNOWN_HERE = (LEVEL_CHANGES, USES, BACK_ORDERS, WAREHOUSE_STOCK, ACTIVITY)

Part = Callable[[], pd.DataFrame]  # can be sent to another process, with no more than its own rows


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table, to be made part by part.

    Parameters
    ----------
    name : str
        Name of the table.
    n_rows : int
        Its rows.
    part : callable
        Given the first row and the last, excluded, returns what makes these rows.
    """

    name: str
    n_rows: int
    part: Callable[[int, int], Part]


def extract_sheets(stage: Stage, lived: Lived) -> list[Sheet]:
    """List the input tables of a region that has been lived through, in the order of the contract."""
    ledger = open_ledger(stage, lived.events)
    kept = {
        "orders": _sheet("orders", ledger.of(ORDERED), Ledger.orders),
        "deliveries": _sheet("deliveries", ledger.of(DELIVERED), Ledger.deliveries),
        "counts": _sheet("counts", ledger.of(COUNTED), Ledger.counts),
        "discards": _sheet("discards", ledger.of(THROWN, RECORDED), Ledger.discards),
        "shelf_dates": _sheet("shelf_dates", ledger.of(DATE_READ), Ledger.shelf_dates),
    }
    kept |= {name: frame_sheet(name, frame) for name, frame in master_tables(stage).items()}
    kept |= {one.name: frame_sheet(one.name, no_rows(one)) for one in _UNKNOWN_HERE}
    return [kept[table.name] for table in INPUTS]


def truth_sheets(stage: Stage, lived: Lived) -> list[Sheet]:
    """List the tables of the truth."""
    ledger = open_ledger(stage, lived.events)
    return [
        frame_sheet("positions", true_positions(stage, ledger)),
        _use_sheet(stage.names, lived.usage, stage.months),
        _sheet("lots", ledger.of(LYING), lots_of),
        _sheet("started", ledger.of(STARTED), lots_of),
        _sheet("expired", ledger.of(EXPIRED), expired_lots),
        _sheet("thrown", ledger.of(THROWN), thrown_lots),
    ]


def frame_sheet(name: str, frame: pd.DataFrame) -> Sheet:
    """Make a sheet of a table that is there as a whole."""
    return Sheet(name, len(frame), lambda start, stop: frame.iloc[start:stop].reset_index(drop=True).copy)


def _sheet(name: str, ledger: Ledger, told: Callable[[Ledger], pd.DataFrame]) -> Sheet:
    return Sheet(name, len(ledger.events), lambda start, stop: partial(told, ledger.part(start, stop)))


def _use_sheet(names: pd.DataFrame, usage: NDArray[np.float64], months: pd.Series) -> Sheet:
    n_months = len(months)

    def part(start: int, stop: int) -> Part:
        shelves = slice(start // n_months, -(-stop // n_months))
        skipped = start - shelves.start * n_months
        rows = slice(skipped, skipped + stop - start)
        return partial(_some_use, names.iloc[shelves], usage[shelves], months, rows)

    return Sheet("use", len(names) * n_months, part)


def _some_use(names: pd.DataFrame, usage: NDArray[np.float64], months: pd.Series, rows: slice) -> pd.DataFrame:
    return use_by_month(names, usage, months).iloc[rows].reset_index(drop=True)
