"""Units that were seen to be used -> events: stretches of days of which every use is known, and single sights."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.demand.order_lines import days_since_epoch

IntArray = npt.NDArray[np.int64]

LONGEST = 28  # days of one stretch; a rate may change within a longer one


def covered_stretches(
    uses: pd.DataFrame, cabinet_days: pd.DataFrame, breaks: dict[int, IntArray]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tell stretches of days of which every use is known from single uses that were seen.

    Parameters
    ----------
    uses : DataFrame
        ``position``, ``cabinet`` (number), ``used_at``, ``quantity``, ``complete``.
    cabinet_days : DataFrame
        ``cabinet`` and ``day`` on which some row of the cabinet is complete.
    breaks : dict of int to ndarray of int64
        Days on which a stretch of a position ends: those of its lines and counts.

    Returns
    -------
    tuple of DataFrame
        Stretches: ``position``, ``day`` (last), ``since`` (first) and ``units``; and sights outside of them:
        ``position``, ``day``, ``units``.

    Notes
    -----
    Whoever scans writes no row of a day on which nothing was used. So a position whose uses were once complete is
    known on every day on which its cabinet has a complete row, from its own first complete row on.
    """
    rows = uses.assign(day=days_since_epoch(uses["used_at"]))
    used: pd.DataFrame = rows.groupby(["position", "day"], as_index=False)[["quantity"]].sum()
    whole = rows[rows["complete"]].sort_values("day", kind="stable").drop_duplicates("position")
    first = dict(zip(whole["position"].tolist(), whole[["cabinet", "day"]].to_numpy(np.int64).tolist(), strict=True))
    days_of = by_number(cabinet_days, "cabinet")
    units_of = by_number(used, "position", "quantity")
    stretches: list[tuple[int, int, int, int]] = []
    sights: list[tuple[int, int, int]] = []
    for position, days in by_number(used, "position").items():
        units = units_of[position]
        covered = np.zeros(0, dtype=np.int64)
        if position in first:
            cabinet, begin = first[position]
            known = np.unique(days_of[cabinet])
            covered = known[known >= begin]
        for one in _parts(covered, breaks.get(position, covered[:0])):
            within = (days >= one[0]) & (days <= one[-1])
            stretches.append((position, int(one[-1]), int(one[0]), int(units[within].sum())))
        outside = ~np.isin(days, covered) & (units > 0)
        sights += [(position, int(day), int(n)) for day, n in zip(days[outside], units[outside], strict=True)]
    return (
        pd.DataFrame(stretches, columns=["position", "day", "since", "units"], dtype=np.int64),
        pd.DataFrame(sights, columns=["position", "day", "units"], dtype=np.int64),
    )


def by_number(rows: pd.DataFrame, name: str, value: str = "day") -> dict[int, IntArray]:
    """What another column holds in the rows of each number, in their order."""
    ordered = rows.sort_values(name, kind="stable")
    numbers, days = ordered[name].to_numpy(np.int64), ordered[value].to_numpy(np.int64)
    distinct, begin = np.unique(numbers, return_index=True)
    return dict(zip(distinct.tolist(), np.split(days, begin[1:]), strict=True)) if len(distinct) else {}


def _parts(days: IntArray, breaks: IntArray) -> list[IntArray]:
    """Days side by side, parted after each break, and after four weeks."""
    if not len(days):
        return []
    ends = np.flatnonzero((np.diff(days) > 1) | np.isin(days[:-1], breaks)) + 1
    parts = np.split(days, ends)
    return [part[at : at + LONGEST] for part in parts for at in range(0, len(part), LONGEST)]
