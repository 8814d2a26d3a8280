"""New levels beside today's on a hospital's own extracts, lived through the year that came after they were chosen.

``.venv/bin/python -m tests.whole.levels_afterwards ../shared/pilot 2025-03-01`` runs on what was known on that day,
reads from the lines and discards of the following year what was used, and lives every shelf through that use from the
state believed on that day. Nobody wrote down the days: what a line refilled, less what was thrown out, is spread at
random over the days since the line before. What went after the last line, and what nobody found on the shelf, is not
in it; what was thrown out and not written down is taken for use. So it compares plans, and is kinder to low levels than
the wards, where use comes in bursts.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.contract.intake import read_extracts
from brikopt.contract.positions import position_table
from brikopt.demand.future import uses_of
from brikopt.flows.replay import DAYS, Year, trade_off
from brikopt.policy import Policy
from brikopt.stock.ageing import Plan, live_forward
from brikopt.stock.outlook import outlook
from brikopt.stock.posterior import Evidence, gather_evidence, present, stream
from tests.whole.figures import KEY, table
from tests.whole.results import run_on

IntArray = npt.NDArray[np.int64]
LEVELS = ["min_level", "max_level", "brik_qty", "brik_count"]
PATHS = 24  # ways to spread what was used over the days
PARTS = ("holding", "order_lines", "expired", "wanted", "short")


def used_after(lines: IntArray, units: IntArray, thrown: IntArray, cut: int, rng: np.random.Generator) -> IntArray:
    """Spread what lines refilled over the days before them.

    Parameters
    ----------
    lines, units : ndarray of int64, shape (n,)
        Days of a position's order lines, rising, and their units.
    thrown : ndarray of int64, shape (n,)
        Units thrown out since the line before.
    cut : int
        The day of decision.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray of int64, shape (PATHS, DAYS)
        Units wanted on each day from the cut on.

    Examples
    --------
    >>> lines, units, none = np.array([5, 105]), np.array([7, 20]), np.zeros(2, dtype=np.int64)
    >>> used_after(lines, units, none, 5, np.random.default_rng(0))[:, :100].sum(axis=1).tolist() == [20] * PATHS
    True
    """
    wanted = np.zeros((PATHS, DAYS), dtype=np.int64)
    used = np.maximum(units - thrown, 0)
    for at in range(1, len(lines)):
        if lines[at] <= cut or lines[at] == lines[at - 1]:
            continue
        days = rng.integers(lines[at - 1], lines[at], (PATHS, used[at])) - cut
        path = np.broadcast_to(np.arange(PATHS)[:, None], days.shape)
        inside = (days >= 0) & (days < DAYS)
        np.add.at(wanted, (path[inside], days[inside]), 1)
    return wanted


def lived_afterwards(evidence: Evidence, plans: list[pd.DataFrame], later: dict[str, pd.DataFrame], cut: int) -> Year:
    """Live every position of the evidence through what was used after it, under each of some plans."""
    found = np.zeros((len(PARTS), len(plans), len(evidence.places)))
    lines = dict(iter(later["orders"].groupby(KEY)))
    thrown = dict(iter(later["discards"].groupby(KEY)))
    for row, place in enumerate(evidence.places):
        key = (place.cabinet_id, place.item_id)
        mine = lines.get(key, later["orders"].iloc[:0]).groupby("day")["quantity"].sum()
        gone = thrown.get(key, later["discards"].iloc[:0])
        days = mine.index.to_numpy(np.int64)
        since = np.searchsorted(days, gone["day"].to_numpy(np.int64))
        out = np.bincount(since, gone["quantity"].to_numpy(np.int64), minlength=len(days) + 1)[: len(days)]
        rng = stream(*key, "afterwards")
        uses = uses_of(used_after(days, mine.to_numpy(np.int64), out.astype(np.int64), cut, rng))
        ahead = outlook(evidence, row, present(evidence, row), PATHS, DAYS, "afterwards")
        draws = ahead.draws._replace(uses=uses, pick=rng.random(len(uses.day)))
        for number, plan in enumerate(plans):
            low, high, qty, _ = (int(plan[name].iloc[row]) for name in LEVELS)
            levels = Plan(place.is_brik, low, high, max(qty, 1), place.pack_size)
            outcome = live_forward(levels, ahead.supply, ahead.start, draws, PATHS, DAYS)
            found[:, number, row] = [float(getattr(outcome, name).mean()) for name in PARTS]
    return Year(**dict(zip(PARTS, found, strict=True)))


def dated(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Rows with the day of a column, in their order."""
    return rows.assign(day=rows[column].to_numpy().astype("datetime64[D]").astype(np.int64)).sort_values("day")


def main() -> None:
    """Print what each plan costs in the year after the cut."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("cut", type=date.fromisoformat)
    asked = parser.parse_args()
    extract = read_extracts(asked.data, lang="da").extract
    known, seen = extract.before(asked.cut), extract.before(date.max)
    evidence = gather_evidence(known, position_table(known), 30, DAYS)
    with tempfile.TemporaryDirectory() as folder:
        new = table(run_on(asked.data, Path(folder) / "out", as_of=asked.cut, jobs=2) / "levels.csv")
    today = evidence.positions[[*KEY, *LEVELS]].fillna(0)
    chosen = today[KEY].merge(new, on=KEY, how="left", validate="one_to_one")
    named = chosen[[f"new_{name}" for name in LEVELS]].set_axis(LEVELS, axis=1).fillna(0)
    later = {"orders": dated(seen.orders, "ordered_at"), "discards": dated(seen.discards, "discarded_at")}
    cut = (asked.cut - date(1970, 1, 1)).days
    year = lived_afterwards(evidence, [today[LEVELS], named], later, cut)
    places, critical = evidence.places, np.array([place.critical for place in evidence.places])
    rows = trade_off(year, [today[LEVELS], named], places, Policy()).set_axis(["today", "new"])
    met, wanted = (year.wanted - year.short)[:, critical].sum(axis=1), year.wanted[:, critical].sum(axis=1)
    rows["critical_fill_rate"] = met / wanted
    litres = np.array([place.unit_volume_litres for place in places])
    full = pd.DataFrame({"was": today["max_level"] * litres, "is": named["max_level"].to_numpy() * litres})
    full = full.groupby(evidence.positions["cabinet_id"]).sum()
    room = evidence.positions.groupby("cabinet_id")["capacity_litres"].first()
    over = (full["is"] > room + 1e-6) & (full["was"] <= room + 1e-6)
    sys.stdout.write(f"{rows.T.round(3).to_string()}\ncabinets newly over their capacity: {int(over.sum())}\n")


if __name__ == "__main__":
    main()
