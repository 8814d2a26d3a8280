"""How the cells of a matched table are written: values in other words, dates, decimal signs, packs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from brikopt.contract.cells import Cells
from brikopt.contract.decimals import find_decimal_sign, parse_numbers
from brikopt.contract.mapping.contents import DATE_FORMS, is_date, texts_of
from brikopt.contract.mapping.groups import Group
from brikopt.contract.mapping.names import counted_in, plain_name, value_of, weekdays_of
from brikopt.contract.mapping.questions import NONE, Asked, Question
from brikopt.contract.mapping.settings import Unit
from brikopt.contract.tables import InputTable, Kind

_NUMERIC = (Kind.WHOLE, Kind.NUMBER)
_EITHER = re.compile(r"-?[1-9][0-9]{0,2}[.,][0-9]{3}")  # thousands or three decimals
_WEEKDAYS = re.compile(r"[1-7](?:\s*,\s*[1-7])*")
# What a heading says its numbers are in -> what they are multiplied by, for columns whose name ends like this.
_FACTORS = (
    ("_litres", ("ml", "milliliter"), 0.001),
    ("_litres", ("m3", "kubikmeter", "m³"), 1000.0),
    ("_dkk", ("øre", "öre"), 0.01),
    ("_kg", ("g", "gram"), 0.001),
    ("_kg_per_unit", ("g", "gram"), 0.001),
    ("_days_mean", ("uger", "uker", "veckor", "weeks"), 7.0),
)
_PACKED_TABLES = ("orders", "deliveries")  # what comes in whole packs, whatever it is used for
_FEW = 10  # numbers below which their sizes tell nothing
_LEVELS = ("min_level", "max_level", "brik_qty")


def values_of(group: Group, table: InputTable, columns: Mapping[str, str], asked: Asked) -> dict[str, dict[str, str]]:
    """Find what the words, flags and weekdays of a table mean.

    Parameters
    ----------
    group : Group
    table : InputTable
    columns : mapping of str to str
        Column -> heading.
    asked : Asked
        Gets a question for each text that nobody told the meaning of.

    Returns
    -------
    dict of str to dict
        Column -> text -> word of the contract; texts that are that already are left out.
    """
    values = {}
    for column in table.columns:
        if column.name not in columns or column.kind not in (Kind.WORD, Kind.FLAG, Kind.WEEKDAYS):
            continue
        words = column.words or (("0", "1") if column.kind is Kind.FLAG else ())
        found = {}
        texts = _texts(group, columns[column.name])
        for text in texts:
            known = text if _is_plain(text, words) else _meaning(text, column.name, column.kind)
            if known is None and texts[text] >= 0.001 * sum(texts.values()):
                known = asked.answer(Question("value", table.name, text, (*words, NONE), "", column.name))
            if known not in (None, NONE, text):
                found[text] = str(known)
        if found:
            values[column.name] = found
    return values


def _is_plain(text: str, words: Sequence[str]) -> bool:
    return text in words if words else bool(_WEEKDAYS.fullmatch(text))


def _meaning(text: str, column: str, kind: Kind) -> str | None:
    return weekdays_of(text) if kind is Kind.WEEKDAYS else value_of(text, column, flag=kind is Kind.FLAG)


def date_form_of(group: Group, table: InputTable, columns: Mapping[str, str], asked: Asked) -> str:
    """Find the form of a table's dates; asks where day and month can be taken for each other."""
    texts = _texts(
        group, *(columns[one.name] for one in table.columns if one.kind is Kind.DATE and one.name in columns)
    )
    if not texts:
        return ""
    fitting = {form: sum(rows for text, rows in texts.items() if is_date(text, form)) for form in DATE_FORMS}
    best = max(DATE_FORMS, key=lambda form: fitting[form])
    if not fitting[best]:
        return ""
    # Points and dashes mean day first all over the North; slashes are written by programs of either kind.
    if "/" in best and fitting["MM/DD/YYYY"] == fitting["DD/MM/YYYY"]:
        options = ("DD/MM/YYYY", "MM/DD/YYYY")
        return asked.answer(Question("dates", table.name, next(iter(texts)), options, options[0])) or ""
    return "" if best == "YYYY-MM-DD" else best


