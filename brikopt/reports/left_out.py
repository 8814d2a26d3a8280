"""What could not be drawn or written: told, and left out, so that one row or page never costs a whole run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from xlsxwriter.exceptions import FileCreateError

from brikopt.errors import BrikoptError
from brikopt.reason import Reason

Made = TypeVar("Made")

_MOST_SIGNS = 300  # of an error's words
# A full disk or memory concerns everything that is still to come, and what we raise on purpose has its own words.
_ENDING = (OSError, MemoryError, FileCreateError, BrikoptError)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One thing that is missing from a result.

    Parameters
    ----------
    what : str
        File, and the row or sheet in it where there is one.
    why : str
        The error, for whoever mends it.
    """

    what: str
    why: str


def attempted(what: str, make: Callable[[], Made]) -> Made | LeftOut:
    """Make something, or say why it had to be left out.

    Parameters
    ----------
    what : str
        How a reader knows it.
    make : callable
        Makes it.

    Returns
    -------
    Made or LeftOut

    Raises
    ------
    OSError, MemoryError, BrikoptError
        As they come: they concern more than this one thing.

    Examples
    --------
    >>> attempted("A1.pdf", lambda: 1 // 0)
    LeftOut(what='A1.pdf', why='ZeroDivisionError: integer division or modulo by zero')
    """
    try:
        return make()
    except _ENDING:
        raise
    except Exception as error:  # whatever it is, the other pages are worth more
        first_line = (str(error).splitlines() or [""])[0]
        return LeftOut(what, f"{type(error).__name__}: {first_line}"[:_MOST_SIGNS])


def parted(attempts: Iterable[Made | LeftOut]) -> tuple[list[Made], list[LeftOut]]:
    """Part what was made from what was left out, each in its order."""
    made: list[Made] = []
    left_out: list[LeftOut] = []
    for one in attempts:
        if isinstance(one, LeftOut):
            left_out.append(one)
        else:
            made.append(one)
    return made, left_out


def told_left_out(left_out: Sequence[LeftOut]) -> list[Reason]:
    """Say, among the findings of a run, what is missing; nothing where nothing is."""
    return [Reason("found_left_out", {"first": left_out[0].what, "count": len(left_out)})] if left_out else []
