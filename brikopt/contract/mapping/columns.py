"""Headings of a stranger's table -> columns of the contract, by names and contents together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from brikopt.contract.mapping.contents import fit
from brikopt.contract.mapping.groups import Group
from brikopt.contract.mapping.names import likeness
from brikopt.contract.mapping.questions import NONE, Asked, Question
from brikopt.contract.tables import InputColumn, InputTable, Kind

Ids = Mapping[str, frozenset[str]]
_ALIKE, _FITS = 0.85, 0.8  # from here on, name and contents are taken for sure
_RIVAL = 0.1  # by how much the best heading must be ahead of others that are free
_BY_CONTENTS = 0.7  # what ids that are met elsewhere count for, whatever they are called
_WORTH_ASKING = 0.55  # an optional column that is less likely isn't there
_WORTH_NAMING = 0.35  # a required one that is less likely has no best guess


@dataclass(frozen=True, slots=True)
class Match:
    """How the headings of a group go with the columns of a table.

    Parameters
    ----------
    table : InputTable
    headings : tuple of str
    scores, names, fits : ndarray of shape (n_columns, n_headings)
        Both together, likeness of names, and share of cells that fit; from 0 to 1.
    place : dict of str to int
        Column -> heading, each heading once, so that the scores add up to the most.
    """

    table: InputTable
    headings: tuple[str, ...]
    scores: NDArray[np.float64]
    names: NDArray[np.float64]
    fits: NDArray[np.float64]
    place: dict[str, int]


class Fits:
    """Remembers how well columns of cells fit kinds of columns; the same is asked for many tables."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str, str, bool, int], float] = {}

    def of(self, group: Group, heading: str, column: InputColumn, ids: Ids) -> float:
        """Return the share of a heading's cells that fit a column, over the group's first file."""
        special = column.name if column.kind is Kind.WORD or column.name in ids else ""
        among = ids.get(column.name, frozenset()) if column.kind is Kind.ID else frozenset()
        key = (id(group.seen[0]), f"{heading}\0{special}", column.kind.value, column.required, hash(among))
        if key not in self._known:
            self._known[key] = fit(group.seen[0].raw.columns[heading], column, {column.name: among} if among else {})
        return self._known[key]


def match(group: Group, table: InputTable, ids: Ids, fits: Fits) -> Match:
    """Match the headings of a group with the columns of a table.

    Parameters
    ----------
    group : Group
        Files with the same headings.
    table : InputTable
        What they may hold.
    ids : mapping of str to frozenset of str
        Column of ids -> those known; ids that meet tell more than names.
    fits : Fits
        Remembers.

    Returns
    -------
    Match
    """
    headings = group.headings
    met = {name: known for name, known in ids.items() if (name,) != table.key}
    names = np.array([[likeness(heading, column) for heading in headings] for column in table.columns])
    share = partial(fits.of, group)
    fitting = np.array([[share(heading, column, met) for heading in headings] for column in table.columns])
    scores = names * (0.4 + 0.6 * fitting)
    for row, column in enumerate(table.columns):
        if met.get(column.name):
            scores[row] = np.maximum(scores[row], _BY_CONTENTS * np.where(fitting[row] >= _ALIKE, fitting[row], 0))
    # Required columns come first where two want one heading.
    weight = np.array([1.0 if column.required else 0.9 for column in table.columns])
    rows, columns = linear_sum_assignment(scores * weight[:, None], maximize=True)
    place = {table.columns[row].name: int(column) for row, column in zip(rows, columns, strict=True)}
    return Match(table, headings, scores, names, fitting, place)


def columns_of(found: Match, group: Group, asked: Asked) -> dict[str, str]:
    """Take the headings that are sure, and ask for the others.

    Parameters
    ----------
    found : Match
        Of the group and its table.
    group : Group
        Files with the same headings.
    asked : Asked
        Gets a question for each column that is not sure.

    Returns
    -------
    dict of str to str
        Column -> heading, as in a mapping.
    """
    columns = {}
    for row, column in enumerate(found.table.columns):
        place = found.place.get(column.name)
        score = found.scores[row, place] if place is not None else 0.0
        if place is not None and _is_sure(found, row, place):
            columns[column.name] = found.headings[place]
            continue
        if not column.required and score < _WORTH_ASKING:
            continue
        best = found.headings[place] if place is not None and score >= _WORTH_NAMING else ""
        options = (*found.headings, *(() if column.required else (NONE,)))
        answer = asked.answer(Question("column", found.table.name, group.place, options, best, column.name))
        if answer and answer != NONE:
            columns[column.name] = answer
    return {name: heading.split("\0")[0] for name, heading in columns.items()}


def _is_sure(found: Match, row: int, place: int) -> bool:
    if found.names[row, place] < _ALIKE or found.fits[row, place] < _FITS:
        return False
    for other in range(len(found.headings)):
        if other == place or found.scores[row, other] <= found.scores[row, place] - _RIVAL:
            continue
        users = [
            number
            for number, column in enumerate(found.table.columns)
            if found.place.get(column.name) == other and number != row
        ]
        # A heading that another column has for better reasons is no rival.
        if not any(found.scores[user, other] >= found.scores[row, other] for user in users):
            return False
    return True
