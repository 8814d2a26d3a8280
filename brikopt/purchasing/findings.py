"""All findings for the purchasers, in one list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import chain

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.demand.order_lines import OrderLines
from brikopt.policy import Policy
from brikopt.purchasing.air_freight import flown_that_could_sail
from brikopt.purchasing.calendars import calendars
from brikopt.purchasing.finding import Finding, ranked
from brikopt.purchasing.frequency import ordered_too_often
from brikopt.purchasing.order_history import YEAR, day_number, order_history
from brikopt.purchasing.packs import packs_too_large
from brikopt.purchasing.pooling import pooling
from brikopt.purchasing.received import received_by_weekday
from brikopt.purchasing.shelves import shelves
from brikopt.purchasing.substitutes import substitutes
from brikopt.purchasing.urgent_causes import urgent_causes
from brikopt.purchasing.urgent_orders import urgent_orders


def purchasing(
    positions: pd.DataFrame,
    lines: OrderLines,
    *,
    first_day: NDArray[np.int64],
    dispersion: NDArray[np.float64],
    share_left: float,
    policy: Policy,
    as_of: date,
) -> Sequence[Finding]:
    """Look for everything that a purchaser can change.

    Parameters
    ----------
    positions : DataFrame
        Position table with ``demand_per_day_mean``, ``demand_per_day_sd``, ``p_dead``, ``new_min_level``,
        ``new_max_level`` and ``new_expired_units_per_year`` beside it.
    lines : OrderLines
        Order lines before ``as_of``; ``position`` is the row of ``positions``.
    first_day : ndarray of int64, shape (n_positions,)
        When each position's history begins, days since 1970-01-01.
    dispersion : ndarray of float64, shape (n_positions,)
        Variance of use over its mean.
    share_left : float
        Share of the shelf life that is usually left when goods arrive.
    policy : Policy
        Prices, promises, and the least saving.
    as_of : date
        Moment of decision.

    Returns
    -------
    sequence of Finding
        Most kroner first; at most one for each item and code. Kroner of different findings overlap, with one
        another and with the trim list: each is what it would save alone.
    """
    rows = shelves(positions, order_history(lines, first_day, as_of), dispersion, share_left, policy)
    when = calendars(positions)
    end = day_number(as_of)
    urgent = urgent_causes(lines, when, end - YEAR, end)
    return ranked(
        chain(
            packs_too_large(rows, policy),
            ordered_too_often(rows, received_by_weekday(positions, lines, end - YEAR, end), policy),
            urgent_orders(rows, urgent, when.longest_wait, policy),
            flown_that_could_sail(rows, policy),
            substitutes(rows, policy),
            pooling(rows, policy),
        )
    )
