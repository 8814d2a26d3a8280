"""A folder of extracts -> the checked tables, the rows that are no good, and what was found on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from brikopt.contract.agreement import check_levels, check_period
from brikopt.contract.cells import RawTable
from brikopt.contract.checking import Columns, Format, check_columns
from brikopt.contract.dates import dated_from, find_date_style
from brikopt.contract.decimals import find_decimal_sign
from brikopt.contract.extract import DATED_BY, Extract, Tables
from brikopt.contract.files import SentTable, find_files, read_sent
from brikopt.contract.findings import Findings, rejected_frame
from brikopt.contract.frames import (
    fill_orders,
    fill_positions,
    fill_wards,
    good_rows,
    rows_without_position,
)
from brikopt.contract.headings import match_headings
from brikopt.contract.keys import check_keys, check_replacements, key_codes
from brikopt.contract.personal_numbers import refuse_personal_numbers
from brikopt.contract.rules import Language
from brikopt.contract.tables import EVENTS, INPUTS, InputTable, Kind
from brikopt.errors import BadInput

MOST_REJECTED = 0.2  # share of a table's rows; more of them, and the run stops


@dataclass(frozen=True, slots=True)
class TableRecord:
    """What was found in one file.

    Parameters
    ----------
    name : str
        Table.
    file : str
        Name of the file; empty if there is none.
    sha256 : str
        Hash of its bytes; empty if there is none.
    rows, good, rejected, set_aside : int
        Rows read; of these good, bad, and dated on or after the moment of decision.
    unknown_columns : tuple of str
        Headings that the table does not have; they are left out.
    format : Format or None
        How the file is written; None if there is none.
    """

    name: str
    file: str = ""
    sha256: str = ""
    rows: int = 0
    good: int = 0
    rejected: int = 0
    set_aside: int = 0
    unknown_columns: tuple[str, ...] = ()
    format: Format | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """Everything that a set of extracts gives.

    Parameters
    ----------
    extract : Extract
        The good rows.
    as_of : date
        The moment of decision.
    rejected : DataFrame
        Columns of ``rejected_rows.csv``, tables in the order of the contract, then by line.
    tables : tuple of TableRecord
        One for each input table, missing ones included.
    without_position : dict of str to int
        Table -> rows of a known cabinet and item that have no position (any more).
    """

    extract: Extract
    as_of: date
    rejected: pd.DataFrame
    tables: tuple[TableRecord, ...]
    without_position: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Checked:
    record: TableRecord
    frame: pd.DataFrame
    rejected: pd.DataFrame


def read_extracts(data_dir: Path, *, as_of: date | None = None, lang: Language = "da") -> Intake:
    """Read and check a folder of extracts.

    Parameters
    ----------
    data_dir : Path
        One file a table (contract, section 2).
    as_of : date, optional
        Moment of decision; rows dated on it or later are set aside unseen. Default: the day after the newest
        good row of the event tables.
    lang : {"da", "en"}
        Language of rule and advice in the rejected rows.

    Returns
    -------
    Intake
        Good rows, rejected rows, and a record of each file.

    Raises
    ------
    BadInput
        Where the contract says that a run stops.
    """
    files = find_files(data_dir)
    checked: dict[str, _Checked] = {}
    for table in INPUTS:
        sent = read_sent(files[table.name], table) if table.name in files else SentTable("", "", None)
        frames = {name: done.frame for name, done in checked.items()}
        checked[table.name] = _check(table, sent, frames, as_of, lang)
    frames = {name: done.frame for name, done in checked.items()}
    frames["wards"] = fill_wards(frames["wards"], frames["cabinets"])
    decided = as_of or day_after_newest(frames)
    filled = [done.rejected for done in checked.values() if len(done.rejected)]
    return Intake(
        extract=Extract(Tables(**frames, as_of=decided)),
        as_of=decided,
        rejected=pd.concat(filled, ignore_index=True) if filled else rejected_frame([]),
        tables=tuple(done.record for done in checked.values()),
        without_position={
            name: rows_without_position(frames[name], frames["positions"])
            for name in EVENTS
            if "cabinet_id" in frames[name]
        },
    )


def day_after_newest(frames: Mapping[str, pd.DataFrame]) -> date:
    """Return the day after the newest row of the event tables.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        Good rows of each table.

    Returns
    -------
    date
        The default moment of decision.

    Raises
    ------
    BadInput
        If no event table has a row.
    """
    newest = [frames[name][DATED_BY[name]].max() for name in EVENTS if len(frames[name])]
    if not newest:
        raise BadInput(
            "--as-of", "no table has a dated row, so there is no newest record.", "Give --as-of YYYY-MM-DD."
        )
    return max(newest).date() + timedelta(days=1)


def _check(
    table: InputTable, sent: SentTable, frames: Mapping[str, pd.DataFrame], as_of: date | None, lang: Language
) -> _Checked:
    """Check one table against its rules and the good rows of the tables before it."""
    if sent.raw is None:
        if table.required:
            raise _no_rows(sent.file, table)
        return _Checked(_record(table, sent), _no_frame(table), rejected_frame([]))
    headings, unknown = _headings(sent.raw, table, sent.file)
    raw = _before(sent.raw, headings.get(DATED_BY.get(table.name, "")), as_of)
    if table.required and not len(raw.lines):
        raise _no_rows(sent.file, table)
    form = _format(raw, headings, table, sent.file)
    ids = {
        name: pa.array(frames[name][f"{name[:-1]}_id"], pa.large_string())
        for name in _MASTERS
        if name in frames
    }
    columns, findings = check_columns(raw, headings, table, form, ids)
    _check_between(table, columns, findings, raw, frames)
    _stop_if_too_many(findings, raw, sent.file)
    good = findings.good
    rejected = findings.rejected_rows(raw, headings, sent.file, lang)
    record = replace(
        _record(table, sent),
        rows=len(sent.raw.lines),
        good=int(good.sum()),
        rejected=len(rejected),
        set_aside=len(sent.raw.lines) - len(raw.lines),
        unknown_columns=unknown,
        format=form,
    )
    return _Checked(record, _filled(table, good_rows(table, columns, good), frames), rejected)


_MASTERS = ("wards", "cabinets", "items")


def _record(table: InputTable, sent: SentTable) -> TableRecord:
    return TableRecord(table.name, sent.file, sent.sha256)


def _no_rows(file: str, table: InputTable) -> BadInput:
    return BadInput(
        file, f"table {table.name} has no rows before the moment of decision.", "Export it with its rows."
    )


def _no_frame(table: InputTable) -> pd.DataFrame:
    types = {Kind.DATE: "datetime64[s]", Kind.FLAG: "bool", Kind.NUMBER: "float64", Kind.WHOLE: "float64"}
    return pd.DataFrame(
        {
            column.name: pd.Series(
                dtype="int64"
                if column.kind is Kind.WHOLE and column.required
                else types.get(column.kind, "str")
            )
            for column in table.columns
        }
    )


def _headings(raw: RawTable, table: InputTable, file: str) -> tuple[dict[str, str], tuple[str, ...]]:
    headings = match_headings(list(raw.columns), table, file)
    of_heading = {heading: column for column, heading in headings.of_column.items()}
    refuse_personal_numbers(raw.columns, of_heading, table, file)
    return headings.of_column, headings.unknown


def _before(raw: RawTable, dated_by: str | None, as_of: date | None) -> RawTable:
    """Set rows aside that are dated on or after the moment of decision."""
    if dated_by is None or as_of is None:
        return raw
    cells = raw.columns[dated_by]
    later = dated_from(cells.values, np.datetime64(as_of))[cells.codes]
    return raw.take(~later) if later.any() else raw


def _format(raw: RawTable, headings: Mapping[str, str], table: InputTable, file: str) -> Format:
    sent = {
        column.name: raw.columns[headings[column.name]] for column in table.columns if column.name in headings
    }
    numeric = [cells for name, cells in sent.items() if table.column(name).kind in (Kind.WHOLE, Kind.NUMBER)]
    dated = {name: cells for name, cells in sent.items() if table.column(name).kind is Kind.DATE}
    style = find_date_style(dated.values())
    if style.month_first:
        raise BadInput(
            f"{file}, column {', '.join(dated)}",
            "the dates are written month first (MM/DD/YYYY).",
            "Export them as YYYY-MM-DD or DD-MM-YYYY.",
        )
    return Format(raw.delimiter, find_decimal_sign(numeric, raw.delimiter), raw.encoding, style.order)


def _check_between(
    table: InputTable, columns: Columns, findings: Findings, raw: RawTable, frames: Mapping[str, pd.DataFrame]
) -> None:
    """Look at the rules between columns, then between rows."""
    if table.name == "wards":
        check_period(columns, findings)
    if table.name == "items":
        check_replacements(columns.texts["item_id"], columns.texts["replaced_by"], findings)
    if table.name == "positions":
        check_levels(columns, findings, frames["cabinets"], frames["items"])
    if table.key:
        keys = key_codes([columns.texts[name] for name in table.key])
        check_keys(keys, table.key[0], raw.lines, findings)


def _stop_if_too_many(findings: Findings, raw: RawTable, file: str) -> None:
    bad = int((~findings.good).sum())
    if bad <= MOST_REJECTED * len(raw.lines):
        return
    breach, row = findings.commonest()
    rule, advice = breach.rule.sentence(breach.detail, "en")
    column = f", column {breach.column}" if breach.column else ""
    raise BadInput(
        f"{file}, line {int(raw.lines[row])}{column}",
        f"{bad} of {len(raw.lines)} rows break the rules, more than {MOST_REJECTED:.0%}; most often: {rule}.",
        advice,
    )


def _filled(table: InputTable, frame: pd.DataFrame, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    if table.name == "positions":
        return fill_positions(frame, frames["cabinets"])
    if table.name == "orders":
        return fill_orders(frame, frames["cabinets"])
    return frame