def decimal_of(group: Group, table: InputTable, columns: Mapping[str, str], asked: Asked) -> str:
    """Find the decimal sign of a table; asks where a sign may part thousands or decimals."""
    cells = _numeric_cells(group, table, columns)
    texts = [text for one in cells for text in texts_of(one)]
    if not any("," in text or "." in text for text in texts):
        return ""
    sign = find_decimal_sign(cells, ",")
    either = [text for text in texts if _EITHER.fullmatch(text)]
    if sign == find_decimal_sign(cells, ";") or not either:
        return str(sign)
    return asked.answer(Question("decimal", table.name, either[0], (",", "."))) or ""


def units_of(
    group: Group, table: InputTable, columns: Mapping[str, str], packs: Mapping[str, int], sign: str, asked: Asked
) -> dict[str, Unit]:
    """Find what the numbers of a table count; asks where headings and sizes of packs don't agree.

    Parameters
    ----------
    group : Group
    table : InputTable
    columns : mapping of str to str
        Column -> heading.
    packs : mapping of str to int
        item_id -> units in a pack.
    sign : str
        Decimal sign.
    asked : Asked

    Returns
    -------
    dict of str to Unit
        Columns whose numbers are no single units.
    """
    units: dict[str, Unit] = {}
    for name, heading in columns.items():
        words = set(plain_name(heading).split())
        for ending, said, factor in _FACTORS:
            if name.endswith(ending) and words & set(said):
                units[name] = factor
    if table.name == "items" and counted_in(columns.get("unit_price_dkk", "")) == "words":
        units["unit_price_dkk"] = "per_pack"
    counted = ["quantity"] if table.name != "positions" else list(_LEVELS)
    counted = [name for name in counted if name in columns]
    if counted and "item_id" in columns and _are_packs(group, table, columns, counted, packs, sign, asked):
        units |= dict.fromkeys(counted, "packs")
    return units


def _are_packs(
    group: Group,
    table: InputTable,
    columns: Mapping[str, str],
    counted: Sequence[str],
    packs: Mapping[str, int],
    sign: str,
    asked: Asked,
) -> bool:
    said = {counted_in(columns[name]) for name in counted} if table.name != "positions" else {""}
    # Levels without cards may be any number; the size of a card is in whole packs.
    measured = counted[-1] if table.name != "positions" or "brik_qty" in counted else ""
    share, rows = _whole_packs(group, columns, measured, packs, sign) if measured else (1.0, 0)
    options = ("packs", "units")
    question = Question("units", table.name, columns[counted[-1]], options, options[share > 0.5])
    if "words" in said:
        certain = rows < _FEW or share < 0.9
        return True if certain else asked.answer(question) == "packs"
    if "units" in said or (table.name not in _PACKED_TABLES and table.name != "positions"):
        return False
    return rows >= _FEW and share < 0.5 and asked.answer(question) == "packs"


def _whole_packs(
    group: Group, columns: Mapping[str, str], name: str, packs: Mapping[str, int], sign: str
) -> tuple[float, int]:
    """Return the share of numbers above 0 that are whole packs, of those rows whose packs hold several units."""
    whole = rows = 0
    for one in group.seen:
        cells, ids = one.raw.columns[columns[name]], one.raw.columns[columns["item_id"]]
        numbers = parse_numbers(cells.values, cells.native, "," if sign == "," else ".")[cells.codes]
        sizes = np.array([packs.get(str(text).strip(), 1) for text in ids.values.to_pylist()])[ids.codes]
        tells = (sizes > 1) & (numbers > 0)
        rows += int(tells.sum())
        whole += int((np.mod(numbers[tells], sizes[tells]) == 0).sum())
    return (whole / rows if rows else 1.0), rows


def _numeric_cells(group: Group, table: InputTable, columns: Mapping[str, str]) -> list[Cells]:
    names = [column.name for column in table.columns if column.kind in _NUMERIC and column.name in columns]
    return [_written(one.raw.columns[columns[name]]) for one in group.seen for name in names]


def _written(cells: Cells) -> Cells:
    return Cells(cells.values.cast(pa.large_string()), cells.codes, cells.native)


def _texts(group: Group, *headings: str) -> dict[str, int]:
    """Count the filled texts of some headings, real dates of a workbook left out."""
    counted: dict[str, int] = {}
    for one in group.seen:
        for heading in headings:
            for text, rows in texts_of(one.raw.columns[heading]).items():
                counted[text] = counted.get(text, 0) + rows
    return counted
