"""Whether the installation works, and how fast this machine is: an answer within seconds."""

from __future__ import annotations

import platform
import time
from typing import NamedTuple

import joblib
import numpy as np
from scipy import stats

from brikopt import __version__
from brikopt.contract.rules import Language
from brikopt.errors import BrikoptError
from brikopt.levels import Brik, Costs, OrderUpTo, Position, evaluate
from brikopt.levels.simulated import draw_days, simulate
from brikopt.reason import Reason
from brikopt.reports.sentences import Sentences

DAYS = 200_000  # of a shelf with cards, lived twice: the first time reads or makes what is compiled
USUAL_DAYS_PER_SECOND = 6.5e6  # on one core of the machine on which a position took USUAL_SECONDS
USUAL_SECONDS = 0.0065  # of one core for each position of a run
HOSPITAL = 2_000  # positions


class KnownAnswer(NamedTuple):
    """One position with an answer that is known exactly."""

    source: str
    mean_demand: float
    life: int
    most: int  # units in an order
    level: int
    profit_per_day: float


# Hendrix, Ortega, Haijema, Buisman & Garcia 2019, Computers & Operations Research 110; exact to six decimals.
KNOWN = (
    KnownAnswer("Hendrix et al. 2019, M=2, mean 5", 5.0, 2, 10, 13, 2.189441),
    KnownAnswer("Hendrix et al. 2019, M=2, mean 7", 7.0, 2, 14, 18, 3.20054),
    KnownAnswer("Hendrix et al. 2019, M=3, mean 5", 5.0, 3, 15, 15, 2.393013),
)
TOLERANCE = 2e-6


def selftest(lang: Language) -> list[str]:
    """Work out answers that are known, and time a shelf lived day by day.

    Parameters
    ----------
    lang : {"da", "en"}
        Language of what is told.

    Returns
    -------
    list of str
        Versions, how many answers are right, and how long a hospital will take.

    Raises
    ------
    BrikoptError
        If an answer is wrong: nothing that this installation says should then be believed.
    """
    for known in KNOWN:
        found = _profit(known)
        if abs(found - known.profit_per_day) > TOLERANCE:
            problem = f"{known.source}: {found:.6f} a day, where {known.profit_per_day:.6f} is right"
            raise BrikoptError(f"{problem}; install brikopt afresh.")
    first, again = _seconds(), _seconds()
    cores = int(joblib.cpu_count())
    slower = again / DAYS * USUAL_DAYS_PER_SECOND
    told = (
        Reason("selftest_versions", {"version": __version__, "python": platform.python_version(), "cores": cores}),
        Reason("selftest_right", {"answers": len(KNOWN)}),
        Reason("selftest_speed", {"ready": max(first - again, 0.0), "days": DAYS / again / 1e6}),
        Reason("selftest_hospital", {"positions": HOSPITAL, "seconds": HOSPITAL * USUAL_SECONDS * slower / cores}),
    )
    sentences = Sentences(lang)
    return [sentences.say(one) for one in told]


def _profit(known: KnownAnswer) -> float:
    """A unit bought costs 0.5 and earns 1 when it is sold; DKK a day."""
    demand = stats.poisson.pmf(np.arange(60), known.mean_demand)
    item = Position(demand, lead_time_days=1, shelf_life_days=known.life, max_order=known.most)
    costs = Costs(order_unit=0.5, shortage_unit=1.0)
    return known.mean_demand - evaluate(item, costs, OrderUpTo(known.level)).cost_per_day


def _seconds() -> float:
    """How long it takes to live a shelf with cards through its days, goods that expire among them."""
    item = Position([0.8, 0.15, 0.05], lead_time_days=2, shelf_life_days=180, newest_first_share=0.2, pack_size=5)
    rng = np.random.default_rng(0)
    days = [draw_days(item, rng, DAYS) for _ in range(2)]  # the first fills the shelf
    begun = time.process_time()  # of this process alone: others may be busy
    list(simulate(item, Brik(qty=10, count=2), iter(days)))
    return (time.process_time() - begun) / len(days)
