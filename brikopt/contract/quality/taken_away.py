"""Positions whose levels are 0 and 0: ordered only when asked for, or taken away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from brikopt.contract.quality.oddities import Oddity
from brikopt.contract.quality.tables_read import Read


def levels_of_nothing(read: Read, as_of: date) -> Iterable[Oddity]:  # noqa: ARG001 - as every look is called
    """Tell of positions of which the least and the most are both 0."""
    positions = read["positions"]
    nothing = ((positions.frame["max_level"] == 0) & (positions.frame["min_level"] == 0)).to_numpy()
    yield from positions.oddity("levels_of_nothing", "low", nothing)
