"""Single uses that a hospital has begun to scan: what the truth says was used, day by day."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from brikopt.contract.frames import with_all_columns
from brikopt.contract.tables import USES
from brikopt.world.region import Region, watch
from brikopt.world.streams import key, uniform


def scanned(region: Region, cabinets: Sequence[str], days: int, *, share: float = 1.0) -> pd.DataFrame:
    """Write the uses of some cabinets down.

    Parameters
    ----------
    region : Region
        Lived through.
    cabinets : sequence of str
        Those that scan.
    days : int
        The last so many days before ``as_of``.
    share : float
        Share of units that are scanned; below 1 no day is complete.

    Returns
    -------
    DataFrame
        The table ``uses``; a day without use has no row.
    """
    first = np.datetime64(region.tables.as_of) - days
    rows = []
    listed = region.tables.positions[["cabinet_id", "item_id"]]
    for number, (cabinet, item) in enumerate(listed.itertuples(index=False)):
        if cabinet not in cabinets:
            continue
        seen = watch(region.stage, cabinet, item)[["day", "used"]]
        seen = seen[(seen["day"] >= first) & (seen["day"] < np.datetime64(region.tables.as_of)) & (seen["used"] > 0)]
        if share < 1.0:
            chance = uniform(key(region.stage.settings.seed, f"scanned {number}", np.arange(len(seen))))
            seen = seen.assign(used=np.floor(seen["used"] * share + chance).astype(np.int64))
        rows.append(seen[seen["used"] > 0].assign(cabinet_id=cabinet, item_id=item))
    told = pd.concat(rows, ignore_index=True).rename(columns={"day": "used_at", "used": "quantity"})
    told = told.assign(complete=share >= 1.0, used_at=told["used_at"].astype("datetime64[s]"))
    order = ["used_at", "cabinet_id", "item_id"]
    return with_all_columns(USES, told.sort_values(order, kind="stable", ignore_index=True))
