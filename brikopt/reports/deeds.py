"""What somebody's hands do at the cabinet when a level changes."""

from __future__ import annotations

from brikopt.reason import Reason


def deed(today: Reason, new: Reason) -> Reason | None:
    """Name the change as people would; how much it was and will be stands beside it, and isn't said twice.

    Parameters
    ----------
    today, new : Reason
        The levels as phrases: ``level_cards``, ``level_minmax`` or ``level_none``.

    Returns
    -------
    Reason or None
        None where there is nothing to say beyond the two levels.

    Examples
    --------
    >>> three, two = (Reason("level_cards", {"count": count, "qty": 50}) for count in (3, 2))
    >>> deed(three, two)
    Reason(code='do_fewer_cards', numbers={'fewer': 1, 'count': 3})
    """
    if today.code == new.code == "level_cards":
        return _cards(today, new)
    if today.code == new.code == "level_minmax":
        return Reason("do_min_max", {})
    return Reason("do_remove", {}) if new.code == "level_none" else None


def _cards(today: Reason, new: Reason) -> Reason:
    (count, qty), (new_count, new_qty) = _count_and_size(today), _count_and_size(new)
    if qty != new_qty and count != new_count:
        return Reason("do_other_cards", {"count": count, "new_count": new_count})
    if qty != new_qty:
        return Reason("do_other_size", {"count": count}) if count > 1 else Reason("do_other_card", {})
    if new_count < count:
        return Reason("do_fewer_cards", {"fewer": count - new_count, "count": count})
    return Reason("do_more_cards", {"more": new_count - count})


def _count_and_size(cards: Reason) -> tuple[int, int]:
    return int(str(cards.numbers["count"])), int(str(cards.numbers["qty"]))
