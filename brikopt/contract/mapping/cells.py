"""Cells in a stranger's form -> the plain format of the contract; what doesn't fit stays as it was sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from brikopt.contract.cells import Cells
from brikopt.contract.dates import DateOrder, find_date_style, parse_dates
from brikopt.contract.decimals import DecimalSign, find_decimal_sign, parse_numbers

_TIME = r"(?P<time>[T ].*)?"
# Two digits of a year are of this century: cabinets have no older goods, and no later ones.
_CENTURY = "20"


def constant_cells(text: str, n_rows: int) -> Cells:
    """Return a column in which every row holds the same text."""
    return Cells(pa.array([text], pa.large_string()), np.zeros(n_rows, dtype=np.int32), np.zeros(1, dtype=np.bool_))


def replaced(cells: Cells, texts: Mapping[str, str]) -> Cells:
    """Put other texts in place of some, whatever their capitals and outer blanks.

    Parameters
    ----------
    cells : Cells
        A column.
    texts : mapping of str to str
        Text as sent -> text of the contract.

    Returns
    -------
    Cells
    """
    known = {_plain(text): new for text, new in texts.items()}
    values = [known.get(_plain(str(value)), value) for value in cells.values.to_pylist()]
    return Cells(pa.array(values, pa.large_string()), cells.codes, cells.native)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def date_pattern(form: str) -> re.Pattern[str]:
    """Return the pattern of a date in a form such as ``DD.MM.YYYY``; a time may follow."""
    digits = {
        "YYYY": r"(?P<year>[0-9]{4})",
        "YY": r"(?P<year>[0-9]{2})",
        "MM": r"(?P<month>[0-9]{2})" if form == "YYYYMMDD" else r"(?P<month>[0-9]{1,2})",
        "DD": r"(?P<day>[0-9]{2})" if form == "YYYYMMDD" else r"(?P<day>[0-9]{1,2})",
    }
    parts = re.findall(r"YYYY|YY|MM|DD|[^YMD]", form)
    return re.compile("".join(digits.get(part, re.escape(part)) for part in parts) + _TIME)


def plain_dates(columns: Mapping[str, Cells], form: str) -> tuple[dict[str, Cells], DateOrder]:
    """Write the dates of a file with the year first.

    Parameters
    ----------
    columns : mapping of str to Cells
        Its date columns.
    form : str
        As in a mapping; empty: found out, of the two forms of the contract.

    Returns
    -------
    tuple of dict and str
        The columns, and the order in which texts that are no such date are read (and so refused).
    """
    if form in ("", "YYYY-MM-DD", "DD-MM-YYYY"):
        order: DateOrder = "DD-MM-YYYY" if form == "DD-MM-YYYY" else "YYYY-MM-DD"
        order = order if form else find_date_style(columns.values()).order
        if not form and find_date_style(columns.values()).month_first:
            return dict(columns), order  # refused further on, by name
        fits = {name: ~np.isnat(parse_dates(cells.values, cells.native, order)) for name, cells in columns.items()}
        if order == "YYYY-MM-DD":
            return dict(columns), order
        pattern = date_pattern("DD-MM-YYYY")
    else:
        order, pattern, fits = "YYYY-MM-DD", date_pattern(form), {}

    def year_first(text: str) -> str | None:
        found = pattern.fullmatch(text)
        if not found:
            return None
        year = found["year"] if len(found["year"]) == len("2024") else _CENTURY + found["year"]
        return f"{year}-{found['month']:0>2}-{found['day']:0>2}{found['time'] or ''}"

    return {name: _rewritten(cells, year_first, fits.get(name)) for name, cells in columns.items()}, order


def plain_numbers(columns: Mapping[str, Cells], sign: str, delimiter: str) -> tuple[dict[str, Cells], DecimalSign]:
    """Write the numbers of a file with a decimal point and without separators of thousands.

    Parameters
    ----------
    columns : mapping of str to Cells
        Its numeric columns.
    sign : str
        Its decimal sign; empty: found out.
    delimiter : str
        Helps to find it.

    Returns
    -------
    tuple of dict and str
        The columns, and the decimal sign.
    """
    dot: DecimalSign = "," if sign == "," else "."
    dot = dot if sign else find_decimal_sign(columns.values(), delimiter)
    thousand = "." if dot == "," else ","
    fits = {name: ~np.isnan(parse_numbers(cells.values, cells.native, dot)) for name, cells in columns.items()}

    def point(text: str) -> str:
        return text.replace(thousand, "").replace(dot, ".")

    return {name: _rewritten(cells, point, fits[name]) for name, cells in columns.items()}, dot


def _rewritten(cells: Cells, write: Callable[[str], str | None], fits: np.ndarray | None) -> Cells:
    """Rewrite the distinct texts that fit; real numbers and dates of a workbook are plain already."""
    texts = [str(text) for text in pc.utf8_trim_whitespace(cells.values).to_pylist()]
    wanted = ~cells.native if fits is None else fits & ~cells.native
    new = [write(text) if want else None for text, want in zip(texts, wanted.tolist(), strict=True)]
    values = [old if text is None else text for old, text in zip(texts, new, strict=True)]
    native = cells.native | np.array([text is not None for text in new], dtype=np.bool_)
    return Cells(pa.array(values, pa.large_string()), cells.codes, native)


def times_packs(cells: Cells, unit: str | float, columns: Mapping[str, Cells], packs: Mapping[str, str]) -> Cells:
    """Turn numbers of packs, prices of packs, or numbers in another unit into what the contract counts.

    Parameters
    ----------
    cells : Cells
        Numbers in the plain format.
    unit : {"packs", "per_pack"} or float
        What they count.
    columns : mapping of str to Cells
        The table's columns, ``item_id`` among them where packs count.
    packs : mapping of str to str
        item_id -> units in a pack; among the items themselves, ``pack_size`` of the row counts.

    Returns
    -------
    Cells
        Exact: decimal arithmetic; texts that are no number stay, as do rows of an unknown item.

    Examples
    --------
    >>> litres = times_packs(constant_cells("38", 2), 0.001, {}, {})
    >>> litres.at(0)
    '0.038'
    """
    if isinstance(unit, float | int):
        factor = constant_cells(repr(unit), len(cells.codes))
    elif "pack_size" in columns:
        factor = columns["pack_size"]
    elif "item_id" in columns:
        ids = columns["item_id"]
        sizes = [packs.get(str(item).strip(), "") for item in ids.values.to_pylist()]
        factor = Cells(pa.array(sizes, pa.large_string()), ids.codes, np.ones(len(sizes), dtype=np.bool_))
    else:
        return cells
    pairs, codes = np.unique(np.stack([cells.codes, factor.codes]), axis=1, return_inverse=True)
    numbers, factors = cells.values.to_pylist(), factor.values.to_pylist()
    texts = [_product(numbers[number], factors[by], unit) for number, by in pairs.T.tolist()]
    return Cells(pa.array(texts, pa.large_string()), codes.reshape(-1).astype(np.int32), cells.native[pairs[0]])


_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?")


def _product(number: str, factor: str, unit: str | float) -> str:
    number, factor = number.strip(), factor.strip()
    if not (_NUMBER.fullmatch(number) and _NUMBER.fullmatch(factor)) or not Decimal(factor):
        return number
    product = Decimal(number) / Decimal(factor) if unit == "per_pack" else Decimal(number) * Decimal(factor)
    text = f"{product:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
