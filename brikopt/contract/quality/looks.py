"""Every look at the good rows of the extracts, in one list: to add a finding, write a look and name it here."""

from __future__ import annotations

from datetime import date

from brikopt.contract.quality.beyond import counted_above, levels_beyond
from brikopt.contract.quality.certainty import cards_forgotten, counts_written, dates_written, goods_as_ordered
from brikopt.contract.quality.far_dates import dates_far_off
from brikopt.contract.quality.oddities import Oddity
from brikopt.contract.quality.prices import odd_prices
from brikopt.contract.quality.recounts import counted_again
from brikopt.contract.quality.tables_read import Look, Read
from brikopt.contract.quality.taken_away import levels_of_nothing

LOOKS: tuple[Look, ...] = (
    levels_of_nothing,
    odd_prices,
    levels_beyond,
    counted_above,
    counted_again,
    dates_far_off,
    dates_written,
    counts_written,
    goods_as_ordered,
    cards_forgotten,
)


def look_through(read: Read, as_of: date) -> list[Oddity]:
    """Find what is odd among the good rows.

    Parameters
    ----------
    read : mapping of str to TableRead
        Every input table; those that nobody sent are empty.
    as_of : date
        Moment of decision.

    Returns
    -------
    list of Oddity
        In no particular order.
    """
    return [oddity for look in LOOKS for oddity in look(read, as_of)]
