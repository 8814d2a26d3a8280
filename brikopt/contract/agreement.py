"""Rules between the columns of one row: levels and cards, and periods that begin before they end."""

from __future__ import annotations

import numpy as np
import pandas as pd

from brikopt.contract.cells import BoolArray, Cells
from brikopt.contract.checking import Columns
from brikopt.contract.decimals import FloatArray
from brikopt.contract.findings import Findings
from brikopt.contract.rules import Rule

_CARDED = ("brik", "medicine")  # kinds of cabinets that may have cards


def check_period(columns: Columns, findings: Findings, first: str, last: str) -> None:
    """Mark rows whose last day lies before their first; ``first`` and ``last`` name the columns."""
    begin, end = columns.days[first], columns.days[last]
    rows = np.flatnonzero(end < begin)
    findings.mark_each(rows, last, Rule.PERIOD, [f"{first} {begin[row].item():%Y-%m-%d}" for row in rows])


def check_levels(columns: Columns, findings: Findings, cabinets: pd.DataFrame, items: pd.DataFrame) -> None:
    """Mark positions whose levels and cards contradict each other.

    Parameters
    ----------
    columns : Columns
        The table ``positions``.
    findings : Findings
        Gets the breaches.
    cabinets, items : DataFrame
        Good rows; ids that are not among them are marked already.

    Notes
    -----
    With cards ``brik_qty`` is a whole number of packs, ``max_level = brik_count * brik_qty`` and
    ``min_level = (brik_count - 1) * brik_qty`` (contract, section 1). A medicine cabinet has cards where rows name any.
    """
    low, high = columns.numbers["min_level"], columns.numbers["max_level"]
    qty, count = columns.numbers["brik_qty"], columns.numbers["brik_count"]
    brik = _with_cards(columns, cabinets, "brik_qty", "brik_count")
    pack = _looked_up(items.set_index("item_id")["pack_size"], columns.texts["item_id"])
    _mark(findings, high < low, "max_level", Rule.BELOW_MIN, low)
    findings.mark(brik & np.isnan(qty), "brik_qty", Rule.BRIK_MISSING)
    findings.mark(brik & (qty < 1), "brik_qty", Rule.BRIK_TOO_SMALL)
    _mark(findings, brik & (np.mod(qty, np.maximum(pack, 1)) != 0), "brik_qty", Rule.NOT_WHOLE_PACKS, pack)
    findings.mark(brik & np.isnan(count), "brik_count", Rule.BRIK_MISSING)
    findings.mark(brik & (count < 1), "brik_count", Rule.BRIK_TOO_SMALL)
    _mark(findings, brik & (high != count * qty), "max_level", Rule.MAX_NOT_CARDS, count * qty)
    _mark(findings, brik & (low != (count - 1) * qty), "min_level", Rule.MIN_NOT_CARDS, (count - 1) * qty)


def check_old_levels(columns: Columns, findings: Findings, cabinets: pd.DataFrame) -> None:
    """Mark level changes that tell nothing of what stood before, or contradict themselves.

    Parameters
    ----------
    columns : Columns
        The table ``level_changes``; an empty cell is not told.
    findings : Findings
        Gets the breaches.
    cabinets : DataFrame
        Good rows; ids that are not among them are marked already.

    Notes
    -----
    Packs may have been others then, so whole packs aren't asked for. All 0 tells that nothing was kept there.
    """
    low, high = columns.numbers["old_min_level"], columns.numbers["old_max_level"]
    qty, count = columns.numbers["old_brik_qty"], columns.numbers["old_brik_count"]
    brik = _with_cards(columns, cabinets, "old_brik_qty", "old_brik_count")
    told = ~np.isnan(low) | ~np.isnan(high) | (brik & (~np.isnan(qty) | ~np.isnan(count)))
    findings.mark(~told, "old_min_level", Rule.NO_OLD_LEVEL)
    _mark(findings, high < low, "old_max_level", Rule.BELOW_MIN, low)
    kept = brik & ~((high == 0) | ((qty == 0) & (count == 0)))
    findings.mark(kept & (qty < 1), "old_brik_qty", Rule.BRIK_TOO_SMALL)
    findings.mark(kept & (count < 1), "old_brik_count", Rule.BRIK_TOO_SMALL)
    # Comparisons with what is not told are false.
    cards, one_less = count * qty, (count - 1) * qty
    _mark(findings, kept & ((high < cards) | (high > cards)), "old_max_level", Rule.MAX_NOT_CARDS, cards)
    _mark(findings, kept & ((low < one_less) | (low > one_less)), "old_min_level", Rule.MIN_NOT_CARDS, one_less)


def _with_cards(columns: Columns, cabinets: pd.DataFrame, qty: str, count: str) -> BoolArray:
    """Tell the rows with cards: all of a brik cabinet, and of a medicine cabinet those that name any."""
    kind = cabinets.set_index("cabinet_id")["kind"]
    has = {name: _looked_up((kind == name).astype("float64"), columns.texts["cabinet_id"]) == 1 for name in _CARDED}
    named = (columns.numbers[qty] > 0) | (columns.numbers[count] > 0)
    carded: BoolArray = has["brik"] | (has["medicine"] & named)
    return carded


def _mark(findings: Findings, bad: BoolArray, column: str, rule: Rule, expected: FloatArray) -> None:
    rows = np.flatnonzero(bad & findings.good)
    findings.mark_each(rows, column, rule, [f"{expected[row]:.0f}" for row in rows])


def _looked_up(numbers: pd.Series, ids: Cells) -> FloatArray:
    """Find each row's number by its id; NaN for an unknown id."""
    per_value = numbers.reindex(ids.values.to_pylist()).to_numpy(dtype=np.float64)
    found: FloatArray = per_value[ids.codes]
    return found
