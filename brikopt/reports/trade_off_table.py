"""The curve of a what-if page as a table: what each promise costs, throws away and takes room for."""

from __future__ import annotations

import pandas as pd

from brikopt.contract.rules import Language
from brikopt.reports.sentences import texts_of
from brikopt.reports.wording import decimal

COLUMNS = {"fill_rate": 2, "cost_dkk": 0, "expired_dkk": 0, "expired_co2e_kg": 1, "full_stock_litres": 0}


def trade_off_rows(curve: pd.DataFrame, lang: Language) -> list[list[str]]:
    """Put the points of the curve into words.

    Parameters
    ----------
    curve : DataFrame
        One row a promise, as from ``flows.replay.trade_off``, with ``promise``.
    lang : {"da", "en"}
        Language.

    Returns
    -------
    list of list of str
        A heading row, then one row a promise; shares in per cent.

    Examples
    --------
    >>> point = {"promise": [0.95], "fill_rate": [0.9712], "cost_dkk": [1234.4], "expired_dkk": [80.2]}
    >>> trade_off_rows(pd.DataFrame(point | {"expired_co2e_kg": [3.21], "full_stock_litres": [40.0]}), "en")[1]
    ['95', '97.12', '1,234', '80', '3.2', '40']
    """
    words = texts_of(lang)["whatif"]
    heading = [words["promise"], *(words[f"measure_{name}"] for name in COLUMNS)]
    shown = curve.assign(fill_rate=100 * curve["fill_rate"])
    rows = [
        [
            decimal(100 * row["promise"], 1, lang),
            *(decimal(row[name], places, lang) for name, places in COLUMNS.items()),
        ]
        for row in shown.to_dict("records")
    ]
    return [heading, *rows]
