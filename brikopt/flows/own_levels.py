"""The levels that somebody wants to try: a file like ``levels.csv``, checked row by row."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from brikopt.contract.cells import BoolArray, RawTable
from brikopt.contract.checking import Columns, Format, check_columns
from brikopt.contract.decimals import find_decimal_sign
from brikopt.contract.extract import Tables
from brikopt.contract.files import SUFFIXES, read_sent
from brikopt.contract.findings import Findings
from brikopt.contract.frames import good_rows
from brikopt.contract.headings import match_headings
from brikopt.contract.keys import check_keys, key_codes
from brikopt.contract.personal_numbers import refuse_personal_numbers
from brikopt.contract.rules import Rule
from brikopt.contract.tables import MOST_UNITS, InputColumn, InputTable, Kind
from brikopt.errors import BadInput

PLACE = ["cabinet_id", "item_id"]
LEVELS = ["min_level", "max_level", "brik_qty", "brik_count"]
OWN_LEVELS = InputTable(
    "levels",
    (
        InputColumn("cabinet_id", Kind.ID, required=True, refers_to="cabinets"),
        InputColumn("item_id", Kind.ID, required=True, refers_to="items"),
        InputColumn("new_min_level", Kind.WHOLE, required=True, high=MOST_UNITS),
        InputColumn("new_max_level", Kind.WHOLE, required=True, high=MOST_UNITS),
        InputColumn("new_brik_qty", Kind.WHOLE, high=MOST_UNITS),  # empty: no cards
        InputColumn("new_brik_count", Kind.WHOLE, high=MOST_UNITS),
    ),
    required=True,
    key=("cabinet_id", "item_id"),
)


def own_levels(path: Path, tables: Tables, positions: pd.DataFrame) -> pd.DataFrame:
    """Read levels to try.

    Parameters
    ----------
    path : Path
        A file with the columns of ``OWN_LEVELS``, in any form that extracts may have; others are left out.
    tables : Tables
        The region's cabinets and items.
    positions : DataFrame
        As from `brikopt.contract.positions.position_table`, of the whole region.

    Returns
    -------
    DataFrame
        cabinet_id, item_id and the columns of ``LEVELS`` (int64), one row a row of the file.

    Raises
    ------
    BadInput
        If the file can't be read, or a row breaks a rule; it names file, line, column and value of the first.

    Notes
    -----
    In a brik cabinet max = cards × units per card and min = one card less; elsewhere min lies below max; all zeros
    take the item out (contract, sections 1, 3 and 5). Whether the policy allows a level is not asked: trying is free.
    """
    raw, headings = _sent(path)
    known = {
        name: pa.array(getattr(tables, name)[f"{name[:-1]}_id"], pa.large_string()) for name in ("cabinets", "items")
    }
    numeric = [raw.columns[heading] for name, heading in headings.items() if OWN_LEVELS.column(name).kind is Kind.WHOLE]
    form = Format(raw.delimiter, find_decimal_sign(numeric, raw.delimiter), raw.encoding, "YYYY-MM-DD")
    columns, findings = check_columns(raw, headings, OWN_LEVELS, form, known)
    _check_levels(columns, findings, _places_of(columns, positions))
    check_keys(key_codes([columns.texts[name] for name in PLACE]), PLACE[0], raw.lines, findings)
    _stop_at_first(findings, raw, headings, path)
    frame = good_rows(OWN_LEVELS, columns, findings.good).fillna({"new_brik_qty": 0, "new_brik_count": 0})
    named = frame.rename(columns={f"new_{name}": name for name in LEVELS})
    return named.astype(dict.fromkeys(LEVELS, "int64"))


def _sent(path: Path) -> tuple[RawTable, dict[str, str]]:
    """Rows as sent, and the heading of each column."""
    if not path.is_file() or not path.name.casefold().endswith(SUFFIXES):
        endings = ", ".join(SUFFIXES)
        raise BadInput(f"--levels {path}", "there is no such file to read.", f"Name a file that ends in {endings}.")
    sent = read_sent(path, OWN_LEVELS)
    if sent.raw is None or not len(sent.raw.lines):
        raise BadInput(f"--levels {path}", "the file has no rows.", "Write one row for each level to try.")
    headings = match_headings(list(sent.raw.columns), OWN_LEVELS, sent.file)
    of_heading = {heading: column for column, heading in headings.of_column.items()}
    refuse_personal_numbers(sent.raw.columns, of_heading, OWN_LEVELS, sent.file)
    return sent.raw, headings.of_column


def _places_of(columns: Columns, positions: pd.DataFrame) -> pd.DataFrame:
    """What is known of each row's position; ``is_position`` tells whether there is one."""
    ids = {name: np.array(columns.texts[name].values.to_pylist())[columns.texts[name].codes] for name in PLACE}
    known = positions[[*PLACE, "pack_size", "is_brik"]].assign(is_position=True)
    found = pd.DataFrame(ids).astype("str").merge(known, how="left", on=PLACE)
    return found.astype({"pack_size": "float64"}).assign(
        is_position=found["is_position"].notna(), is_brik=found["is_brik"].eq(True)
    )


