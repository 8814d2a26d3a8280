"""The list that somebody takes to the cabinet: what to do there, the most worthwhile first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from brikopt.contract.outputs import TRIM_LIST
from brikopt.reason import Reason
from brikopt.reports.deeds import deed

Say = Callable[[Reason], str]
Row = dict[Any, Any]  # a record of the position table

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


@dataclass(frozen=True, slots=True)
class _Thing:
    """Something to do at a cabinet; ``row`` is the position's."""

    row: int
    action: str
    before: str
    after: str
    saving_dkk_per_year: float
    saving_co2e_kg_per_year: float
    reason: str
    urgent: bool = False


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
        Columns of ``trim_list.csv``; within each ward by DKK saved a year per minute of work. Goods that are out of
        date already save nothing more, but come before the other shelves to count.
    """
    rows = found.positions.to_dict("records")
    things = [
        asdict(thing) for part in (_level_changes, _use_first, _moves, _counts) for thing in part(found, rows, say)
    ]
    columns = list(_Thing.__dataclass_fields__)
    listed = pd.DataFrame(things, columns=columns).rename(columns={"before": "from", "after": "to"})
    places = found.positions[["unit", "hospital", "ward_id", "cabinet_id", "item_id", "name"]]
    listed = listed.join(places.iloc[listed["row"].astype("int64")].reset_index(drop=True))
    worth = listed["saving_dkk_per_year"] / listed["action"].map(MINUTES)
    ranked = listed.assign(worth=-worth, later=~listed["urgent"].astype(bool)).sort_values(
        ["unit", "hospital", "ward_id", "worth", "later", "cabinet_id", "item_id", "action"], ignore_index=True
    )
    ranked["rank"] = ranked.groupby("ward_id", sort=False).cumcount() + 1
    return ranked[[column.name for column in TRIM_LIST.columns]]


def _level_changes(found: Found, rows: Sequence[Row], say: Say) -> Iterator[_Thing]:
    for row, position in enumerate(rows):
        if position["action"] == "keep":
            continue
        today, new = found.phrases[row]
        fewer = position["expired_units_per_year"] - position["new_expired_units_per_year"]
        yield _Thing(
            row=row,
            action=position["action"],
            before=say(today),
            after=say(new),
            saving_dkk_per_year=position["yearly_cost"] - position["new_yearly_cost"],
            saving_co2e_kg_per_year=fewer * position["co2e_kg_per_unit"],
            reason=_told(deed(today, new), found.level_reasons[row], say),
        )


def _told(todo: Reason | None, why: Reason, say: Say) -> str:
    return say(why) if todo is None else f"{say(todo)} {say(why)}"


def _shelf(position: Row, say: Say) -> str:
    return say(Reason("shelf_units", {"units": position["on_hand_mean"]}))


def _use_first(found: Found, rows: Sequence[Row], say: Say) -> Iterator[_Thing]:
    """Where putting the oldest in front saves goods, because people reach for the newest."""
    for row, position in enumerate(rows):
        yearly = position["rotated_units"] * DAYS_PER_YEAR / found.horizon_days
        saving = yearly * position["unit_price_dkk"]
        if saving < MIN_ROTATION_DKK or position["earliest_expiry"] is pd.NaT:
            continue
        earliest = position["earliest_expiry"].date()
        facts = {
            "units": position["on_hand_mean"],
            "earliest_expiry": earliest,
            "expiry_known": position["expiry_known"],
            "expired_units": position["rotated_units"],
        }
        yield _Thing(
            row=row,
            action="use_first",
            before=_shelf(position, say),
            after=say(Reason("oldest_first", {"earliest_expiry": earliest})),
            saving_dkk_per_year=saving,
            saving_co2e_kg_per_year=yearly * position["co2e_kg_per_unit"],
            reason=say(Reason("use_first", facts)),
        )


def _moves(found: Found, rows: Sequence[Row], say: Say) -> Iterator[_Thing]:
    row_of = {(position["cabinet_id"], position["item_id"]): row for row, position in enumerate(rows)}
    for move in found.transfers.to_dict("records"):
        giver = row_of[move["from_cabinet_id"], move["item_id"]]
        taker = rows[row_of[move["to_cabinet_id"], move["item_id"]]]
        facts = {
            "units": int(move["units"]),
            "to_ward": taker["ward_name"],
            "to_cabinet": taker["cabinet_id"],
            "earliest_expiry": move["earliest_expiry"].date(),
            "saved_units": move["expected_saved_units"],
        }
        place = {"cabinet_id": taker["cabinet_id"], "ward_name": taker["ward_name"]}
        yield _Thing(
            row=giver,
            action="move",
            before=_shelf(rows[giver], say),
            after=say(Reason("cabinet", place)),
            saving_dkk_per_year=move["expected_saved_dkk"],
            saving_co2e_kg_per_year=move["expected_saved_units"] * taker["co2e_kg_per_unit"],
            reason=say(Reason("move", facts)),
        )


def _counts(found: Found, rows: Sequence[Row], say: Say) -> Iterator[_Thing]:  # noqa: ARG001 - one of four alike
    """Shelves to look at: goods out of date already, or too little known where much may expire."""
    for row, position in enumerate(rows):
        stale = position["p_stale"] >= MIN_STALE_CHANCE
        at_risk = position["expected_expired_units"] * position["unit_price_dkk"]
        width = position["on_hand_high"] - position["on_hand_low"]
        if stale:
            reason = Reason("count_expired", {"units": position["stale_units"]})
        elif width > UNCERTAIN_SHARE * position["on_hand_mean"] and at_risk >= MIN_RISK_DKK:
            known = {"low": position["on_hand_low"], "high": position["on_hand_high"]}
            reason = Reason("count_uncertain", {**known, "at_risk_dkk": at_risk})
        else:
            continue
        yield _Thing(row, "count", _shelf(position, say), "", 0.0, 0.0, say(reason), urgent=stale)
