"""The best levels of one position: a wide look first, then closer and closer around what does well."""

from __future__ import annotations

import math
from collections.abc import Iterable

from brikopt.errors import BrikoptError
from brikopt.levels.evaluation import evaluate
from brikopt.levels.level_range import LevelRange, Point, highest_level, level_range
from brikopt.levels.performance import Performance
from brikopt.levels.plans import Brik, MinMax, OrderUpTo, Plan
from brikopt.levels.position import Costs, Position
from brikopt.levels.trial import Trial, TrialGround

KEPT = 8  # plans that a closer look begins from
ON_THE_EDGE = 4  # of the cheaper plans that break the promise, as many again: the best lies between the two
FINALISTS = 24  # plans tried for longer
PRICED = 8  # of these, the most that are evaluated in full
LONGER = 10  # times the days of the first tries
NEAR_THE_TOP = 0.85  # of the range: the best may lie beyond it
WIDENINGS = 6  # each doubles the range
ROUNDING = 1e-12  # of a fill rate


class NoFeasibleLevels(BrikoptError, ValueError):
    """No levels keep the promise.

    Parameters
    ----------
    min_fill_rate : float
        The promise.
    best : float
        Highest fill rate found.
    highest : int
        Largest full stock tried, units.
    """

    def __init__(self, min_fill_rate: float, best: float, highest: int) -> None:
        self.min_fill_rate, self.best, self.highest = min_fill_rate, best, highest
        super().__init__(
            f"min_fill_rate is {min_fill_rate}, and levels up to {highest} units reach {best:.4f} at most; "
            "lower it, or allow more stock"
        )

    def __reduce__(self) -> tuple[type[NoFeasibleLevels], tuple[float, float, int]]:
        return type(self), (self.min_fill_rate, self.best, self.highest)


def optimise(
    item: Position,
    costs: Costs,
    policy: type[Brik] | type[MinMax] | type[OrderUpTo] = Brik,
    min_fill_rate: float = 0.95,
) -> tuple[Plan, Performance]:
    """Find the cheapest levels that keep a promised fill rate.

    A grid over the range of sensible levels is tried first, then ever finer grids around the plans that do well, until
    no neighbour is better; the range is doubled while the best lies near its top. Tries are exact where a shelf has few
    states, and else simulated on the same days for all plans; the finalists are tried for longer, and evaluated in
    full, on days that were not used for choosing.

    Parameters
    ----------
    item : Position
        The shelf.
    costs : Costs
        What things cost.
    policy : {Brik, MinMax, OrderUpTo}
        What kind of plan; cards are 1 to 4.
    min_fill_rate : float
        Expected share of the demand to be met at once from the shelf; 0 asks for the cheapest levels alone.

    Returns
    -------
    plan : Brik, MinMax or OrderUpTo
        The smaller one of two that cost the same.
    performance : Performance
        As from ``evaluate``.

    Raises
    ------
    NoFeasibleLevels
        If no levels keep the promise.
    ValueError
        If the promise is no share, or no levels are best because larger ones always are.

    Examples
    --------
    One unit is wanted every day and comes the next day: two on the shelf and on order are enough.

    >>> from brikopt.levels import Costs, OrderUpTo, Position, optimise
    >>> optimise(Position([0, 1]), Costs(holding_unit_day=1, shortage_unit=9), policy=OrderUpTo)[0]
    OrderUpTo(level=2)
    """
    _check(item, costs, policy, min_fill_rate)
    highest = highest_level(item, costs, policy)
    for _ in range(WIDENINGS):
        found = _search(item, costs, policy, highest, min_fill_rate)
        best = _ranked(found, min_fill_rate)[0]
        if highest == item.max_stock or (_keeps(best.performance, min_fill_rate) and _settled(best, highest, item)):
            break
        highest = min(2 * highest, item.max_stock or 2 * highest)
    return _final(item, costs, found, highest, min_fill_rate)


def _check(item: Position, costs: Costs, policy: type[Plan], min_fill_rate: float) -> None:
    if policy not in (Brik, MinMax, OrderUpTo):
        raise ValueError(f"policy is {policy!r}; use Brik, MinMax or OrderUpTo")
    if not 0 <= min_fill_rate <= 1:
        raise ValueError(f"min_fill_rate is {min_fill_rate}; use a share from 0 to 1")
    if item.backorders and not costs.shortage_unit and not min_fill_rate:
        raise ValueError("shortage_unit and min_fill_rate are both 0: owing ever more would always be cheaper")


