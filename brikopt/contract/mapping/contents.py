"""What the cells of a column could be: dates, numbers, flags, words, or ids that are met elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import get_args

import numpy as np

from brikopt.contract.cells import Cells
from brikopt.contract.mapping.cells import date_pattern
from brikopt.contract.mapping.names import value_of, weekdays_of
from brikopt.contract.mapping.settings import DateForm
from brikopt.contract.tables import InputColumn, Kind

DATE_FORMS = tuple(form for form in get_args(DateForm) if form)
_MOST_TEXTS = 400  # distinct texts looked at, the commonest; a column of more is told by fewer just as well
_MOST_WORDS = 20
_NUMBER = re.compile(r"-?(?:[0-9]{1,3}(?:[., ][0-9]{3})+|[0-9]+)(?:[.,][0-9]+)?")
_WHOLE = re.compile(r"-?(?:[0-9]{1,3}(?:[., ][0-9]{3})+|[0-9]{1,9})(?:[.,]0+)?")
_DECIMAL = re.compile(r"-?[0-9]+[.,][0-9]{1,2}")
_WEEKDAYS = re.compile(r"[1-7](?:\s*[,.]\s*[1-7])*")


def texts_of(cells: Cells) -> dict[str, int]:
    """Count the rows of each filled text of a column; the commonest ones."""
    rows = np.bincount(cells.codes, minlength=len(cells.values))
    counted: dict[str, int] = {}
    for place in np.argsort(-rows, kind="stable")[:_MOST_TEXTS].tolist():
        text = str(cells.values[place].as_py()).strip()
        if text and rows[place]:
            counted[text] = counted.get(text, 0) + int(rows[place])
    return counted


def is_date(text: str, form: str = "") -> bool:
    """Tell whether a text is a date in a form, or in any."""
    for one in (form,) if form else DATE_FORMS:
        found = date_pattern(one).fullmatch(text)
        if found and 1 <= int(found["month"]) <= 12 and 1 <= int(found["day"]) <= 31:
            year = int(found["year"])
            if len(found["year"]) == len("24") or 1990 <= year <= 2199:
                return True
    return False


def is_value(text: str) -> bool:
    """Tell whether a text is a number or a date, and so no heading."""
    return bool(_NUMBER.fullmatch(text)) or is_date(text)


def fit(cells: Cells, column: InputColumn, ids: Mapping[str, frozenset[str]]) -> float:
    """Tell how well the cells of a column go with a column of the contract.

    Parameters
    ----------
    cells : Cells
        As sent.
    column : InputColumn
        The column.
    ids : mapping of str to frozenset of str
        Column of ids -> those that are known.

    Returns
    -------
    float
        Share of the filled cells that fit, from 0 to 1.
    """
    texts = texts_of(cells)
    if not texts:
        return 0.2 if column.required else 0.9
    if column.kind is Kind.WORD:
        known = [text for text in texts if text in column.words or value_of(text, column.name, flag=False)]
        # Words of another house can be asked for; many words, or numbers, are something else.
        few = len(texts) <= _MOST_WORDS and not any(map(is_value, texts))
        return max(_share(texts, known.__contains__), 0.8 if few else 0.0)
    if ids.get(column.name):
        return _share(texts, ids[column.name].__contains__)
    return _share(texts, _TESTS[column.kind])


def _share(texts: Mapping[str, int], test: Callable[[str], bool]) -> float:
    return sum(rows for text, rows in texts.items() if test(text)) / sum(texts.values())


def _is_weekdays(text: str) -> bool:
    return bool(_WEEKDAYS.fullmatch(text)) or weekdays_of(text) is not None


_TESTS: dict[Kind, Callable[[str], bool]] = {
    Kind.DATE: is_date,
    Kind.WHOLE: lambda text: bool(_WHOLE.fullmatch(text)),
    Kind.NUMBER: lambda text: bool(_NUMBER.fullmatch(text)),
    Kind.FLAG: lambda text: value_of(text, "", flag=True) is not None,
    Kind.WEEKDAYS: _is_weekdays,
    # Ids may be numbers or dates in some house, but no decimal numbers; names are rather words.
    Kind.ID: lambda text: not _DECIMAL.fullmatch(text) and not (is_date(text) and not text.isdigit()),
    Kind.TEXT: lambda text: not is_value(text),
}
