"""Pricing many plans fast: exact where that is quick, else on the same drawn days for all of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from brikopt.levels.evaluation import quick_flow
from brikopt.levels.performance import Flow, Performance, performance
from brikopt.levels.plans import Plan
from brikopt.levels.position import Costs, Position
from brikopt.levels.simulated import Days, batch_days, draw_days, simulate

FEW_STATES = 3_000
FEW_MOVES = 60_000
LITTLE_WORK = 5_000_000
SEED = 20_250_228  # of the draws for choosing; what is chosen is priced with others
BATCHES = 10  # batches of days that a plan is tried on
MOST_DAYS = 400_000


@dataclass(frozen=True, slots=True)
class Trial:
    """What a plan did when it was tried; ``exact`` where nothing was drawn."""

    plan: Plan
    performance: Performance
    exact: bool


@dataclass(frozen=True, slots=True)
class TrialGround:
    """Tries plans on one position.

    Parameters
    ----------
    item : Position
        The shelf.
    costs : Costs
        What things cost.
    highest : int
        Largest full stock that will be tried, units.
    longer : int
        How many times longer than usual to try; other days are drawn.
    """

    item: Position
    costs: Costs
    highest: int
    longer: int = 1
    days: list[Days] = field(init=False, default_factory=list)

    def run(self, plan: Plan) -> Trial:
        """Try one plan."""
        flow = quick_flow(self.item, plan, FEW_STATES, FEW_MOVES, LITTLE_WORK)
        exact = flow is not None
        return Trial(plan, performance(self.item, self.costs, flow or self._simulated(plan)), exact)

    def _simulated(self, plan: Plan) -> Flow:
        if not self.days:
            self.days.extend(self._draw())
        flows = np.array(list(simulate(self.item, plan, iter(self.days))))
        return Flow(*flows[0].tolist())

    def _draw(self) -> list[Days]:
        rng = np.random.default_rng([SEED, self.longer])
        round_days = len(self.item.by_weekday)
        warm_up = min(batch_days(self.item, self.highest), MOST_DAYS // BATCHES // round_days * round_days)
        return [draw_days(self.item, rng, warm_up), draw_days(self.item, rng, warm_up * BATCHES * self.longer)]
