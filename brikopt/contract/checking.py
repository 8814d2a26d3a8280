"""Cells of a table -> texts, numbers and days, column by column, with the first broken rule of each row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from brikopt.contract.cells import OPEN_QUOTE, BoolArray, Cells, RawTable, as_bools, empty_cells
from brikopt.contract.dates import (
    MONTHS,
    WHOLE_MONTHS,
    DateOrder,
    DayArray,
    ends_of_months,
    last_days_of_months,
    parse_dates,
    read_as_others,
)
from brikopt.contract.decimals import DecimalSign, FloatArray, parse_numbers
from brikopt.contract.findings import Findings
from brikopt.contract.flags import read_flags
from brikopt.contract.names import plain_names
from brikopt.contract.quality.oddities import Oddity
from brikopt.contract.rules import Rule
from brikopt.contract.tables import WORD_ALIASES, InputColumn, InputTable, Kind
from brikopt.contract.totals import rows_under_table

_WEEKDAYS = r"^[1-7](?:\s*,\s*[1-7])*$"
_NATIVE_WEEKDAYS = r"^[1-7](?:\.[1-7])?$"  # a Danish Excel takes 2,4 for the number 2.4

Broken = list[tuple[BoolArray, Rule, str]]  # mask over distinct values, rule, detail


@dataclass(frozen=True, slots=True)
class Format:
    """How a file is written, as found."""

    delimiter: str
    decimal_sign: DecimalSign
    encoding: str
    date_order: DateOrder


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table by what they hold; every array has one entry a row, bad rows included.

    Parameters
    ----------
    texts : dict of str to Cells
        Ids, words, weekdays and other texts, without outer white space.
    numbers : dict of str to ndarray of float64
        Whole and other numbers, and flags; NaN where there is none.
    days : dict of str to ndarray of datetime64[s]
        Dates; NaT where there is none.
    other_forms : dict of str to ndarray of bool
        Of columns in which some dates are written in another form than the file's: which.
    """

    texts: dict[str, Cells]
    numbers: dict[str, FloatArray]
    days: dict[str, DayArray]
    other_forms: dict[str, BoolArray] = field(default_factory=dict)


def check_columns(
    raw: RawTable, headings: Mapping[str, str], table: InputTable, form: Format, known: Mapping[str, pa.Array]
) -> tuple[Columns, Findings]:
    """Read every cell and note the first rule that each row breaks, in the order of the columns.

    Parameters
    ----------
    raw : RawTable
        The rows as sent.
    headings : mapping of str to str
        Column -> heading in the file.
    table : InputTable
        The columns and their rules.
    form : Format
        How the file is written.
    known : mapping of str to pyarrow.Array of string
        Table -> ids of its good rows.

    Returns
    -------
    tuple of Columns and Findings
        Rules between columns, and keys, are not looked at here.
    """
    findings = Findings(len(raw.lines))
    width = len(raw.columns)
    under = rows_under_table(
        raw, [headings[one.name] for one in table.columns if one.required and one.name in headings]
    )
    findings.mark(under, "", Rule.TOTAL)
    findings.tell("total_rows", "low", under, raw)
    findings.mark(raw.n_fields == OPEN_QUOTE, "", Rule.OPEN_QUOTE)
    for count in np.unique(raw.n_fields[(raw.n_fields != width) & (raw.n_fields != OPEN_QUOTE)]):
        findings.mark(raw.n_fields == count, "", Rule.N_FIELDS, f"{count} / {width}")
    columns = Columns({}, {}, {})
    for column in table.columns:
        heading = headings.get(column.name)
        cells = raw.columns[heading] if heading is not None else empty_cells(len(raw.lines))
        empty = cells.empty()
        if column.required:
            findings.mark(empty[cells.codes], column.name, Rule.MISSING)
        broken = _read_column(cells, column, empty, form, columns)
        _tell_of_column(cells, column, form, raw, findings, columns)
        if column.refers_to:
            ids = known[column.refers_to]
            unknown = _unknown(cells, ids)
            broken.append((_alike(cells, unknown & ~empty, ids), Rule.ALIKE_ID, column.refers_to))
            broken.append((unknown, Rule.UNKNOWN_ID, column.refers_to))
        for mask, rule, detail in broken:
            if (mask & ~empty).any():
                findings.mark((mask & ~empty)[cells.codes], column.name, rule, detail)
    return columns, findings


def _read_column(cells: Cells, column: InputColumn, empty: BoolArray, form: Format, columns: Columns) -> Broken:
    """Read one column into ``columns``; return the rules its distinct values break."""
    if column.kind is Kind.DATE:
        days = parse_dates(cells.values, cells.native, form.date_order)
        if column.name in MONTHS:
            days = np.where(np.isnat(days), last_days_of_months(cells.values), days)
        days, others = read_as_others(cells, days)
        if others.any():
            columns.other_forms[column.name] = others[cells.codes]
        if column.name in WHOLE_MONTHS:
            days = ends_of_months(days)
        columns.days[column.name] = days[cells.codes]
        return [(np.isnat(days), Rule.DATE, form.date_order)]
    if column.kind in (Kind.WHOLE, Kind.NUMBER, Kind.FLAG):
        numbers = (
            read_flags(cells)[0]
            if column.kind is Kind.FLAG
            else parse_numbers(cells.values, cells.native, form.decimal_sign)
        )
        filled = np.where(empty, float(column.default or "nan"), np.abs(numbers))
        columns.numbers[column.name] = filled[cells.codes]
        if column.kind is Kind.FLAG:
            return [(np.isnan(numbers), Rule.FLAG, "")]
        return _broken_by_numbers(numbers, column, form.decimal_sign)
    texts = cells
    broken: Broken = []
    if column.kind is Kind.WEEKDAYS:
        texts, broken = _weekdays(cells)
    elif column.kind is Kind.WORD:
        cells = texts = _plain_words(cells, column.words)
        broken = [(_not_among(cells, column.words), Rule.WORD, ", ".join(column.words))]
    if column.kind is Kind.TEXT:
        texts = replace(texts, values=plain_names(texts.values))
    columns.texts[column.name] = _trimmed(texts, column.default)
    return broken


