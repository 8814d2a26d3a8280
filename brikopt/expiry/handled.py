"""When a flag that somebody has handled speaks again."""

from __future__ import annotations

from dataclasses import dataclass

MORE_AT_RISK = 0.25  # by this share, and by a unit, the loss must have grown to be news


@dataclass(frozen=True, slots=True)
class Flag:
    """What a flag says of a position.

    Parameters
    ----------
    earliest_expiry : str or None
        First date on the shelf, as the table writes it.
    units : float
        Units expected to go out of date.
    """

    earliest_expiry: str | None
    units: float


def rest_is_little(flag: Flag, saved: float) -> bool:
    """Whether what was done saves all of what is at risk but for little.

    Parameters
    ----------
    flag : Flag
        As it was when something was done.
    saved : float
        Units that this saves.

    Returns
    -------
    bool
        The rest is below a unit, or below a quarter of what was at risk.

    Examples
    --------
    >>> rest_is_little(Flag("2025-05-01", 8.0), 6.5), rest_is_little(Flag("2025-05-01", 8.0), 2.0)
    (True, False)
    """
    return flag.units - saved < _news(flag)


def stays_silent(handled: Flag, now: Flag) -> bool:
    """Whether a flag says nothing new since somebody handled it.

    Parameters
    ----------
    handled : Flag
        As it was when somebody decided about the position.
    now : Flag
        As it is.

    Returns
    -------
    bool
        True while the first date is the same and no more is at risk: new goods, a typed date, a count or a discard that
        changes either lets it speak again.

    Examples
    --------
    >>> stays_silent(Flag("2025-05-01", 8.0), Flag("2025-05-01", 7.5))
    True
    >>> stays_silent(Flag("2025-05-01", 8.0), Flag("2025-04-10", 7.5))
    False
    """
    return now.earliest_expiry == handled.earliest_expiry and now.units <= handled.units + _news(handled)


def _news(flag: Flag) -> float:
    """Units that make a difference."""
    return max(1.0, MORE_AT_RISK * flag.units)
