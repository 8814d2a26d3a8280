"""The two ends of a move: which of them somebody speaks for, and which have said yes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Decided = Literal["accepted", "declined", "done"]


@dataclass(frozen=True, slots=True)
class Ends:
    """The giver, the taker, both or neither of a move."""

    giver: bool = False
    taker: bool = False

    @property
    def both(self) -> bool:
        """Whether neither is missing."""
        return self.giver and self.taker

    @property
    def any(self) -> bool:
        """Whether at least one is among them."""
        return self.giver or self.taker

    @property
    def name(self) -> str:
        """both, giver, taker or neither."""
        if self.giver == self.taker:
            return "both" if self.giver else "neither"
        return "giver" if self.giver else "taker"

    def without(self, others: Ends) -> Ends:
        """Leave out those that are among others too."""
        return Ends(self.giver and not others.giver, self.taker and not others.taker)


def agreed_after(agreed: Ends, said: Decided, speaks_for: Ends) -> Ends:
    """Say which ends have agreed after an answer.

    Parameters
    ----------
    agreed : Ends
        Those that had said yes before.
    said : {"accepted", "declined", "done"}
    speaks_for : Ends
        The ends that lie within the reach of whoever answers.

    Returns
    -------
    Ends
        A yes counts for the ends of whoever says it, and a no takes it back there; the other end's own word stands.
        Goods that an end sent or received are agreed there by fact.

    Examples
    --------
    >>> agreed_after(Ends(giver=True), "accepted", Ends(taker=True)).name
    'both'
    >>> agreed_after(Ends(giver=True), "declined", Ends(taker=True)).name
    'giver'
    >>> agreed_after(Ends(), "done", Ends(giver=True)).name
    'giver'
    """
    if said == "declined":
        return agreed.without(speaks_for)
    return Ends(agreed.giver or speaks_for.giver, agreed.taker or speaks_for.taker)
