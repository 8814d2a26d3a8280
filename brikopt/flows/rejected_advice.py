"""Advice that people rejected: it stays away until the numbers have changed enough to ask again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from brikopt.reason import Reason

Say = Callable[[Reason], str]
Key = tuple[str, str, str]  # cabinet, item, action
Levels = tuple[int, int, int, int]  # min, max, units a card, cards; a blank is 0

# Advice is made again where its saving, or a level, has changed by more than this share of what it was (and by more
# than 1): a run whose input hardly differs proposes a unit more or less.
ENOUGH = 0.25
LEVELS = ("min_level", "max_level", "brik_qty", "brik_count")
_MEANT = ("yearly_cost", "fill_rate", "expired_units_per_year")
_SAVED = ("saving_dkk_per_year", "short_units_avoided_per_year", "risk_value_dkk_per_year")


@dataclass(frozen=True, slots=True)
class RejectedAdvice:
    """A line of an earlier trim list that somebody rejected.

    Attributes
    ----------
    key : tuple of str
        Cabinet, item and action.
    levels : tuple of int
        The levels then proposed, as `levels_of` reads them; they count where the action sets levels.
    saving_dkk_per_year : float
        What it was said to save.
    because : str
        In the words of whoever rejected it; empty where nothing was said.
    on : date
        When.
    """

    key: Key
    levels: Levels
    saving_dkk_per_year: float
    because: str
    on: date

    def still_says_no(self, levels: Levels, saving_dkk_per_year: float) -> bool:
        """Whether new advice of the same kind is the same advice."""
        numbers = zip((*self.levels, self.saving_dkk_per_year), (*levels, saving_dkk_per_year), strict=True)
        return all(abs(now - then) <= max(ENOUGH * abs(then), 1.0) for then, now in numbers)


def levels_of(row: Mapping[Any, Any]) -> Levels:
    """Read the proposed levels of a row of ``levels.csv``.

    Examples
    --------
    >>> levels_of({"new_min_level": 10, "new_max_level": 20, "new_brik_qty": None, "new_brik_count": float("nan")})
    (10, 20, 0, 0)
    """
    low, high, qty, count = (row[f"new_{name}"] for name in LEVELS)
    return _whole(low), _whole(high), _whole(qty), _whole(count)


def hold_back(
    lists: Mapping[str, pd.DataFrame], rejected: Sequence[RejectedAdvice], say: Say
) -> dict[str, pd.DataFrame]:
    """Take rejected advice off the lists, unless its numbers have changed enough.

    Parameters
    ----------
    lists : mapping of str to DataFrame
        The output tables; ``levels`` and ``trim_list`` among them.
    rejected : sequence of RejectedAdvice
        The latest of each key.
    say : callable
        Puts a reason into words.

    Returns
    -------
    dict of str to DataFrame
        Lines of the trim list that say the same again are gone, and the level stays as it is, with what was said in
        its reason; lines that are made again say that they were rejected before.
    """
    if not rejected:
        return dict(lists)
    by_key = {one.key: one for one in rejected}
    places = {(one.key[0], one.key[1]) for one in rejected}
    proposed = {
        (row["cabinet_id"], row["item_id"]): levels_of(row)
        for row in _among(lists["levels"], places).to_dict("records")
    }
    held: dict[int, RejectedAdvice] = {}
    again: dict[int, RejectedAdvice] = {}
    trims = lists["trim_list"]
    for at, row in zip(trims.index, trims.to_dict("records"), strict=True):
        one = by_key.get((row["cabinet_id"], row["item_id"], row["action"]))
        if one is not None:
            same = one.still_says_no(proposed[one.key[:2]], float(row["saving_dkk_per_year"]))
            (held if same else again)[at] = one
    told = trims["reason"].copy()
    for at, one in again.items():
        told[at] = f"{told[at]} {_say(one, 'rejected_before', say)}"
    left = trims.assign(reason=told).drop(index=list(held)).reset_index(drop=True)
    left["rank"] = left.groupby("ward_id", sort=False).cumcount() + 1
    return {**lists, "trim_list": left, "levels": _kept(lists["levels"], list(held.values()), say)}


def _kept(levels: pd.DataFrame, held: Sequence[RejectedAdvice], say: Say) -> pd.DataFrame:
    """Levels as they are where a change of them was rejected."""
    by_key = {one.key: one for one in held}
    kept = levels.copy()
    keys = zip(levels["cabinet_id"], levels["item_id"], levels["action"], strict=True)
    found = [(at, by_key[key]) for at, key in zip(levels.index, keys, strict=True) if key in by_key]
    at = [place for place, _ in found]
    for name in (*LEVELS, *_MEANT):
        kept.loc[at, f"new_{name}"] = levels.loc[at, name]
    kept.loc[at, [name for name in _SAVED if name in kept]] = 0.0
    kept.loc[at, "action"] = "keep"
    for place, one in found:
        kept.loc[place, "reason"] = _say(one, "keep_rejected", say)
    return kept


def _among(levels: pd.DataFrame, places: set[tuple[str, str]]) -> pd.DataFrame:
    there = [place in places for place in zip(levels["cabinet_id"], levels["item_id"], strict=True)]
    return levels[there]


def _say(one: RejectedAdvice, code: str, say: Say) -> str:
    told = say(Reason(code, {"on": one.on, "saving_dkk": one.saving_dkk_per_year}))
    return f"{told} {say(Reason('rejected_because', {'because': one.because}))}" if one.because else told


def _whole(value: Any) -> int:  # noqa: ANN401 - a cell
    return 0 if value is None or pd.isna(value) else int(value)
