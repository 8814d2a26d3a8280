"""What there is to do at a cabinet: goods to take out, use, move, other levels, and shelves to count."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from brikopt.expiry.out_of_date import reason as out_of_date_reason
from brikopt.policy import Lists
from brikopt.reason import Reason
from brikopt.reports.deeds import deed
from brikopt.reports.sections import COUNT, EXPIRES, PROMISE, TAKE_OUT, section_of

Say = Callable[[Reason], str]
Row = Mapping[Any, Any]  # a record of a table

# Minutes of work at the cabinet, our own estimates: every date of a shelf read, a card or label changed, goods moved,
# a shelf counted.
MINUTES = {
    "take_out": 3.0,
    "use_first": 1.0,
    "move": 8.0,
    "raise": 2.0,
    "trim": 2.0,
    "remove": 3.0,
    "count": 3.0,
}
DAYS_PER_YEAR = 365.0


@dataclass(frozen=True, slots=True)
class Found:
    """What the steps found of every position; lists have one entry a row of ``positions``.

    Parameters
    ----------
    positions : DataFrame
        Position table with the figures of all steps beside it.
    level_reasons : sequence of str
        Why each level stays or changes, in words.
    phrases : sequence of tuple of Reason
        Level today and new level.
    out_of_date : DataFrame
        Columns of ``out_of_date.csv``, indexed as the positions.
    transfers : DataFrame
        Columns of ``transfers.csv``.
    counts : DataFrame
        Columns of ``counts_worth_making.csv``.
    horizon_days : int
        How far the expiry forecast looks.
    disposal_per_unit : float
        DKK on top of the price when a unit is thrown away.
    """

    positions: pd.DataFrame
    level_reasons: Sequence[str]
    phrases: Sequence[tuple[Reason, Reason]]
    out_of_date: pd.DataFrame
    transfers: pd.DataFrame
    counts: pd.DataFrame
    horizon_days: int
    disposal_per_unit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """Something to do at a cabinet.

    Parameters
    ----------
    row : int
        The position's.
    action, before, after, reason : str
        As in ``trim_list.csv``.
    section : str
        One of `brikopt.reports.sections.SECTIONS`.
    ahead : float
        Within the section, more comes first whatever it is worth.
    worth : float
        Of equals, more comes first.
    saving_dkk_per_year, saving_co2e_kg_per_year : float
        What an accountant would find, and its CO2e.
    short_units_avoided_per_year, risk_value_dkk_per_year : float
        Units no longer wanted in vain, and what they and kept promises are worth at the policy's prices.
    """

    row: int
    action: str
    before: str
    after: str
    reason: str
    section: str
    ahead: float = 0.0
    worth: float = 0.0
    saving_dkk_per_year: float = 0.0
    saving_co2e_kg_per_year: float = 0.0
    short_units_avoided_per_year: float = 0.0
    risk_value_dkk_per_year: float = 0.0


def things_to_do(found: Found, bounds: Lists, say: Say) -> Iterator[Thing]:
    """Gather everything that there is to do, in no order.

    Parameters
    ----------
    found : Found
        What the steps found.
    bounds : Lists
        From where on something is worth a line.
    say : callable
        Puts a reason into words.

    Yields
    ------
    Thing
    """
    rows = found.positions.to_dict("records")
    row_of = {(position["cabinet_id"], position["item_id"]): row for row, position in enumerate(rows)}
    yield from _out_of_date(found, rows, say)
    yield from _use_first(found, rows, bounds, say)
    yield from _moves(found, rows, row_of, say)
    yield from _level_changes(found, rows, say)
    yield from _counts(found, rows, row_of, say)


def _shelf(position: Row, say: Say) -> str:
    return say(Reason("shelf_units", {"units": position["on_hand_mean"]}))


def _out_of_date(found: Found, rows: Sequence[Row], say: Say) -> Iterator[Thing]:
    """The surest first, of equally sure ones the dearest: they lie there because nobody needed them yet."""
    for row, goods in zip(found.out_of_date.index, found.out_of_date.to_dict("records"), strict=True):
        yield Thing(
            row=int(row),
            action="take_out",
            before=_shelf(rows[row], say),
            after=say(Reason("out_of_date_units", {"units": max(round(goods["units"]), 1)})),
            reason=goods["reason"],
            section=TAKE_OUT,
            ahead=float(rows[row]["critical"]) + round(goods["p_out_of_date"], 1),
            worth=goods["value_dkk"],
        )


def take_out_words(goods: pd.DataFrame, on_hand: pd.Series, say: Say) -> list[str]:
    """Say of each row of ``out_of_date`` why it should be taken out; ``on_hand`` are the units on the shelf."""
    columns = (goods[name] for name in ("units", "p_out_of_date", "expiry", "expiry_known"))
    return [
        say(out_of_date_reason(float(units), float(lies), float(chance), day.date(), bool(known)))
        for lies, units, chance, day, known in zip(on_hand.loc[goods.index], *columns, strict=True)
    ]


def _use_first(found: Found, rows: Sequence[Row], bounds: Lists, say: Say) -> Iterator[Thing]:
    """Where putting the oldest in front saves goods, because people reach for the newest."""
    for row, position in enumerate(rows):
        units = position["rotated_units"]
        yearly = units * DAYS_PER_YEAR / found.horizon_days
        saving = yearly * (position["unit_price_dkk"] + found.disposal_per_unit)
        if units < bounds.least_units or saving < bounds.least_saving_dkk or position["earliest_expiry"] is pd.NaT:
            continue
        earliest = position["earliest_expiry"].date()
        facts = {
            "units": position["on_hand_mean"],
            "earliest_expiry": earliest,
            "expiry_known": position["expiry_known"],
            "expired_units": units,
        }
        yield Thing(
            row=row,
            action="use_first",
            before=_shelf(position, say),
            after=say(Reason("oldest_first", {"earliest_expiry": earliest})),
            reason=say(Reason("use_first", facts)),
            section=EXPIRES,
            worth=saving / MINUTES["use_first"],
            saving_dkk_per_year=saving,
            saving_co2e_kg_per_year=yearly * position["co2e_kg_per_unit"],
        )


def _moves(found: Found, rows: Sequence[Row], row_of: Mapping[tuple[str, str], int], say: Say) -> Iterator[Thing]:
    for move in found.transfers.to_dict("records"):
        giver = row_of[move["from_cabinet_id"], move["item_id"]]
        taker = rows[row_of[move["to_cabinet_id"], move["item_id"]]]
        yield Thing(
            row=giver,
            action="move",
            before=_shelf(rows[giver], say),
            after=say(Reason("cabinet", {"cabinet_id": taker["cabinet_id"], "ward_name": taker["ward_name"]})),
            reason=move["reason"],
            section=EXPIRES,
            worth=move["expected_saved_dkk"] / MINUTES["move"],
            saving_dkk_per_year=move["expected_saved_dkk"],
            saving_co2e_kg_per_year=move["expected_saved_units"] * taker["co2e_kg_per_unit"],
        )


def _level_changes(found: Found, rows: Sequence[Row], say: Say) -> Iterator[Thing]:
    """Promises broken today come before what is only worth its kroner, those of critical goods first."""
    for row, position in enumerate(rows):
        action = position["action"]
        if action == "keep":
            continue
        today, new = found.phrases[row]
        todo, why = deed(today, new), found.level_reasons[row]
        fewer = position["expired_units_per_year"] - position["new_expired_units_per_year"]
        section = section_of(action, position["fill_rate"], position["min_fill_rate"])
        mends = section == PROMISE
        worth = position["risk_value_dkk_per_year" if mends else "saving_dkk_per_year"]
        yield Thing(
            row=row,
            action=action,
            before=say(today),
            after=say(new),
            reason=why if todo is None else f"{say(todo)} {why}",
            section=section,
            ahead=float(mends and position["critical"]),
            worth=worth / MINUTES[action],
            saving_dkk_per_year=position["saving_dkk_per_year"],
            saving_co2e_kg_per_year=fewer * position["co2e_kg_per_unit"],
            short_units_avoided_per_year=position["short_units_avoided_per_year"],
            risk_value_dkk_per_year=position["risk_value_dkk_per_year"],
        )


def _counts(found: Found, rows: Sequence[Row], row_of: Mapping[tuple[str, str], int], say: Say) -> Iterator[Thing]:
    """What a count is worth is the value of knowing, which nobody can book: it ranks, and is no saving."""
    for count in found.counts.to_dict("records"):
        row = row_of[count["cabinet_id"], count["item_id"]]
        yield Thing(
            row=row,
            action="count",
            before=_shelf(rows[row], say),
            after="",
            reason=count["reason"],
            section=COUNT,
            worth=count["value_dkk_per_year"] / count["minutes"],
        )
