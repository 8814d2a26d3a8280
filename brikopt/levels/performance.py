"""How one position does in the long run: what flows through it a day, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from brikopt.levels.position import Costs, Position

FloatArray = npt.NDArray[np.float64]


class Flow(NamedTuple):
    """Means per day; the columns of every table of flows, in this order."""

    ordered: float  # units
    lines: float  # days with an order
    short: float  # units wanted and not on the shelf
    owed: float  # units owed at a day's end
    expired: float  # units thrown out
    on_hand: float  # units left at a day's end


@dataclass(frozen=True, slots=True)
class Performance:
    """Long-run averages of one position.

    Parameters
    ----------
    cost_per_day : float
        Everything together, in the currency of the costs.
    fill_rate : float
        Units met at once from the shelf / units wanted; 1 where nothing is wanted.
    short_per_day : float
        Units wanted and not on the shelf that day.
    expired_per_day : float
        Units thrown out.
    ordered_per_day : float
        Units ordered.
    on_hand_per_day : float
        Units left at a day's end, before goods arrive: those that holding is paid for.
    order_lines_per_day : float
        Share of the days on which something is ordered.
    owed_per_day : float
        Units owed at a day's end; 0 where what is short is lost.
    standard_error : float
        Of the cost per day; 0 where it is exact.
    """

    cost_per_day: float
    fill_rate: float
    short_per_day: float
    expired_per_day: float
    ordered_per_day: float
    on_hand_per_day: float
    order_lines_per_day: float
    owed_per_day: float = 0.0
    standard_error: float = 0.0


def cost_weights(item: Position, costs: Costs) -> FloatArray:
    """Cost of one of each flow, in the order of ``Flow``.

    Parameters
    ----------
    item : Position
        Says whether what is short is lost or owed.
    costs : Costs
        What things cost.

    Returns
    -------
    ndarray of shape (6,)

    Examples
    --------
    >>> cost_weights(Position([1.0]), Costs(order_line=18, shortage_unit=40)).tolist()
    [0.0, 18.0, 40.0, 0.0, 0.0, 0.0]
    """
    lost, owed = (0.0, costs.shortage_unit) if item.backorders else (costs.shortage_unit, 0.0)
    return np.array(
        [costs.order_unit, costs.order_line, lost, owed, costs.expired_unit, costs.holding_unit_day], dtype=np.float64
    )


def performance(item: Position, costs: Costs, flow: Flow, standard_error: float = 0.0) -> Performance:
    """Price what flows through a position a day.

    Parameters
    ----------
    item : Position
        How much is wanted, and whether what is short is lost.
    costs : Costs
        What things cost.
    flow : Flow
        Means per day.
    standard_error : float
        Of the cost, 0 where the flow is exact.

    Returns
    -------
    Performance
    """
    wanted = item.mean_demand
    return Performance(
        cost_per_day=float(cost_weights(item, costs) @ np.array(flow)),
        fill_rate=1 - flow.short / wanted if wanted else 1.0,
        short_per_day=flow.short,
        expired_per_day=flow.expired,
        ordered_per_day=flow.ordered,
        on_hand_per_day=flow.on_hand,
        order_lines_per_day=flow.lines,
        owed_per_day=flow.owed,
        standard_error=standard_error,
    )
