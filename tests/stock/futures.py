"""One shelf with a future written by hand: known use, known deliveries, no chance anywhere."""

import numpy as np

from brikopt.demand.future import uses_of
from brikopt.schedule import days_until, weekday_mask
from brikopt.stock.ageing import Draws, Outcome, Plan, Start, Supply, live_forward
from brikopt.stock.outlook import Outlook
from brikopt.stock.shelf import MAX_LOTS, put

NOTHING = Plan(is_brik=True, min_level=0, max_level=0, brik_qty=1, pack_size=1)  # orders nothing
EVERY_DAY = "1,2,3,4,5,6,7"


def cards(qty, count):
    """A plan of so many cards."""
    return Plan(is_brik=True, min_level=(count - 1) * qty, max_level=count * qty, brik_qty=qty, pack_size=1)


def min_max(min_level, max_level, pack_size=1):
    """A plan without cards."""
    return Plan(is_brik=False, min_level=min_level, max_level=max_level, brik_qty=1, pack_size=pack_size)


def known_future(
    use,
    lots=(),
    *,
    days=None,
    ordered=(),
    shelf_life=0,
    checks=(),
    order_days=EVERY_DAY,
    delivery_days=EVERY_DAY,
    lead_time=1,
    weekday=0,
    newest_first=0.0,
    pick=0.5,
    thrown_out_at_once=False,
):
    """One position and its future, day 0 a Monday unless told otherwise.

    Parameters
    ----------
    use : int, sequence of int, or array of shape (paths, days)
        Units wanted: every day, day by day, or for several paths.
    lots : sequence of (date, units)
        On the shelf on the morning of day 0; dates in days from day 0.
    days : int, optional
        How far, where ``use`` is one number.
    ordered : sequence of (day, units)
        What is on its way, and the day it comes.
    """
    wanted = np.full(days, use) if np.isscalar(use) else np.asarray(use)
    wanted = np.atleast_2d(wanted).astype(np.int64)
    paths = len(wanted)
    expiry, units = np.zeros((2, paths, MAX_LOTS), dtype=np.int64)
    count = 0
    for path in range(paths):
        count = 0
        for date, quantity in lots:
            count = put(expiry[path], units[path], count, date, quantity)
    return Outlook(
        Supply(
            order_wait=days_until(weekday_mask(order_days)),
            delivery_wait=days_until(weekday_mask(delivery_days)),
            weekday=weekday,
            checks=np.array(checks, dtype=np.int64),
            thrown_out_at_once=thrown_out_at_once,
        ),
        Start(
            expiry=expiry,
            units=units,
            lots=np.full(paths, count),
            newest_first=np.full(paths, float(newest_first)),
            arrival=np.tile(np.array([day for day, _ in ordered], dtype=np.int64), (paths, 1)),
            ordered=np.array([quantity for _, quantity in ordered], dtype=np.int64),
        ),
        Draws(
            uses=uses_of(wanted),
            pick=np.full(np.count_nonzero(wanted), pick),
            lead_time=np.full((paths, 4), lead_time, dtype=np.int64),
            life=np.full((paths, 4), shelf_life, dtype=np.int64),
        ),
    )


def lived(plan, outlook, days=None):
    """Live every path of a future under a plan."""
    uses = outlook.draws.uses
    far = uses.days if days is None else days
    return live_forward(plan, outlook.supply, outlook.start, outlook.draws, len(uses.first) - 1, far)


def figures(outcome: Outcome):
    """The outcome of the first path as plain numbers, by name."""
    return {name: int(values[0]) for name, values in outcome._asdict().items()}


def left(plan, outlook):
    """Units on the shelf at the end of the last day: what that day adds to the unit-days held."""
    days = outlook.draws.uses.days
    return lived(plan, outlook).holding - lived(plan, outlook, days - 1).holding
