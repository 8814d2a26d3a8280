"""The newest row of all, from which the moment of decision is taken where nobody names it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from brikopt.contract.extract import DATED_BY
from brikopt.contract.quality.oddities import Oddity
from brikopt.contract.quality.tables_read import Read
from brikopt.contract.tables import EVENTS
from brikopt.errors import BadInput

FEWEST_DAYS = 30  # with rows, from which it can be told that one day lies far from all others
# Between the newest day and the one before it: a shelf that was silent for a year may well be counted.
LIKELY_DAYS, POSSIBLE_DAYS = 730, 200


def newest_alone(read: Read) -> Iterator[Oddity]:
    """Look whether the newest day lies far from all others: one mistyped year would make everything long past.

    Parameters
    ----------
    read : mapping of str to TableRead
        Every input table.

    Yields
    ------
    Oddity
        Where it lies some months after the day before it.

    Raises
    ------
    BadInput
        If it lies more than two years after it.
    """
    days = {name: read[name].frame[DATED_BY[name]].to_numpy().astype("datetime64[D]") for name in EVENTS}
    filled = {name: np.unique(some) for name, some in days.items() if len(some)}
    if not filled:
        return
    known = np.unique(np.concatenate(list(filled.values())))
    if len(known) < FEWEST_DAYS:
        return
    newest, apart = known[-1], int((known[-1] - known[-2]).astype(np.int64))
    if apart <= POSSIBLE_DAYS:
        return
    table = next(read[name] for name in filled if filled[name][-1] == newest)
    rows = days[table.name] == newest
    (found,) = table.oddity("newest_alone", "middle", rows, day=newest.item(), days=apart)
    if apart > LIKELY_DAYS:
        raise BadInput(
            f"{found.file}, line {found.line}, column {DATED_BY[table.name]}",
            f"the newest row is dated {newest}, {apart} days after all others, and the moment of decision would be the "
            "day after it.",
            "Correct the year if it is mistyped, or name the moment of decision with --as-of.",
        )
    yield found
