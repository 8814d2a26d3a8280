"""The trimmed levels: card size and number of cards, or min and max; and one position as a library."""

from brikopt.levels.evaluation import discounted_cost, evaluate
from brikopt.levels.optimisation import NoFeasibleLevels, optimise
from brikopt.levels.performance import Performance
from brikopt.levels.plans import Brik, MinMax, OrderUpTo
from brikopt.levels.position import Costs, Position

__all__ = [
    "Brik",
    "Costs",
    "MinMax",
    "NoFeasibleLevels",
    "OrderUpTo",
    "Performance",
    "Position",
    "discounted_cost",
    "evaluate",
    "optimise",
]
