"""Dates on packs and shelves that lie years from where the item's life would put them: mistyped, or no date at all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.contract.positions import codes_of
from brikopt.contract.quality.oddities import Oddity
from brikopt.contract.quality.tables_read import Read

FloatArray = NDArray[np.float64]

A_YEAR = 365.25
LIVES, YEARS_MORE = 2.0, 1.0  # a date is odd beyond so many lives of the item and so many years after its row's day …
YEARS_AHEAD = 20.0  # … or where nothing is known of its life, beyond so many years: implants keep for ten
YEARS_BACK = 2.0  # what lies on the shelf may be out of date, but hardly for longer
SEEN = {  # table: the day on which a date was read, the date, and whether goods may have been out of date then
    "deliveries": ("delivered_at", "expiry_date", False),
    "counts": ("counted_at", "expiry_date", True),
    "shelf_dates": ("checked_at", "earliest_expiry", True),
}


def dates_far_off(read: Read, as_of: date) -> Iterable[Oddity]:  # noqa: ARG001 - as every look is called
    """Tell of expiry dates that are years too late, or that stood on a shelf years too early."""
    items = read["items"].frame
    for name, (seen, expires, may_be_over) in SEEN.items():
        frame = read[name].frame
        days = (frame[expires] - frame[seen]).to_numpy().astype("timedelta64[s]").astype(np.float64) / 86_400
        known = frame[expires].notna().to_numpy()
        if not known.any():
            continue
        life = items["shelf_life_days"].to_numpy(np.float64)[codes_of(frame["item_id"], pd.Index(items["item_id"]))]
        most = np.where(life > 0, LIVES * life + YEARS_MORE * A_YEAR, YEARS_AHEAD * A_YEAR)
        far = known & (days > most)
        if may_be_over:
            far |= known & (days < -YEARS_BACK * A_YEAR)
        if far.any():
            first = int(np.argmax(far))
            example = frame[expires].iloc[first].date()
            yield from read[name].oddity("date_far_off", "middle", far, example=example)