def _settled(best: Trial, highest: int, item: Position) -> bool:
    return best.plan.full_stock <= NEAR_THE_TOP * highest - item.pack_size


def _search(item: Position, costs: Costs, policy: type[Plan], highest: int, min_fill_rate: float) -> dict[Point, Trial]:
    levels = level_range(item, costs, policy, highest)
    ground = TrialGround(item, costs, highest)
    step = levels.widest_step
    tried: dict[Point, Trial] = {}
    fresh = levels.grid(step)
    while fresh:
        tried |= _tries(ground, levels, fresh)
        starts = _starts(tried, min_fill_rate)
        fresh = _unseen(levels, starts, step, tried)
        while not fresh and step > 1:
            step //= 2
            fresh = _unseen(levels, starts, step, tried)
    if not tried:
        raise NoFeasibleLevels(min_fill_rate, 0.0, highest)
    return tried


def _unseen(levels: LevelRange, starts: list[Point], step: int, tried: dict[Point, Trial]) -> list[Point]:
    near = levels.around(starts, step)
    return [point for point in near if point not in tried and levels.plan(point) is not None]


def _tries(ground: TrialGround, levels: LevelRange, points: Iterable[Point]) -> dict[Point, Trial]:
    plans = ((point, levels.plan(point)) for point in points)
    return {point: ground.run(plan) for point, plan in plans if plan is not None}


def _starts(tried: dict[Point, Trial], min_fill_rate: float) -> list[Point]:
    """Points to look around: the cheapest that keep the promise, and the cheaper ones that nearly do."""
    ranked = sorted(tried, key=lambda point: _rank(tried[point], min_fill_rate))
    keeping = [point for point in ranked if _keeps(tried[point].performance, min_fill_rate)]
    breaking = [point for point in ranked if not _keeps(tried[point].performance, min_fill_rate)]
    limit = tried[keeping[0]].performance.cost_per_day if keeping else math.inf
    cheaper = [point for point in breaking if tried[point].performance.cost_per_day <= limit]
    return keeping[:KEPT] + cheaper[:ON_THE_EDGE]


def _keeps(found: Performance, min_fill_rate: float) -> bool:
    return found.fill_rate >= min_fill_rate - ROUNDING


def _rank(trial: Trial, min_fill_rate: float) -> tuple[bool, float, int]:
    """Plans that keep the promise by cost, then the others by how nearly they do; smaller ones first among equals."""
    found = trial.performance
    breaks = not _keeps(found, min_fill_rate)
    value = -found.fill_rate if breaks else found.cost_per_day
    return breaks, float(f"{value:.9e}"), trial.plan.full_stock


def _ranked(tried: dict[Point, Trial], min_fill_rate: float) -> list[Trial]:
    return sorted(tried.values(), key=lambda trial: _rank(trial, min_fill_rate))


def _final(
    item: Position, costs: Costs, tried: dict[Point, Trial], highest: int, min_fill_rate: float
) -> tuple[Plan, Performance]:
    """Try the best for longer, then evaluate them in full until one is sure."""
    longer = TrialGround(item, costs, highest, longer=LONGER)
    again = [trial if trial.exact else longer.run(trial.plan) for trial in _ranked(tried, min_fill_rate)[:FINALISTS]]
    priced: list[Trial] = []
    for trial in sorted(again, key=lambda one: _rank(one, min_fill_rate))[:PRICED]:
        found = trial.performance if trial.exact else evaluate(item, costs, trial.plan)
        exact = trial.exact or found.standard_error == 0
        priced.append(Trial(trial.plan, found, exact))
        if trial.exact or (not exact and _keeps(found, min_fill_rate)):
            break
    best = min(priced, key=lambda one: _rank(one, min_fill_rate))
    if not _keeps(best.performance, min_fill_rate):
        raise NoFeasibleLevels(min_fill_rate, best.performance.fill_rate, highest)
    return best.plan, best.performance
