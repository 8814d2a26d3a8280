"""The checked tables of one set of extracts, and the cut in time."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date

import numpy as np
import pandas as pd

# The column that dates a row, for the tables whose rows happen on a day.
DATED_BY = {
    "orders": "ordered_at",
    "deliveries": "delivered_at",
    "counts": "counted_at",
    "discards": "discarded_at",
    "reviews": "reviewed_at",
    "shelf_dates": "checked_at",
    "level_changes": "changed_at",
    "positions": "active_from",
    "uses": "used_at",
    "back_orders": "from",
    "warehouse_stock": "stock_at",
    "activity": "month",  # a month is known when it is over
}
MOVES = ("orders", "deliveries")  # a row of 0 units of these says nothing (contract, section 2)


@dataclass(frozen=True, slots=True)
class Tables:
    """The good rows of every input table, as they were before one moment.

    Every frame has all columns of its table (``contract/tables.py``), whatever the files held. Ids and other
    texts are ``str`` (missing: ``""``), whole numbers ``int64`` where required and ``float64`` (missing: NaN)
    where optional, other numbers ``float64``, flags ``bool`` (``float64`` where nobody has to say), dates
    ``datetime64[s]`` at midnight (missing: NaT); ``brik_qty`` and ``brik_count`` are ``int64``, 0 where there are no
    cards; a month is its last day. Rows keep the order of the file.
    """

    wards: pd.DataFrame
    cabinets: pd.DataFrame
    items: pd.DataFrame
    positions: pd.DataFrame
    orders: pd.DataFrame
    deliveries: pd.DataFrame
    counts: pd.DataFrame
    discards: pd.DataFrame
    reviews: pd.DataFrame
    shelf_dates: pd.DataFrame
    protected: pd.DataFrame
    level_changes: pd.DataFrame
    uses: pd.DataFrame
    back_orders: pd.DataFrame
    warehouse_stock: pd.DataFrame
    activity: pd.DataFrame
    as_of: date


@dataclass(frozen=True, slots=True)
class Extract:
    """Checked extracts; ``before`` is the only way to their rows."""

    _tables: Tables

    def before(self, as_of: date) -> Tables:
        """Return the rows dated before ``as_of``: what could be known at the start of that day.

        Parameters
        ----------
        as_of : date
            Moment of decision; rows dated on it or later are left out.

        Returns
        -------
        Tables
            Master data whole; positions without ``active_from``, or active before ``as_of``; of order lines and
            deliveries those of at least one unit: a line of 0 orders nothing, and a delivery of 0 brings nothing.
        """
        cut = np.datetime64(as_of, "s")
        kept = {}
        for field in fields(Tables):
            if field.name in DATED_BY:
                frame = getattr(self._tables, field.name)
                dated = frame[DATED_BY[field.name]]
                known = dated.isna() | (dated < cut)
                # Mostly the reader has set later rows aside already; a region's rows are not copied for nothing.
                kept[field.name] = frame if known.all() else frame[known].reset_index(drop=True)
        for name in MOVES:
            kept[name] = _moving(kept[name])
        return replace(self._tables, as_of=as_of, **kept)


def _moving(rows: pd.DataFrame) -> pd.DataFrame:
    some = rows["quantity"] > 0
    return rows if some.all() else rows[some].reset_index(drop=True)
