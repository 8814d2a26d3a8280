"""What earlier results say of a position: what they advised, and whether it was done and is to be left in peace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from brikopt.reason import Reason


@dataclass(frozen=True, slots=True)
class Earlier:
    """One position in earlier results.

    Parameters
    ----------
    advised : tuple of int, optional
        The levels that the earlier result came to, min, max, units a card and cards: repeated as long as nothing is
        clearly better. None where what is in force now is something else than it knew of.
    settled_on : date, optional
        When its level was changed, where that is so short ago that it is left in peace.
    stirred : Reason, optional
        What happened since, so that it is looked at all the same.
    """

    advised: tuple[int, int, int, int] | None = None
    settled_on: date | None = None
    stirred: Reason | None = None


NOTHING_EARLIER = Earlier()
