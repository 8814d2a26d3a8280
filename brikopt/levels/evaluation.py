"""How a plan does in the long run: exact where its states can be listed, else simulated."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from brikopt.levels.long_run import long_run, long_run_solved, next_day
from brikopt.levels.performance import Flow, Performance, cost_weights, performance
from brikopt.levels.plans import Plan
from brikopt.levels.position import Costs, Position
from brikopt.levels.renewal import is_renewal, renewal_flow
from brikopt.levels.shelf_states import shelf_states
from brikopt.levels.simulated import Days, Simulated, batch_days, draw_days, error_of_mean, simulate

FloatArray = npt.NDArray[np.float64]

MOST_STATES = 300_000
MOST_WORK = 1_000_000_000  # moves weighed while the shares of the states settle
SEED = 20_240_229  # of the draws that a plan is priced with; those for choosing are others
FEWEST_BATCHES = 40
MOST_DAYS = 8_000_000
ENOUGH = 4e-4  # standard error that is small enough, as a share of the cost


def evaluate(item: Position, costs: Costs, plan: Plan) -> Performance:
    """Long-run averages per day of one position under a plan.

    Within a day: order, use, throw out, hold, arrive (contract, section 6). Exact where the goods keep and what is
    short is owed, and where a shelf has at most 300,000 states; otherwise simulated from a fixed seed until the
    standard error of the cost is 0.04 % of it, or 8 million days have passed. Where the days go round in a circle, the
    average is over whole rounds.

    Parameters
    ----------
    item : Position
        The shelf.
    costs : Costs
        What things cost.
    plan : Brik, MinMax or OrderUpTo
        When to order, and how much.

    Returns
    -------
    Performance
        With ``standard_error`` 0 where it is exact.

    Raises
    ------
    ValueError
        If the plan can't be followed on this shelf; the message names the value.

    Examples
    --------
    One unit a day that keeps one day, ordered every day: nothing is short, nothing expires.

    >>> from brikopt.levels import Costs, OrderUpTo, Position, evaluate
    >>> item = Position(demand_pmf=[0, 1], lead_time_days=1, shelf_life_days=1)
    >>> found = evaluate(item, Costs(order_line=18, order_unit=2), OrderUpTo(2))
    >>> found.order_lines_per_day, found.ordered_per_day, found.cost_per_day
    (0.5, 1.0, 11.0)
    """
    flow = renewal_flow(item, plan) if is_renewal(item) else _listed_flow(item, plan)
    if flow is not None:
        return performance(item, costs, flow)
    found = simulate_long(item, costs, plan)
    return performance(item, costs, found.mean, error_of_mean(found.cost(item, costs)))


def quick_flow(item: Position, plan: Plan, most_states: int, most_moves: int, most_work: int) -> Flow | None:
    """Long-run flow, computed where that is quick.

    Parameters
    ----------
    item : Position
        The shelf.
    plan : Plan
        When to order, and how much.
    most_states, most_moves, most_work : int
        States of the shelf, moves between them, and moves to weigh, before giving up.

    Returns
    -------
    Flow or None
        None where it takes longer.
    """
    if is_renewal(item):
        return renewal_flow(item, plan)
    states = shelf_states(item, plan, most_states, most_moves)
    share = long_run(states.chain, most_work) if states else None
    return None if states is None or share is None else Flow(*(share @ states.flow).tolist())


def _listed_flow(item: Position, plan: Plan) -> Flow | None:
    states = shelf_states(item, plan, MOST_STATES)
    if states is None:
        return None
    share = long_run(states.chain, MOST_WORK)
    share = long_run_solved(states.chain) if share is None else share
    return None if share is None else Flow(*(share @ states.flow).tolist())


def simulate_long(item: Position, costs: Costs, plan: Plan) -> Simulated:
    """Simulate a plan until its cost is known well enough.

    Parameters
    ----------
    item : Position
        The shelf.
    costs : Costs
        What things cost.
    plan : Plan
        When to order, and how much.

    Returns
    -------
    Simulated
    """
    length = batch_days(item, plan.full_stock)
    most = max(MOST_DAYS // length, FEWEST_BATCHES)
    batches: list[FloatArray] = []
    for flow in simulate(item, plan, _drawn(item, length)):
        batches.append(flow)
        if len(batches) >= FEWEST_BATCHES and (len(batches) & (len(batches) - 1) == 0 or len(batches) >= most):
            cost = Simulated(np.array(batches)).cost(item, costs)
            if len(batches) >= most or error_of_mean(cost) <= ENOUGH * cost.mean():
                break
    return Simulated(np.array(batches))


def _drawn(item: Position, length: int) -> Iterator[Days]:
    rng = np.random.default_rng(SEED)
    while True:
        yield draw_days(item, rng, length)


def discounted_cost(item: Position, costs: Costs, plan: Plan, *, discount: float, warm_up: int, days: int) -> float:
    """Expected discounted cost of some days that follow a warm-up from an empty shelf; exact.

    For answers that are published this way, such as those of De Moor, Gijsbrechts & Boute (2022): 100 days of warm-up,
    then the sum over k = 0 … 364 of 0.99^k times the cost of a day.

    Parameters
    ----------
    item : Position
        The shelf.
    costs : Costs
        What things cost.
    plan : Plan
        When to order, and how much.
    discount : float
        Weight of tomorrow's cost beside today's, 0 to 1.
    warm_up : int
        Days before the first that counts.
    days : int
        Days that count.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the shelf has more than 300,000 states.

    Examples
    --------
    >>> from brikopt.levels.plans import OrderUpTo
    >>> nothing = OrderUpTo(0)
    >>> discounted_cost(Position([0, 1]), Costs(shortage_unit=8), nothing, discount=0.5, warm_up=3, days=3)
    14.0
    """
    states = shelf_states(item, plan, MOST_STATES)
    if states is None:
        raise ValueError(f"the shelf has more than {MOST_STATES} states under {plan}; use evaluate, which can simulate")
    cost = states.flow @ cost_weights(item, costs)
    share = np.zeros(len(cost))
    share[states.chain.start] = 1.0
    total = 0.0
    for day in range(warm_up + days):
        if day >= warm_up:
            total += float(discount ** (day - warm_up) * (share @ cost))
        share = next_day(share, *states.chain[:3])
    return total
