"""How much of a usual day's use each day of the year holds: quiet summers and Christmas, busy winters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

YEAR = 365.2425
PARTS = 26  # fortnights of a year that are told apart
MOST_YEARS = 4  # of the newest history
USUAL_LINES = 40.0  # order lines of a usual fortnight that each fortnight is given beforehand
STEADY = 0.05  # of a share: a season is told no finer than that,
ERRORS = 1.5  # nor than so many standard errors of a fortnight: one line more must not move a region
FEWEST_LINES = 40 * PARTS  # of those who ordered from the first year on, from which they alone are asked
SMOOTHING = np.array([0.1, 0.8, 0.1])


@dataclass(frozen=True, slots=True)
class Season:
    """Use of each part of the year, as a share of the yearly mean; all ones where the history tells nothing.

    Parameters
    ----------
    share : ndarray of float64, shape (PARTS,)
        Mean 1.
    """

    share: FloatArray

    def clock(self, first: int, last: int) -> FloatArray:
        """Count time by the use it holds.

        Parameters
        ----------
        first, last : int
            Days since 1970-01-01.

        Returns
        -------
        ndarray of float64, shape (last - first + 1,)
            Usual days from the morning of ``first`` to the morning of each day up to ``last``.

        Examples
        --------
        >>> Season(np.ones(PARTS)).clock(100, 103).tolist()
        [0.0, 1.0, 2.0, 3.0]
        """
        days = np.arange(first, last)
        return np.concatenate([[0.0], np.cumsum(self.share[part_of_year(days)])])


def part_of_year(day: IntArray) -> IntArray:
    """The part of its year in which each day lies."""
    part: IntArray = ((day % YEAR) / YEAR * PARTS).astype(np.int64)
    return part


def season_of(line_day: IntArray, begin: int, as_of: int, position: IntArray | None = None) -> Season:
    """Read the season of a whole region off its order lines.

    Parameters
    ----------
    line_day : ndarray of int64, shape (n_lines,)
        Days of the order lines, since 1970-01-01.
    begin, as_of : int
        The days between which the history lies.
    position : ndarray of int64, shape (n_lines,), optional
        Whose lines they are: only those who ordered in the first of the years are asked, where there are enough.

    Returns
    -------
    Season
        From whole years only, so that each part of the year counts as often as any other.

    Notes
    -----
    Lines, not units: a few large items would drown the rest. Cabinets put up one by one are no season. A line
    follows the use that it replaces by a part of a card, so the season comes a little late and a little flat.
    Smoothed over neighbouring fortnights, and drawn towards no season at all.
    """
    years = min(int((as_of - begin) / YEAR), MOST_YEARS)
    if years < 1:
        return Season(np.ones(PARTS))
    inside = (line_day >= as_of - int(years * YEAR)) & (line_day < as_of)
    if position is not None and years > 1:
        inside &= _there_before(line_day, position, as_of - int((years - 1) * YEAR))
    recent = line_day[inside]
    lines = np.bincount(part_of_year(recent), minlength=PARTS).astype(np.float64)
    ring = np.concatenate([lines[-1:], lines, lines[:1]])
    smooth = np.convolve(ring, SMOOTHING, mode="valid") + USUAL_LINES
    # Doubled as often as it takes: a step that followed the lines would itself move with each of them.
    step = STEADY * 2.0 ** max(np.ceil(np.log2(ERRORS / np.sqrt(smooth.mean()) / STEADY)), 0.0)
    share = np.maximum(1.0 + step * np.rint((smooth / smooth.mean() - 1.0) / step), step)
    return Season(share / share.mean())


def _there_before(line_day: IntArray, position: IntArray, until: int) -> BoolArray:
    """Which lines are of positions that had ordered before a day; all where these have too few lines."""
    owners = np.zeros(int(position.max(initial=-1)) + 1, dtype=np.bool_)
    owners[position[line_day < until]] = True
    found: BoolArray = owners[position]
    return found if found.sum() >= FEWEST_LINES else np.ones(len(position), dtype=np.bool_)
