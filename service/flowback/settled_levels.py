"""Levels that people settled: what a decision makes of a position, and which one holds today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LEVEL_NAMES = ("min_level", "max_level", "brik_qty", "brik_count")
_CHANGES = ("trim", "raise", "remove")


@dataclass(frozen=True, slots=True)
class Levels:
    """Levels of one position, in units and cards; all 0 is removed, no cards are 0 of 0."""

    min_level: int
    max_level: int
    brik_qty: int
    brik_count: int

    @classmethod
    def of(cls, cells: Mapping[str, Any], prefix: str = "") -> Levels:
        """Read levels from a row; ``prefix`` is ``new_`` for the proposed ones."""
        return cls(*(int(cells[prefix + name] or 0) for name in LEVEL_NAMES))

    @property
    def removed(self) -> bool:
        """Whether nothing more is to be ordered."""
        return self.max_level == 0


@dataclass(frozen=True, slots=True)
class Settled:
    """What somebody settled about one position.

    Attributes
    ----------
    before, after : Levels
        As they were in the run that the decision answers to, and as they should be.
    """

    before: Levels
    after: Levels


def settled_levels(decision: Mapping[str, Any], row: Mapping[str, Any]) -> Settled | None:
    """Work out which levels a decision settles.

    Parameters
    ----------
    decision : mapping
        As it was sent.
    row : mapping
        The position's row in the levels of the run that the decision answers to.

    Returns
    -------
    Settled or None
        None where it settles none: rejected, not about levels, or with levels that no brik cabinet can have.

    Examples
    --------
    >>> row = {"action": "trim", "min_level": 20, "max_level": 30, "brik_qty": 10, "brik_count": 3}
    >>> settled_levels({"decision": "changed", "action": "trim", "new_brik_count": 2}, row).after
    Levels(min_level=10, max_level=20, brik_qty=10, brik_count=2)
    """
    before = Levels.of(row)
    if decision["decision"] == "accepted" and decision["action"] == row["action"] and row["action"] in _CHANGES:
        return Settled(before, Levels.of(row, "new_"))
    if decision["decision"] != "changed":
        return None
    asked = {name: decision[f"new_{name}"] for name in LEVEL_NAMES if decision.get(f"new_{name}") is not None}
    after = _with_cards(before, asked) if before.brik_qty else _by_eye(before, asked)
    return None if after is None else Settled(before, after)


def holding(chain: Sequence[Settled], extract: Levels) -> Levels | None:
    """Say which levels hold, where the ordering system may not have followed yet.

    Parameters
    ----------
    chain : sequence of Settled
        Everything settled about a position, the oldest first.
    extract : Levels
        What the extracts show.

    Returns
    -------
    Levels or None
        The last settled levels where the extracts still show some that were valid before; None where they show
        exactly these, or others that somebody must have set since.
    """
    last = chain[-1].after
    earlier = {one.before for one in chain} | {one.after for one in chain}
    return last if extract in earlier - {last} else None


def standing(chain: Sequence[tuple[Settled, bool]]) -> Levels:
    """Say which levels stand after some of those settled were undone.

    Parameters
    ----------
    chain : sequence of (Settled, bool)
        What was settled about a position, the oldest first, and whether it was undone since; at least one.

    Returns
    -------
    Levels
        The last settled ones that weren't undone, else those from before them all. Where somebody had set others
        before something was settled that is undone now, these.

    Examples
    --------
    >>> ten, twenty, thirty = (Levels(0, units, units, 1) for units in (10, 20, 30))
    >>> standing([(Settled(thirty, twenty), False), (Settled(twenty, ten), True)]).max_level
    20
    >>> standing([(Settled(thirty, twenty), True), (Settled(twenty, ten), True)]).max_level
    30
    """
    stands, known = chain[0][0].before, {chain[0][0].before}
    for settled, undone in chain:
        if not undone:
            stands = settled.after
        elif settled.before not in known:
            stands = settled.before
        known |= {settled.before, settled.after}
    return stands


def _with_cards(before: Levels, asked: Mapping[str, int]) -> Levels | None:
    """Cards decide the levels; without cards, levels that are some number of equal cards do."""
    if 0 in (asked.get("max_level"), asked.get("brik_qty"), asked.get("brik_count")):
        return Levels(0, 0, 0, 0)
    low, high = asked.get("min_level", before.min_level), asked.get("max_level", before.max_level)
    if "brik_qty" in asked or "brik_count" in asked:
        qty, count = asked.get("brik_qty", before.brik_qty), asked.get("brik_count", before.brik_count)
    else:
        qty = high - low
        count = high // qty if qty > 0 else 0
    cards = Levels((count - 1) * qty, count * qty, qty, count)
    fits = qty > 0 and count > 0 and _agree(cards, asked)
    return cards if fits else None


def _by_eye(before: Levels, asked: Mapping[str, int]) -> Levels | None:
    low, high = asked.get("min_level", before.min_level), asked.get("max_level", before.max_level)
    if high == 0:
        return Levels(0, 0, 0, 0)
    return Levels(low, high, 0, 0) if low <= high else None


def _agree(levels: Levels, asked: Mapping[str, int]) -> bool:
    pairs: Iterable[tuple[int, int]] = ((getattr(levels, name), value) for name, value in asked.items())
    return all(one == other for one, other in pairs)
