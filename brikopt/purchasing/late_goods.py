"""Goods on order that should have been there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from brikopt.demand.order_lines import OrderLines
from brikopt.purchasing.calendars import Calendars, weekday_of


def waits_for_late_goods(lines: OrderLines, when: Calendars, as_of: int) -> NDArray[np.bool_]:
    """Say which positions wait for goods whose planned day has passed.

    Parameters
    ----------
    lines : OrderLines
        Of all positions, before ``as_of``.
    when : Calendars
        Of all positions.
    as_of : int
        Moment of decision, days since 1970-01-01.

    Returns
    -------
    ndarray of bool, shape (n_positions,)
        Goods that were to come yesterday or earlier, and are neither there nor void (contract, section 5).
    """
    planned = lines.day + when.arrival[lines.position, weekday_of(lines.day)]
    late = lines.open_at(as_of) & ~lines.urgent & (planned < as_of)
    found: NDArray[np.bool_] = np.bincount(lines.position[late], minlength=len(when.arrival)) > 0
    return found