def _tell_of_column(
    cells: Cells, column: InputColumn, form: Format, raw: RawTable, findings: Findings, columns: Columns
) -> None:
    """Tell of what was read otherwise than it stands there."""
    if column.name in columns.other_forms:
        rows = columns.other_forms[column.name]
        example = cells.at(int(np.argmax(rows))).strip()
        findings.tell("dates_other_form", "low", rows, raw, column=column.name, example=example)
    if column.kind is Kind.FLAG and (word := read_flags(cells)[2]):
        findings.tell("yes_no", "low", ~cells.empty()[cells.codes], raw, column=column.name, example=word)
    elif column.name in MONTHS and column.name not in WHOLE_MONTHS:
        whole = parse_dates(cells.values, cells.native, form.date_order)
        months = np.isnat(whole) & ~np.isnat(last_days_of_months(cells.values))
        if months.any():
            rows = months[cells.codes]
            findings.tell("month_only", "low", rows, raw, example=cells.at(int(np.argmax(rows))))
    elif column.kind is Kind.TEXT and len(cells.values):
        sent = pc.utf8_trim_whitespace(cells.values).unique()
        names = plain_names(sent)
        if len(sent) > len(names.unique()):
            alike = int((np.asarray(pc.value_counts(names).field("counts")) > 1).sum())
            findings.oddities.append(Oddity("names_alike", "low", alike, 0, {"rows": alike, "column": column.name}))


def _broken_by_numbers(numbers: FloatArray, column: InputColumn, sign: DecimalSign) -> Broken:
    broken = [(np.isnan(numbers), Rule.NUMBER, sign), (numbers < 0, Rule.NEGATIVE, "")]
    if column.kind is Kind.WHOLE:
        broken.append((numbers != np.floor(numbers), Rule.WHOLE, ""))
    broken.append((numbers < column.low, Rule.TOO_SMALL, f"{column.low:.0f}"))
    broken.append((numbers > column.high, Rule.TOO_LARGE, f"{column.high:.0f}"))
    return broken


def _not_among(cells: Cells, words: tuple[str, ...]) -> BoolArray:
    trimmed = pc.utf8_trim_whitespace(cells.values)
    return ~as_bools(pc.is_in(trimmed, value_set=pa.array(words, pa.large_string())))


def _plain_words(cells: Cells, words: tuple[str, ...]) -> Cells:
    """Put the contract's word where a Danish one stands for it."""
    values = cells.values
    for danish, word in WORD_ALIASES.items():
        if word in words:
            alike = pc.equal(pc.utf8_lower(pc.utf8_trim_whitespace(values)), danish)
            values = pc.if_else(alike, pa.scalar(word, values.type), values)
    return replace(cells, values=values)


def _unknown(cells: Cells, ids: pa.Array) -> BoolArray:
    return ~as_bools(pc.is_in(pc.utf8_trim_whitespace(cells.values), value_set=ids))


def _alike(cells: Cells, unknown: BoolArray, ids: pa.Array) -> BoolArray:
    """Tell which unknown ids are like a known one but for what spreadsheets and keyboards change."""
    if not unknown.any():
        return unknown

    def plain(texts: pa.Array) -> pa.Array:
        return pc.ascii_ltrim(pc.utf8_lower(plain_names(texts)), characters="0")

    return unknown & as_bools(pc.is_in(plain(cells.values), value_set=plain(ids.cast(cells.values.type))))


def _weekdays(cells: Cells) -> tuple[Cells, Broken]:
    """Write weekdays as sorted numbers parted by commas."""
    trimmed = pc.utf8_trim_whitespace(cells.values)
    fits = as_bools(pc.match_substring_regex(trimmed, _WEEKDAYS))
    fits |= cells.native & as_bools(pc.match_substring_regex(trimmed, _NATIVE_WEEKDAYS))
    texts = [
        ",".join(sorted({sign for sign in text if sign.isdigit()})) if fit else ""
        for text, fit in zip(trimmed.to_pylist(), fits, strict=True)
    ]
    return Cells(pa.array(texts, pa.large_string()), cells.codes, cells.native), [(~fits, Rule.WEEKDAYS, "")]


def _trimmed(cells: Cells, default: str) -> Cells:
    """Take outer white space away, put the default into empty cells, and keep each distinct text once."""
    trimmed = pc.utf8_trim_whitespace(cells.values)
    if default:
        trimmed = pc.if_else(pc.equal(trimmed, ""), default, trimmed)
    encoded = trimmed.dictionary_encode()
    places: NDArray[np.int32] = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32)
    values = encoded.dictionary
    return Cells(values, places[cells.codes], np.zeros(len(values), dtype=np.bool_))
