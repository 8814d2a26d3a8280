"""Positions that were counted more than once on a day: the last count stands, and somebody should know."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from brikopt.contract.quality.oddities import Oddity
from brikopt.contract.quality.tables_read import Read


def counted_again(read: Read, as_of: date) -> Iterable[Oddity]:  # noqa: ARG001 - as every look is called
    """Tell of counts that a later one of the day replaces: of a lot, or of the position where none is named."""
    counts = read["counts"]
    frame = counts.frame
    if not len(frame):
        return
    of_lot = frame["lot"].str.strip()
    dated = frame["expiry_date"].where(of_lot == "")
    parts = frame[["cabinet_id", "item_id", "counted_at"]].assign(lot=of_lot, dated=dated)
    replaced = parts.duplicated(keep="last").to_numpy()
    if replaced.any():
        stands = frame["quantity"].where(~replaced).groupby([parts[name] for name in parts], dropna=False)
        other = (stands.transform("sum").to_numpy() != frame["quantity"].to_numpy()) & replaced
        yield from counts.oddity("counted_again", "low", replaced, others=int(other.sum()))
