"""Rules and doubts of the tables that move goods: quantities, repeated rows, returns and dates before the delivery."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.contract.cells import BoolArray, RawTable, places_among
from brikopt.contract.checking import Columns
from brikopt.contract.findings import Findings
from brikopt.contract.quantities import impossible_quantities
from brikopt.contract.repeated import find_repeated
from brikopt.contract.rules import Rule

_BELOW_ZERO = re.compile(r"-\s*([0-9]{1,9})|([0-9]{1,9})\s*-")
FloatArray = NDArray[np.float64]

_FEWEST_CARDS, _MANY_CARDS = 3, 0.02  # lines rejected for their number, and their share of all: more than slips
_NEARLY_ALL = 0.9
_REPEATABLE = ("deliveries", "discards")  # tables without a key, of which two like rows count twice


def check_goods(
    name: str,
    columns: Columns,
    findings: Findings,
    raw: RawTable,
    headings: Mapping[str, str],
    frames: Mapping[str, pd.DataFrame],
    max_quantity_factor: float,
) -> None:
    """Mark what can't be in a table of goods, and tell what may be meant.

    Parameters
    ----------
    name : str
        Table.
    columns : Columns
        Its cells, read; a delivery's expiry date before its day is taken out.
    findings : Findings
        Gets the breaches, and what is odd.
    raw : RawTable
        The rows as sent.
    headings : mapping of str to str
        Column -> heading in the file.
    frames : mapping of str to DataFrame
        Good rows of the tables before it.
    max_quantity_factor : float
        As for `impossible_quantities`.
    """
    impossible = impossible_quantities(columns, findings.good, frames, max_quantity_factor)
    findings.mark(impossible, "quantity", Rule.IMPOSSIBLE, f"max_quantity_factor {max_quantity_factor:g}")
    impossible |= findings.broken(Rule.TOO_LARGE)
    if impossible.any():
        example = float(columns.numbers["quantity"][np.argmax(impossible)])
        findings.tell("quantity_impossible", "high", impossible, raw, example=example)
    price = _prices(columns, frames["items"])
    if name in _REPEATABLE:
        _check_repeated(name, columns, findings, raw, frames, price)
    if name == "uses":
        _tell_uses_twice(columns, findings, raw, price)
    if name == "orders":
        _tell_line_a_card(columns, findings, raw, frames)
    _tell_returns(name, findings, raw, headings.get("quantity", ""), price)
    if name == "deliveries":
        _check_expiry(columns, findings, raw, price)


def check_whole_file(columns: Columns, findings: Findings, raw: RawTable) -> BoolArray:
    """Mark the rows that stand there because the whole file does twice; return which are like an earlier one."""
    repeated = find_repeated(columns, findings.good)
    if repeated.surplus.any():
        findings.mark(repeated.surplus, "", Rule.REPEATED)
        findings.tell("file_twice", "high", repeated.surplus, raw)
    return repeated.again & findings.good


def _prices(columns: Columns, items: pd.DataFrame) -> FloatArray:
    """DKK of a unit of each row's item, 0 where it is unknown; shape (n_rows,)."""
    cells = columns.texts["item_id"]
    known = np.append(np.nan_to_num(items["unit_price_dkk"].to_numpy(np.float64)), 0.0)
    found: FloatArray = known[places_among(cells.values, items["item_id"])][cells.codes]
    return found


def _dkk(columns: Columns, rows: BoolArray, price: FloatArray) -> float:
    return float((np.nan_to_num(columns.numbers["quantity"]) * price)[rows].sum())


def _tell_line_a_card(columns: Columns, findings: Findings, raw: RawTable, frames: Mapping[str, pd.DataFrame]) -> None:
    """Tell of lines rejected for their number that are one card each: the export writes a line a card, not a scan."""
    again = findings.broken(Rule.DUPLICATE)
    positions = frames["positions"]
    with_cards = positions.loc[positions["brik_count"] > 1, ["cabinet_id", "item_id", "brik_qty"]]
    if again.sum() < _FEWEST_CARDS or not len(with_cards):
        return
    rows = np.flatnonzero(again)
    lines = pd.DataFrame({name: _texts(columns, name, rows) for name in ("cabinet_id", "item_id")})
    card = lines.merge(with_cards.astype({"cabinet_id": object, "item_id": object}), how="left")["brik_qty"]
    one = (card == columns.numbers["quantity"][rows]).to_numpy()
    if one.mean() >= _NEARLY_ALL and one.sum() >= _MANY_CARDS * len(again):
        a_card = np.zeros(len(again), dtype=np.bool_)
        a_card[rows[one]] = True
        findings.tell("line_a_card", "high", a_card, raw, units=float(columns.numbers["quantity"][a_card].sum()))


