"""A shelf while nothing comes: how long what lies there lasts."""

from __future__ import annotations

import numpy as np

from brikopt.stock.ageing import Outcome, Plan, live_forward
from brikopt.stock.outlook import Outlook


def live_without_supply(plan: Plan, ahead: Outlook, paths: int, days: int, *, arrives: bool) -> Outcome:
    """Live each future while nobody can order.

    Parameters
    ----------
    plan : Plan
        Today's levels.
    ahead : Outlook
        At least so many futures and days.
    paths, days : int
        How many, and how far.
    arrives : bool
        Whether what is on order still comes.

    Returns
    -------
    Outcome
        ``first_short`` is the day on which the first unit is missing; ``days`` where none is.
    """
    start = ahead.start
    if not arrives:
        start = start._replace(arrival=np.full_like(start.arrival, days + 1))
    return live_forward(plan._replace(max_level=0), ahead.supply, start, ahead.draws, paths, days)
