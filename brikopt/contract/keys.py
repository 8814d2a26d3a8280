"""Rules between the rows of a table: keys that no two rows share, items that replace each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow.compute as pc
from numpy.typing import NDArray

from brikopt.contract.cells import BoolArray, Cells, as_bools
from brikopt.contract.findings import Findings
from brikopt.contract.rules import Rule

IntArray = NDArray[np.int64]


def key_codes(columns: Sequence[Cells]) -> IntArray:
    """Give rows with one key one number.

    Parameters
    ----------
    columns : sequence of Cells
        The columns of the key.

    Returns
    -------
    ndarray of int64, shape (n_rows,)
        Equal for rows with one key, and for those only.
    """
    codes: IntArray = columns[0].codes.astype(np.int64)
    for column in columns[1:]:
        # Numbered anew for each column, so that no product of sizes can run over.
        codes = pd.factorize(codes)[0] * len(column.values) + column.codes
    return codes


def check_keys(keys: IntArray, column: str, lines: IntArray, findings: Findings) -> None:
    """Mark rows whose key an earlier good row has.

    Parameters
    ----------
    keys : ndarray of int64, shape (n_rows,)
        From `key_codes`.
    column : str
        Column to name: the first of the key.
    lines : ndarray of int64, shape (n_rows,)
        Physical lines.
    findings : Findings
        Rows marked so far claim no key; gets the breaches.
    """
    good = np.flatnonzero(findings.good)
    again = pd.Series(keys[good]).duplicated().to_numpy()
    if not again.any():
        return
    repeated = good[again]
    firsts = good[~again]
    first_of = pd.Series(lines[firsts], index=keys[firsts])
    findings.mark_each(repeated, column, Rule.DUPLICATE, first_of.reindex(keys[repeated]).astype(str).tolist())


def check_replacements(item_ids: Cells, replaced_by: Cells, findings: Findings) -> None:
    """Mark items replaced by an item that is not there, and items that replace each other in a ring.

    Parameters
    ----------
    item_ids, replaced_by : Cells
        Columns of the table ``items``; empty = not replaced.
    findings : Findings
        Gets the breaches. A row marked here makes itself unknown, so its own predecessors are marked too.
    """
    ids = np.array(item_ids.values.to_pylist(), dtype=object)[item_ids.codes]
    targets = np.array(replaced_by.values.to_pylist(), dtype=object)[replaced_by.codes]
    while True:
        good = np.flatnonzero(findings.good).tolist()
        successor: dict[str, str] = {}
        for row in good:
            successor.setdefault(ids[row], targets[row])
        unknown = {row for row in good if targets[row] and targets[row] not in successor}
        ring = _in_ring(successor)
        rings = {row for row in good if ids[row] in ring and targets[row] == successor[ids[row]]}
        if not unknown and not rings:
            return
        findings.mark(_mask(rings, len(ids)), "replaced_by", Rule.RING)
        findings.mark(_mask(unknown, len(ids)), "replaced_by", Rule.UNKNOWN_ID, "items")


def unknown_among(named: Cells, ids: Cells) -> BoolArray:
    """Tell the rows that name an id which no row of the same table has; an empty cell names none."""
    known = pc.is_in(named.values, value_set=ids.values)
    return as_bools(pc.invert(pc.or_(known, pc.equal(named.values, ""))))[named.codes]


def _mask(rows: set[int], n_rows: int) -> BoolArray:
    mask = np.zeros(n_rows, dtype=np.bool_)
    mask[sorted(rows)] = True
    return mask


def _in_ring(successor: dict[str, str]) -> set[str]:
    """Return the items from which following the replacements leads back to themselves."""
    done: set[str] = set()
    ring: set[str] = set()
    for start in successor:
        path: dict[str, int] = {}
        item = start
        while item and item in successor and item not in done and item not in path:
            path[item] = len(path)
            item = successor[item]
        if item in path:
            ring.update(list(path)[path[item] :])
        done.update(path)
    return ring
