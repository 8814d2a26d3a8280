"""The list that somebody takes to the cabinet: what to do there, the most worthwhile first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from brikopt.contract.outputs import TRIM_LIST
from brikopt.reason import Reason

Say = Callable[[Reason], str]

# Minutes of work at the cabinet, our own estimates: a card or label changed, goods moved, a shelf counted.
MINUTES = {"trim": 2.0, "raise": 2.0, "remove": 3.0, "use_first": 1.0, "move": 8.0, "count": 3.0}
MIN_ROTATION_DKK = 5.0  # a year; below it, putting the oldest in front isn't worth a line on the list
MIN_STALE_CHANCE = 0.5  # from here on somebody should look for goods out of date
UNCERTAIN_SHARE = 1.0  # of the expected stock: a wider 90 % range than this is worth a count …
MIN_RISK_DKK = 100.0  # … where at least this much is expected to expire
DAYS_PER_YEAR = 365.0


@dataclass(frozen=True, slots=True)
class Found:
    """What the steps found of every position; lists have one entry a row of ``positions``.

    Parameters
    ----------
    positions : DataFrame
        Position table with the figures of all steps beside it.
    level_reasons : sequence of Reason
        Why each level stays or changes.
    phrases : sequence of tuple of Reason
        Level today and new level.
    transfers : DataFrame
        Columns of ``transfers.csv``.
    horizon_days : int
        How far the expiry forecast looks.
    """

    positions: pd.DataFrame
    level_reasons: Sequence[Reason]
    phrases: Sequence[tuple[Reason, Reason]]
    transfers: pd.DataFrame
    horizon_days: int


def trim_list(found: Found, say: Say) -> pd.DataFrame:
    """Gather and rank what there is to do.

    Parameters
    ----------
    found : Found
        What the steps found.
    say : callable
        Puts a reason into words.

    Returns
    -------
    DataFrame
        Columns of ``trim_list.csv``; ranked within each ward by DKK saved a year per minute of work, goods that are out of
        date already first, because they may not lie there at all.
    """
    parts = [_level_changes(found, say), _use_first(found, say), _moves(found, say), _counts(found, say)]
    things = pd.concat(parts, ignore_index=True)
    worth = things["saving_dkk_per_year"] / things["action"].map(MINUTES)
    ranked = things.assign(worth=-worth, later=~things["urgent"]).sort_values(
        ["unit", "hospital", "ward_id", "later", "worth", "cabinet_id", "item_id", "action"],
        ignore_index=True,
    )
    ranked["rank"] = ranked.groupby("ward_id", sort=False).cumcount() + 1
    return ranked[[column.name for column in TRIM_LIST.columns]]


def _rows(
    found: Found,
    at: Sequence[int],
    action: str | Sequence[str],
    before: Sequence[str],
    after: Sequence[str],
    saving: Sequence[float],
    saved_co2e: Sequence[float],
    reasons: Sequence[str],
    *,
    urgent: bool = False,
) -> pd.DataFrame:
    places = found.positions.iloc[list(at)][["unit", "hospital", "ward_id", "cabinet_id", "item_id", "name"]]
    return places.reset_index(drop=True).assign(
        action=action,
        **{"from": list(before), "to": list(after)},
        saving_dkk_per_year=np.asarray(saving, dtype=np.float64),
        saving_co2e_kg_per_year=np.asarray(saved_co2e, dtype=np.float64),
        reason=list(reasons),
        urgent=urgent,
    )


def _level_changes(found: Found, say: Say) -> pd.DataFrame:
    positions = found.positions
    at = np.flatnonzero(positions["action"] != "keep")
    here = positions.iloc[at]
    fewer = (here["expired_units_per_year"] - here["new_expired_units_per_year"]) * here["co2e_kg_per_unit"]
    return _rows(
        found,
        at,
        list(here["action"]),
        [say(found.phrases[row][0]) for row in at],
        [say(found.phrases[row][1]) for row in at],
        here["yearly_cost"] - here["new_yearly_cost"],
        fewer,
        [say(found.level_reasons[row]) for row in at],
    )


def _use_first(found: Found, say: Say) -> pd.DataFrame:
    """Where putting the oldest in front saves goods, because people reach for the newest."""
    positions = found.positions
    yearly = positions["rotated_units"] * DAYS_PER_YEAR / found.horizon_days
    saving = yearly * positions["unit_price_dkk"]
    at = np.flatnonzero((saving >= MIN_ROTATION_DKK) & positions["earliest_expiry"].notna())
    here = positions.iloc[at]
    reasons = [
        Reason(
            "use_first",
            {
                "units": row.on_hand_mean,
                "earliest_expiry": row.earliest_expiry.date(),
                "expiry_known": bool(row.expiry_known),
                "expired_units": row.rotated_units,
            },
        )
        for row in here.itertuples()
    ]
    shelf = [say(Reason("shelf_units", {"units": units})) for units in here["on_hand_mean"]]
    dates = [f"{day:%Y-%m-%d}" for day in here["earliest_expiry"]]
    co2e = yearly.iloc[at] * here["co2e_kg_per_unit"]
    return _rows(
        found, at, "use_first", shelf, dates, saving.iloc[at], co2e, [say(reason) for reason in reasons]
    )


def _moves(found: Found, say: Say) -> pd.DataFrame:
    row_of = {
        key: row
        for row, key in enumerate(zip(found.positions["cabinet_id"], found.positions["item_id"], strict=True))
    }
    moves = list(found.transfers.itertuples())
    givers = [row_of[move.from_cabinet_id, move.item_id] for move in moves]
    takers = found.positions.iloc[[row_of[move.to_cabinet_id, move.item_id] for move in moves]]
    reasons = [
        Reason(
            "move",
            {
                "units": int(move.units),
                "to_ward": ward,
                "to_cabinet": move.to_cabinet_id,
                "earliest_expiry": move.earliest_expiry.date(),
                "saved_units": move.expected_saved_units,
            },
        )
        for move, ward in zip(moves, takers["ward_name"], strict=True)
    ]
    places = [
        say(Reason("cabinet", {"cabinet_id": cabinet, "ward_name": ward}))
        for cabinet, ward in zip(takers["cabinet_id"], takers["ward_name"], strict=True)
    ]
    units = [
        say(Reason("shelf_units", {"units": units})) for units in found.positions["on_hand_mean"].iloc[givers]
    ]
    saved = found.transfers["expected_saved_units"].to_numpy(dtype=np.float64)
    co2e = saved * found.positions["co2e_kg_per_unit"].to_numpy()[givers]
    dkk = found.transfers["expected_saved_dkk"].to_numpy(dtype=np.float64)
    return _rows(found, givers, "move", units, places, dkk, co2e, [say(reason) for reason in reasons])


def _counts(found: Found, say: Say) -> pd.DataFrame:
    """Shelves to look at: goods out of date already, or too little known where much may expire."""
    positions = found.positions
    stale = positions["p_stale"] >= MIN_STALE_CHANCE
    at_risk = positions["expected_expired_units"] * positions["unit_price_dkk"]
    width = positions["on_hand_high"] - positions["on_hand_low"]
    unsure = ~stale & (width > UNCERTAIN_SHARE * positions["on_hand_mean"]) & (at_risk >= MIN_RISK_DKK)
    parts = []
    for chosen, urgent in ((stale, True), (unsure, False)):
        at = np.flatnonzero(chosen)
        here = positions.iloc[at]
        reasons = [
            Reason("count_expired", {"units": row.stale_units})
            if urgent
            else Reason(
                "count_uncertain",
                {"low": row.on_hand_low, "high": row.on_hand_high, "at_risk_dkk": at_risk.iloc[row.Index]},
            )
            for row in here.itertuples()
        ]
        shelf = [say(Reason("shelf_units", {"units": units})) for units in here["on_hand_mean"]]
        nothing = np.zeros(len(at))
        parts.append(
            _rows(
                found,
                at,
                "count",
                shelf,
                [""] * len(at),
                nothing,
                nothing,
                [say(one) for one in reasons],
                urgent=urgent,
            )
        )
    return pd.concat(parts, ignore_index=True)