def _check_repeated(
    name: str,
    columns: Columns,
    findings: Findings,
    raw: RawTable,
    frames: Mapping[str, pd.DataFrame],
    price: FloatArray,
) -> None:
    """Leave out a delivery that comes again though it was ordered once; tell of other rows that are alike."""
    again = check_whole_file(columns, findings, raw) & (columns.numbers["quantity"] > 0)
    if not again.any():
        return
    if name != "deliveries":
        findings.tell("row_maybe_repeated", "low", again, raw, dkk=_dkk(columns, again, price))
        return
    certain, parts = _held_against_orders(columns, findings.good, again, frames["orders"])
    findings.mark(certain, "", Rule.REPEATED)
    findings.tell("row_repeated", "middle", certain, raw, dkk=_dkk(columns, certain, price))
    unsure = again & ~certain & ~parts
    findings.tell("row_maybe_repeated", "middle", unsure, raw, dkk=_dkk(columns, unsure, price))


def _tell_uses_twice(columns: Columns, findings: Findings, raw: RawTable, price: FloatArray) -> None:
    """Tell of scans that all stand twice; a single one may, as two units taken one after another do."""
    twice = find_repeated(columns, findings.good).surplus
    if twice.any():
        findings.tell("uses_twice", "high", twice, raw, dkk=_dkk(columns, twice, price))


def _held_against_orders(
    columns: Columns, good: BoolArray, again: BoolArray, orders: pd.DataFrame
) -> tuple[BoolArray, BoolArray]:
    """Tell which repeated deliveries are more than was ordered, and which are parts of one order line.

    Returns
    -------
    tuple of ndarray of bool, shape (n_rows,)
        Certain: with them the line has got more than it ordered, without them it has not. Parts: with them it hasn't.
    """
    keys = ["order_id", "cabinet_id", "item_id"]
    codes = columns.texts["order_id"].codes
    rows = np.flatnonzero(good & np.isin(codes, codes[again]))
    lines = pd.DataFrame({name: _texts(columns, name, rows) for name in keys})
    lines = lines.assign(units=columns.numbers["quantity"][rows], again=again[rows])
    asked_for = orders.loc[orders["order_id"].isin(lines["order_id"].unique()), [*keys, "quantity"]]
    ordered = asked_for.drop_duplicates(keys).astype(dict.fromkeys(keys, object))
    lines = lines.merge(ordered, how="left", on=keys)
    got = lines.groupby(keys)["units"].transform("sum")
    once = lines["units"].where(~lines["again"], 0).groupby([lines[key] for key in keys]).transform("sum")
    known = (lines["order_id"] != "") & lines["quantity"].notna()
    certain, parts = np.zeros(len(good), dtype=np.bool_), np.zeros(len(good), dtype=np.bool_)
    certain[rows] = (known & lines["again"] & (got > lines["quantity"]) & (once <= lines["quantity"])).to_numpy()
    parts[rows] = (known & (got <= lines["quantity"])).to_numpy()
    return certain, parts & again


def _texts(columns: Columns, name: str, rows: NDArray[np.int64]) -> NDArray[np.object_]:
    cells = columns.texts[name]
    return np.asarray(cells.values.to_pylist(), dtype=object)[cells.codes[rows]]


def _tell_returns(name: str, findings: Findings, raw: RawTable, heading: str, price: FloatArray) -> None:
    """Tell of negative quantities, also with the sign behind the number: goods that went back are still counted."""
    bad = findings.broken(Rule.NEGATIVE, Rule.NUMBER)
    if not bad.any() or heading not in raw.columns:
        return
    rows = np.flatnonzero(bad)
    units = np.array([_below_zero(raw.columns[heading].at(int(row)).strip()) for row in rows])
    negative = np.zeros(len(bad), dtype=np.bool_)
    negative[rows[units > 0]] = True
    dkk = float(units @ price[rows])
    findings.tell(
        "returns" if name == "deliveries" else "negative", "middle", negative, raw, units=float(units.sum()), dkk=dkk
    )


def _below_zero(text: str) -> float:
    """Return how far a text is below 0: 5 for "-5" and "5-"; 0 for any other."""
    found = _BELOW_ZERO.fullmatch(text)
    return float(found[1] or found[2]) if found else 0.0


def _check_expiry(columns: Columns, findings: Findings, raw: RawTable, price: FloatArray) -> None:
    """Take a date before the delivery for unknown, as nobody delivers what is out of date; tell of one on its day."""
    expiry, delivered = columns.days["expiry_date"], columns.days["delivered_at"]
    before = findings.good & (expiry < delivered)
    if before.any():
        example = expiry[np.argmax(before)].item().date()
        dkk = _dkk(columns, before, price)
        findings.tell("expired_on_arrival", "middle", before, raw, example=example, dkk=dkk)
        columns.days["expiry_date"] = np.where(before, np.datetime64("NaT"), expiry)
    findings.tell("expires_on_arrival", "low", findings.good & (expiry == delivered), raw)
