"""Tables as text, the way an office's system writes them: plain or Danish."""

from __future__ import annotations

import numpy as np
import pandas as pd

from brikopt.contract.tables import InputTable, Kind


def as_text(frame: pd.DataFrame, table: InputTable) -> pd.DataFrame:
    """Write typed columns as plain text: ``2025-02-28``, ``12.5``, ``1``; what is missing is empty.

    Parameters
    ----------
    frame : DataFrame
        All columns of the table, typed as in ``contract.extract.Tables``.
    table : InputTable
        The table.
    """
    return pd.DataFrame({column.name: _text(frame[column.name], column.kind) for column in table.columns})


def in_danish(text: pd.DataFrame, table: InputTable) -> pd.DataFrame:
    """Turn plain text into Danish: ``12,5``, ``28-02-2025``, Danish headings; broken cells stay broken."""
    written = {}
    for column in table.columns:
        cells = text[column.name]
        if column.kind is Kind.DATE:
            cells = cells.str.replace(r"^(\d{4})-(\d\d)-(\d\d)$", r"\3-\2-\1", regex=True)
        elif column.kind is Kind.NUMBER:
            cells = cells.str.replace(".", ",", regex=False)
        written[column.aliases[0] if column.aliases else column.name] = cells
    return pd.DataFrame(written)


def dates_as_text(column: pd.Series) -> pd.Series:
    """Write dates as ``2025-02-28``; what is missing is empty."""
    # Few days, many rows: each day is written once.
    days, place = np.unique(column.to_numpy().astype("datetime64[D]"), return_inverse=True)
    texts = pd.Series(np.where(np.isnat(days), "", np.datetime_as_string(days, unit="D")), dtype="str")
    return texts.take(place).reset_index(drop=True)


def truth_as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Write a table of the truth as plain text; yes and no as 1 and 0."""
    return pd.DataFrame({name: _truth_text(frame[name]) for name in frame.columns})


def _truth_text(column: pd.Series) -> pd.Series:
    if column.dtype.kind == "M":
        return dates_as_text(column)
    plain = column.astype(np.int64) if column.dtype.kind == "b" else column
    return plain.astype("str").reset_index(drop=True)


def _text(column: pd.Series, kind: Kind) -> pd.Series:
    if kind is Kind.DATE:
        return dates_as_text(column)
    if kind is Kind.FLAG:
        return pd.Series(np.where(column, "1", "0"), dtype="str")
    if kind is Kind.WHOLE:
        whole = column.fillna(0).astype(np.int64).astype("str")
        return whole.where(column.notna(), "").reset_index(drop=True)
    if kind is Kind.NUMBER:
        return pd.Series(["" if np.isnan(x) else f"{x:.12g}" for x in column], dtype="str")
    return column.reset_index(drop=True)
