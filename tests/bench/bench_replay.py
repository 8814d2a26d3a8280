"""How many position-days a second a shelf is lived forward, beside a plain Python loop over the same days.

Run by ``make bench``. The loop takes every day in turn, as the contract describes it (section 5); what it finds on the
same draws has to be what the compiled events find.
"""

import time
from bisect import insort

import numpy as np
import pytest

from brikopt.stock.ageing import Outcome, live_forward
from brikopt.stock.shelf import DOES_NOT_EXPIRE
from tests.stock.futures import cards, known_future, min_max

DAYS, PATHS, PLAIN_PATHS = 365, 2_000, 40
REPEATS = 3  # the best of them counts: others share the machine


class PlainShelf:
    """One path, day by day, with lists."""

    def __init__(self, plan, outlook, path):
        self.plan, self.supply, self.draws, self.path = plan, outlook.supply, outlook.draws, path
        start = outlook.start
        self.newest_first = start.newest_first[path]
        # Date, whether the goods came after day 0, units; oldest date first.
        lots = zip(start.expiry[path], start.units[path], strict=True)
        self.lots = [[int(date), 0, int(units)] for date, units in list(lots)[: start.lots[path]]]
        life = self.draws.life[path, ::-1]
        self.coming = [
            (int(day), int(units), int(life[line]))
            for line, (day, units) in enumerate(zip(start.arrival[path], start.ordered, strict=True))
        ]
        self.checks = set(self.supply.checks.tolist())
        uses = self.draws.uses
        mine = range(uses.first[path], uses.first[path + 1])
        self.wanted = {int(uses.day[use]): (int(uses.units[use]), float(self.draws.pick[use])) for use in mine}
        self.stale = self.placed = 0
        self.sums = dict.fromkeys(Outcome._fields, 0)
        self.let_expire(-1)
        self.sums.update(expired=0, expired_first=0, first_short=DAYS)

    @property
    def usable(self):
        """Units on the shelf that are not out of date."""
        return sum(units for _, _, units in self.lots)

    def live(self, days):
        """Live so many days; sums under the names of `Outcome`."""
        for day in range(days):
            self.receive(day)
            if day in self.checks:
                self.stale = 0
            if day in self.wanted:
                self.serve(day, *self.wanted[day])
            if self.supply.order_wait[(self.supply.weekday + day) % 7] == 0:
                self.order(day)
            self.let_expire(day)
            self.sums["holding"] += self.usable + self.stale
        return self.sums

    def receive(self, day):
        """Put on the shelf what has arrived."""
        for arrival, units, life in [line for line in self.coming if line[0] <= day]:
            self.coming.remove((arrival, units, life))
            date = day + life if life else DOES_NOT_EXPIRE
            same = [lot for lot in self.lots if lot[:2] == [date, 1]]
            if same:
                same[0][2] += units
            else:
                insort(self.lots, [date, 1, units])

    def serve(self, day, wanted, pick):
        """Use what is wanted and there, a share of it from the newest lot."""
        used = min(wanted, self.usable)
        newest = min(int(used * self.newest_first + pick), used) if len(self.lots) > 1 else 0
        self.take(-1, newest)
        self.take(0, used - newest)
        self.sums["wanted"] += wanted
        self.sums["short"] += wanted - used
        if used < wanted:
            self.sums["first_short"] = min(self.sums["first_short"], day)

    def take(self, end, units):
        """Take units from the oldest lots (end 0) or the newest (end -1)."""
        while units:
            part = min(units, self.lots[end][2])
            self.lots[end][2] -= part
            units -= part
            if not self.lots[end][2]:
                self.lots.pop(end)

    def order(self, day):
        """Order what the plan asks for."""
        position = self.usable + self.stale + sum(units for _, units, _ in self.coming)
        units = self.wish(position)
        if units == 0:
            return
        due = day + int(self.draws.lead_time[self.path, self.placed % self.draws.lead_time.shape[1]])
        arrival = due + int(self.supply.delivery_wait[(self.supply.weekday + due) % 7])
        life = int(self.draws.life[self.path, self.placed % self.draws.life.shape[1]])
        self.coming.append((arrival, units, life))
        self.placed += 1
        self.sums["order_lines"] += 1
        self.sums["ordered"] += units

    def wish(self, position):
        """Units that the plan orders at this inventory position."""
        plan = self.plan
        if plan.is_brik:
            return max((plan.max_level - position) // plan.brik_qty, 0) * plan.brik_qty
        if position > plan.min_level:
            return 0
        return -(-(plan.max_level - position) // plan.pack_size) * plan.pack_size

    def let_expire(self, day):
        """Leave what is out of date after the day lying until the next check."""
        while self.lots and self.lots[0][0] <= day:
            _, came_later, units = self.lots.pop(0)
            self.stale += units
            self.sums["expired"] += units
            self.sums["expired_first"] += 0 if came_later else units


def plain_forward(plan, outlook, paths):
    """What `live_forward` returns, by the plain loop."""
    lived = [PlainShelf(plan, outlook, path).live(DAYS) for path in range(paths)]
    return Outcome(*(np.array([sums[name] for sums in lived]) for name in Outcome._fields))


def future(use_per_day):
    """A year of Poisson use from two lots and an order under way; two order days a week, checks every 30 days."""
    rng = np.random.default_rng(1)
    outlook = known_future(
        rng.poisson(use_per_day, (PATHS, DAYS)),
        [(-1, 2), (20, 8), (150, 12)],
        ordered=[(3, 10)],
        shelf_life=120,
        checks=range(14, DAYS, 30),
        order_days="1,4",
        delivery_days="2,5",
        lead_time=3,
        newest_first=0.3,
    )
    draws = outlook.draws
    draws = draws._replace(pick=rng.random(draws.pick.shape), life=rng.integers(40, 200, draws.life.shape))
    return type(outlook)(outlook.supply, outlook.start, draws)


def timed(work):
    """The result, and the least seconds of some tries."""
    seconds = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - started)
    return result, min(seconds)


@pytest.mark.parametrize("use_per_day", [0.02, 0.2, 2.0])
@pytest.mark.parametrize("plan", [cards(10, 2), min_max(8, 30, 5)], ids=["cards", "min_max"])
def test_replay_of_a_year(plan, use_per_day):
    """The same outcome on the same draws; position-days a second of both, and their ratio."""
    outlook = future(use_per_day)

    def compiled(paths=PATHS):
        return live_forward(plan, outlook.supply, outlook.start, outlook.draws, paths, DAYS)

    some = compiled(PLAIN_PATHS)  # compiles before the clock runs
    plain, plain_seconds = timed(lambda: plain_forward(plan, outlook, PLAIN_PATHS))
    for name in Outcome._fields:
        np.testing.assert_array_equal(getattr(plain, name), getattr(some, name), err_msg=name)
    _, seconds = timed(compiled)
    fast, slow = PATHS * DAYS / seconds, PLAIN_PATHS * DAYS / plain_seconds
    kind = "cards" if plan.is_brik else "min, max"
    print(  # noqa: T201 - what the bench is for
        f"\nreplay, {kind}, {use_per_day:g} units a day: {fast / 1e6:.1f} million position-days a second,"
        f" {fast / slow:.0f} times a plain Python loop"
    )
