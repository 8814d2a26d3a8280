"""Where a chain of days is found in the long run."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.sparse
import scipy.sparse.linalg
from numba import njit

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

PRECISION = 1e-10  # of the shares, added up
LARGEST_SOLVED = 5_000  # states that a direct solution takes
REMEMBERED = 1 - 1e-9  # weight of tomorrow; as it nears 1 the weighted mean of all days nears the long-run average
ROUND = 16  # days between two looks at how far the shares still move


class Chain(NamedTuple):
    """States of days, and the chances to move between them, row by row."""

    row: IntArray  # (n_states + 1,) where each state's moves begin
    target: IntArray  # (n_moves,)
    chance: FloatArray  # (n_moves,)
    start: int  # state of the first day


def long_run(chain: Chain, most_work: int) -> FloatArray | None:
    """Share of the days spent in each state in the long run.

    The chain is followed day by day from its start, each day standing still with a chance of one half. That changes no
    long-run average, and makes the shares settle where the chain is periodic (Stewart 1994, Introduction to the
    Numerical Solution of Markov Chains, section 3.1).

    Parameters
    ----------
    chain : Chain
        States, moves and the state of the first day.
    most_work : int
        Moves to weigh before giving up; a second does some hundred millions.

    Returns
    -------
    ndarray of shape (n_states,), or None
        None where the shares do not settle by then: the shelf hardly ever leaves one habit for another.

    Examples
    --------
    Two states that always change places:

    >>> long_run(Chain(np.array([0, 1, 2]), np.array([1, 0]), np.array([1.0, 1.0]), start=0), 10_000).tolist()
    [0.5, 0.5]
    """
    share, settled = _settle(*chain, most_work)
    return share / share.sum() if settled else None


def long_run_solved(chain: Chain) -> FloatArray | None:
    """Share of the days spent in each state in the long run, from one system of linear equations.

    Slower than ``long_run`` for most shelves, but not slowed down where habits last for ages.

    Parameters
    ----------
    chain : Chain
        States, moves and the state of the first day.

    Returns
    -------
    ndarray of shape (n_states,), or None
        None where there are more than 5,000 states.

    Examples
    --------
    >>> long_run_solved(Chain(np.array([0, 1, 2]), np.array([1, 0]), np.array([1.0, 1.0]), start=0)).round(6).tolist()
    [0.5, 0.5]
    """
    states = len(chain.row) - 1
    if states > LARGEST_SOLVED:
        return None
    moves = scipy.sparse.csr_array((chain.chance, chain.target, chain.row), shape=(states, states))
    first = np.zeros(states)
    first[chain.start] = 1.0
    share = scipy.sparse.linalg.spsolve((scipy.sparse.eye_array(states) - REMEMBERED * moves.T).tocsc(), first)
    share = np.maximum(share, 0.0)
    found: FloatArray = share / share.sum()
    return found


@njit(cache=True)
def next_day(share: FloatArray, row: IntArray, target: IntArray, chance: FloatArray) -> FloatArray:
    """Chances of the states tomorrow, given those of today."""
    tomorrow = np.zeros(len(share))
    for state in range(len(share)):
        if share[state] > 0.0:
            for move in range(row[state], row[state + 1]):
                tomorrow[target[move]] += share[state] * chance[move]
    return tomorrow


@njit(cache=True)
def _settle(row: IntArray, target: IntArray, chance: FloatArray, start: int, most_work: int) -> tuple[FloatArray, bool]:
    share = np.zeros(len(row) - 1)
    share[start] = 1.0
    moved_before = 2.0
    for _ in range(max(most_work // (ROUND * (len(target) + 1)), 1)):
        for _ in range(ROUND):
            today = share
            share = (today + next_day(today, row, target, chance)) / 2
        moved = np.abs(share - today).sum()
        slowing = moved / moved_before  # in a round; what is still to come is a geometric series
        if moved < 1e-15 or (slowing < 1 and moved * ROUND / (1 - slowing) < PRECISION):
            return share, True
        moved_before = moved
    return share, False
