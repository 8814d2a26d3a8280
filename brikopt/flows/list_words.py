"""The reasons of the lists in words: of flags, levels, moves, risks, loans and dead goods."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from brikopt.counts import count_reason
from brikopt.dead_stock import dead_reasons
from brikopt.reason import Reason
from brikopt.reports.sections import promise_broken
from brikopt.schedule import DAYS_PER_MONTH
from brikopt.supply_risk import lender_reason, risk_reasons

Say = Callable[[Reason], str]
Row = Mapping[Any, Any]  # a record of a table
Place = tuple[str, str]  # cabinet and item

LIKELY_DEAD = 0.5  # from here on a move says that the goods are dead where they lie
# Reasons that say why a broken promise stays broken.
STAYS_BROKEN = frozenset({"keep_not_raised", "keep_unreachable", "keep_dearer", "keep_little_at_stake"})
NOTICEABLE_UNITS = 0.05  # a month: fewer missing than that aren't worth a word


def together(reasons: Sequence[Reason | None], say: Say) -> str:
    """Say several reasons one after the other."""
    return " ".join(say(reason) for reason in reasons if reason is not None)


def places_of(positions: pd.DataFrame) -> dict[Place, Row]:
    """Look positions up by cabinet and item."""
    return {(row["cabinet_id"], row["item_id"]): row for row in positions.to_dict("records")}


def level_words(reason: Reason, position: Row, say: Say) -> str:
    """Say why a level stays or changes, with what a raise costs, and that a promise is broken where it is.

    Parameters
    ----------
    reason : Reason
        As the step that chose the level gives it.
    position : mapping
        Figures of the position.
    say : callable
        Puts a reason into words.

    Returns
    -------
    str
    """
    fill_rate, promised = float(position["fill_rate"]), float(position["min_fill_rate"])
    if position["action"] == "raise":
        return together([reason, _cost_of_raise(position)], say)
    if position["action"] != "keep" or not promise_broken(fill_rate, promised):
        return say(reason)
    broken = Reason("below_promise", {"fill_rate": fill_rate, "promised_fill_rate": promised})
    if reason.code == "keep_best":  # it would say that the level fits
        return together([broken, Reason("keep_below_promise", {})], say)
    if reason.code in STAYS_BROKEN:
        return together([broken, reason], say)
    return together([reason, broken], say)


def _cost_of_raise(position: Row) -> Reason:
    """What is missed today, and what mending it costs an accountant."""
    short = (1.0 - float(position["fill_rate"])) * float(position["demand_per_day_mean"]) * DAYS_PER_MONTH
    saving = {"saving_dkk": float(position["saving_dkk_per_year"])}
    if short < NOTICEABLE_UNITS:
        return Reason("raise_costs", saving)
    return Reason("raise_costs_short", saving | {"short_per_month": short})


def with_move_reasons(moves: pd.DataFrame, by_place: Mapping[Place, Row], say: Say) -> pd.DataFrame:
    """Add to ``transfers`` why each move is worth it."""
    reasons = [
        say(
            _move_reason(
                move,
                by_place[move["from_cabinet_id"], move["item_id"]],
                by_place[move["to_cabinet_id"], move["item_id"]],
            )
        )
        for move in moves.to_dict("records")
    ]
    return moves.assign(reason=pd.array(reasons, "str"))


def _move_reason(move: Row, giver: Row, taker: Row) -> Reason:
    facts = {
        "units": int(move["units"]),
        "to_ward": taker["ward_name"],
        "to_cabinet": taker["cabinet_id"],
        "use_per_month": float(taker["demand_per_day_mean"]) * DAYS_PER_MONTH,
        "own_use_per_month": float(giver["demand_per_day_mean"]) * DAYS_PER_MONTH,
        "p_dead": float(giver["p_dead"]),
        "saved_units": float(move["expected_saved_units"]),
        "saved_dkk": float(move["expected_saved_dkk"]),
    }
    dated = not pd.isna(move["earliest_expiry"])
    if dated:
        known = giver["expiry_known"] and move["earliest_expiry"] == giver["earliest_expiry"]
        facts |= {"earliest_expiry": move["earliest_expiry"].date(), "expiry_known": bool(known)}
    if giver["p_dead"] < LIKELY_DEAD and dated:
        return Reason("move", facts)
    return Reason("move_dead_dated" if dated else "move_dead", facts)


def with_risk_reasons(
    at_risk: pd.DataFrame, lending: pd.DataFrame, by_place: Mapping[Place, Row], say: Say
) -> pd.DataFrame:
    """Add to ``supply_risk`` why each position may run out."""
    first = lending.drop_duplicates(["cabinet_id", "item_id"]).to_dict("records")
    lenders = {(row["cabinet_id"], row["item_id"]): row for row in first}
    keys = list(zip(at_risk["cabinet_id"], at_risk["item_id"], strict=True))
    reasons = [together(risk_reasons(by_place[key], lenders.get(key)), say) for key in keys]
    return at_risk.assign(reason=pd.array(reasons, "str"))


def with_lender_reasons(lending: pd.DataFrame, by_place: Mapping[Place, Row], say: Say) -> pd.DataFrame:
    """Add to ``lenders`` what each of them can do without, and why."""
    keys = zip(lending["lender_cabinet_id"], lending["item_id"], strict=True)
    return lending.assign(reason=pd.array([say(lender_reason(by_place[key])) for key in keys], "str"))


def with_count_reasons(counts: pd.DataFrame, by_place: Mapping[Place, Row], say: Say) -> pd.DataFrame:
    """Add to ``counts_worth_making`` what each look is worth, and why."""
    reasons = [say(count_reason(row, by_place[row["cabinet_id"], row["item_id"]])) for row in counts.to_dict("records")]
    return counts.assign(reason=pd.array(reasons, "str"))


def with_dead_reasons(dead: pd.DataFrame, moves: pd.DataFrame, by_place: Mapping[Place, Row], say: Say) -> pd.DataFrame:
    """Add to ``dead_stock`` why goods may be dead, and where they could go."""
    largest: dict[Place, Row] = {}
    for move in moves.sort_values("units", ascending=False, kind="stable").to_dict("records"):
        largest.setdefault((move["from_cabinet_id"], move["item_id"]), move)
    reasons = []
    for row in dead.to_dict("records"):
        key = row["cabinet_id"], row["item_id"]
        best = largest.get(key)
        taker = by_place[best["to_cabinet_id"], best["item_id"]] if best else None
        reasons.append(together(dead_reasons(row, by_place[key], best, taker), say))
    return dead.assign(reason=pd.array(reasons, "str"))
