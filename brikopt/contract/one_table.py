"""One input table: from its file to good rows and bad ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from brikopt.contract.agreement import check_levels, check_old_levels, check_period
from brikopt.contract.cells import Cells, RawTable
from brikopt.contract.checking import Columns, Format, check_columns
from brikopt.contract.dates import dated_from, find_date_style
from brikopt.contract.decimals import find_decimal_sign
from brikopt.contract.extract import DATED_BY
from brikopt.contract.files import SentTable
from brikopt.contract.findings import Findings, rejected_frame
from brikopt.contract.frames import fill_orders, fill_positions, good_rows, in_order_of_time, no_rows
from brikopt.contract.goods import check_goods, check_whole_file
from brikopt.contract.headings import match_headings
from brikopt.contract.keys import check_keys, check_replacements, key_codes, unknown_among
from brikopt.contract.personal_numbers import refuse_personal_numbers
from brikopt.contract.quality.doubts import doubtful_dates, doubtful_numbers
from brikopt.contract.quality.oddities import Oddity
from brikopt.contract.quantities import MAX_QUANTITY_FACTOR
from brikopt.contract.rules import Language, Rule
from brikopt.contract.tables import InputTable, Kind
from brikopt.errors import BadInput

MOST_REJECTED = 0.2  # share of a table's rows; more of them, and the run stops
_WITH_QUANTITY = ("orders", "deliveries", "counts", "discards", "uses")
_PERIODS = {"wards": ("valid_from", "valid_to"), "back_orders": ("from", "until")}
_MASTERS = {"wards": "ward_id", "cabinets": "cabinet_id", "items": "item_id"}


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
class CheckedTable:
    """One table, checked.

    Parameters
    ----------
    record : TableRecord
        What was found in the file.
    frame : DataFrame
        The good rows, all columns of the table.
    rejected : DataFrame
        The bad ones, as in ``rejected_rows.csv``.
    lines : ndarray of int64, shape (n_good,)
        Physical line of each good row.
    file_of : ndarray of object, shape (n_good,), or None
        File of each good row, where the table lies in several.
    oddities : tuple of Oddity
        What was odd in reading it.
    """

    record: TableRecord
    frame: pd.DataFrame
    rejected: pd.DataFrame
    lines: NDArray[np.int64]
    file_of: NDArray[np.object_] | None = None
    oddities: tuple[Oddity, ...] = ()


def check_table(
    table: InputTable,
    sent: SentTable,
    frames: Mapping[str, pd.DataFrame],
    as_of: date | None,
    lang: Language,
    max_quantity_factor: float = MAX_QUANTITY_FACTOR,
) -> CheckedTable:
    """Check one table against its rules and the good rows of the tables before it.

    Parameters
    ----------
    table : InputTable
        Its columns and rules.
    sent : SentTable
        Its file; without rows where there is none.
    frames : mapping of str to DataFrame
        Good rows of the tables before it.
    as_of : date or None
        Rows dated on it or later are set aside unseen; None sets none aside.
    lang : {"da", "en"}
        Language of rule and advice.
    max_quantity_factor : float
        Times full stock, beyond which a quantity that is unlike any other of its position is a slip.

    Returns
    -------
    CheckedTable
        Good rows, bad rows and the record.

    Raises
    ------
    BadInput
        If the table lacks a column or, where it is required, rows; holds personal numbers; has dates with the
        month first; or too many of its rows are bad.
    """
    if sent.raw is None:
        if table.required:
            raise _without_rows(sent.file, table)
        return CheckedTable(_record(table, sent), no_rows(table), rejected_frame([]), np.zeros(0, dtype=np.int64))
    headings, unknown = _headings(sent.raw, table, sent.file)
    raw = _before(sent.raw, headings.get(DATED_BY.get(table.name, "")), as_of)
    if table.required and not len(raw.lines):
        raise _without_rows(sent.file, table)
    form, doubts = (sent.form, []) if sent.form else _format(raw, headings, table, sent.file)
    ids = {name: pa.array(frames[name][f"{name[:-1]}_id"], pa.large_string()) for name in _MASTERS if name in frames}
    columns, findings = check_columns(raw, headings, table, form, ids)
    _check_between(table, columns, findings, raw, frames)
    if table.name in _WITH_QUANTITY:
        check_goods(table.name, columns, findings, raw, headings, frames, max_quantity_factor)
    _stop_if_too_many(findings, raw, sent.file, rows=len(sent.raw.lines))
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
    rows, order = good_rows(table, columns, good), np.arange(good.sum())
    if dated_by := headings.get(DATED_BY.get(table.name, "")):
        order = in_order_of_time(rows[DATED_BY[table.name]], raw.columns[dated_by].take(good))
        rows = rows.iloc[order].reset_index(drop=True)
    file_of = np.array(raw.file_of, dtype=object)[good][order] if raw.file_of else None
    told = [*raw.oddities, *doubts, *findings.oddities]
    odd = tuple(replace(one, table=table.name, file=one.file or sent.file) for one in told)
    return CheckedTable(record, _filled(table, rows, frames), rejected, raw.lines[good][order], file_of, odd)


def _record(table: InputTable, sent: SentTable) -> TableRecord:
    return TableRecord(table.name, sent.file, sent.sha256)


def _without_rows(file: str, table: InputTable) -> BadInput:
    return BadInput(file, f"table {table.name} has no rows before the moment of decision.", "Export it with its rows.")


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


def _format(raw: RawTable, headings: Mapping[str, str], table: InputTable, file: str) -> tuple[Format, list[Oddity]]:
    """Find how the file is written, and what of it might be meant otherwise."""
    sent = {column.name: raw.columns[headings[column.name]] for column in table.columns if column.name in headings}
    numeric = [cells for name, cells in sent.items() if table.column(name).kind in (Kind.WHOLE, Kind.NUMBER)]
    dated = {name: cells for name, cells in sent.items() if table.column(name).kind is Kind.DATE}
    style = find_date_style(dated.values())
    if style.month_first:
        raise BadInput(
            f"{file}, column {', '.join(dated)}",
            "the dates are written month first (MM/DD/YYYY).",
            "Export them as YYYY-MM-DD or DD-MM-YYYY.",
        )
    sign = find_decimal_sign(numeric, raw.delimiter)
    doubts = [
        *doubtful_dates(dated, style, raw.lines, file),
        *doubtful_numbers(sent, table, sign, raw.lines, file),
    ]
    return Format(raw.delimiter, sign, raw.encoding, style.order), doubts


def _check_between(
    table: InputTable, columns: Columns, findings: Findings, raw: RawTable, frames: Mapping[str, pd.DataFrame]
) -> None:
    """Look at the rules between columns, then between rows."""
    if table.name in _PERIODS:
        check_period(columns, findings, *_PERIODS[table.name])
    if table.name == "items":
        check_replacements(columns.texts["item_id"], columns.texts["replaced_by"], findings)
        unknown = unknown_among(columns.texts["reusable_alternative"], columns.texts["item_id"])
        findings.tell("alternative_unknown", "low", unknown & findings.good, raw)
    if table.name == "positions":
        check_levels(columns, findings, frames["cabinets"], frames["items"])
    if table.name == "level_changes":
        check_old_levels(columns, findings, frames["cabinets"])
    # A file put together twice is known by its first row; only then is the rest looked at.
    if table.key:
        keys = key_codes([_key_cells(columns, name) for name in table.key])
        if (keys == keys[:1]).sum() > 1:
            check_whole_file(columns, findings, raw)
        check_keys(keys, table.key[0], raw.lines, findings)


def _key_cells(columns: Columns, name: str) -> Cells:
    """The cells of a key's column; days are equal however they were written."""
    if name in columns.texts:
        return columns.texts[name]
    codes, days = pd.factorize(columns.days[name].astype(np.int64))
    return Cells(pa.array(days), codes.astype(np.int32), np.zeros(len(days), dtype=np.bool_))


def _stop_if_too_many(findings: Findings, raw: RawTable, file: str, rows: int) -> None:
    """Refuse a table of which too many rows are bad; those set aside are rows of it as well."""
    # What was left out for certain says nothing against the rest.
    bad = int((~findings.good & ~findings.broken(Rule.TOTAL, Rule.REPEATED)).sum())
    if bad <= MOST_REJECTED * rows:
        return
    breach, row = findings.commonest()
    rule, advice = breach.rule.sentence(breach.detail, "en")
    column = f", column {breach.column}" if breach.column else ""
    raise BadInput(
        f"{raw.file_of[row] if raw.file_of else file}, line {int(raw.lines[row])}{column}",
        f"{bad} of {rows} rows break the rules, more than {MOST_REJECTED:.0%}; most often: {rule}.",
        advice,
    )


def _filled(table: InputTable, frame: pd.DataFrame, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    if table.name == "positions":
        return fill_positions(frame, frames["cabinets"])
    if table.name == "orders":
        return fill_orders(frame, frames["cabinets"], frames["positions"])
    return frame