def _check_levels(columns: Columns, findings: Findings, places: pd.DataFrame) -> None:
    """Mark rows without a position, and levels and cards that contradict each other."""
    low, high = (columns.numbers[f"new_{name}"] for name in ("min_level", "max_level"))
    qty, count = (np.nan_to_num(columns.numbers[f"new_{name}"]) for name in ("brik_qty", "brik_count"))
    findings.mark(~places["is_position"].to_numpy(), "item_id", Rule.UNKNOWN_ID, "positions")
    stays = (low > 0) | (high > 0) | (qty > 0) | (count > 0)
    brik, pack = places["is_brik"].to_numpy() & stays, places["pack_size"].to_numpy()
    _mark(findings, brik & (qty < 1), "new_brik_qty", Rule.TOO_SMALL, np.ones(len(low)))
    _mark(findings, brik & (np.mod(qty, pack) != 0), "new_brik_qty", Rule.NOT_WHOLE_PACKS, pack)
    _mark(findings, brik & (count < 1), "new_brik_count", Rule.TOO_SMALL, np.ones(len(low)))
    _mark(findings, brik & (high != count * qty), "new_max_level", Rule.MAX_NOT_CARDS, count * qty)
    _mark(findings, brik & (low != (count - 1) * qty), "new_min_level", Rule.MIN_NOT_CARDS, (count - 1) * qty)
    by_eye = ~places["is_brik"].to_numpy() & stays
    _mark(findings, by_eye & (qty > 0), "new_brik_qty", Rule.TOO_LARGE, np.zeros(len(low)))
    _mark(findings, by_eye & (count > 0), "new_brik_count", Rule.TOO_LARGE, np.zeros(len(low)))
    # Min at max orders only once max is passed: never.
    _mark(findings, by_eye & (high <= low), "new_max_level", Rule.TOO_SMALL, low + 1)


def _mark(
    findings: Findings, bad: BoolArray, column: str, rule: Rule, expected: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> None:
    rows = np.flatnonzero(bad & findings.good)
    findings.mark_each(rows, column, rule, [f"{expected[row]:.0f}" for row in rows])


def _stop_at_first(findings: Findings, raw: RawTable, headings: Mapping[str, str], path: Path) -> None:
    bad = findings.rejected_rows(raw, dict(headings), path.name, "en")
    if not len(bad):
        return
    first = bad.iloc[0]
    column = f", column {first['column']}" if first["column"] else ""
    others = f" {len(bad) - 1} more rows break a rule." if len(bad) > 1 else ""
    raise BadInput(
        f"{path.name}, line {first['line']}{column}", f"'{first['value']}' {first['rule']}.", first["advice"] + others
    )
