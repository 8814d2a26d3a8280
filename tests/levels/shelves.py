"""Positions whose level matters, with futures written by hand."""

import numpy as np

from brikopt.levels.candidates import Bounds, Settings
from brikopt.levels.cost import DAYS, Performance, Prices
from brikopt.levels.recommend import Case, Recommendation
from tests.stock.futures import known_future


def card_level(qty, count):
    """One card setting."""
    return settings([(qty * (count - 1), qty * count, qty, count)])


def min_max_level(min_level, max_level):
    """One setting without cards."""
    return settings([(min_level, max_level, 0, 0)])


def settings(rows):
    """Settings of (min, max, card size, cards)."""
    return Settings(*(np.array([row[at] for row in rows], dtype=np.int64) for at in range(4)))


def rows_of(found):
    """Settings as a list of (min, max, card size, cards)."""
    columns = (found.min_level, found.max_level, found.brik_qty, found.brik_count)
    return [tuple(int(units) for units in row) for row in zip(*columns, strict=True)]


def bounds(**changes):
    """Packs of one, one to four cards, neither critical nor protected, not to be removed."""
    usual = {"pack_size": 1, "brik_counts": (1, 2, 3, 4), "critical": False, "protected": False, "may_remove": False}
    return Bounds(**usual | changes)


def price(**changes):
    """An item of 365 DKK: 0.20 DKK a unit and day, 18 a line, 365.50 a unit out of date."""
    usual = {
        "holding_unit_day": 0.2,
        "order_line": 18.0,
        "expired_unit": 365.5,
        "short_unit": 40.0,
        "fill_price": 250.0,
        "promised_fill_rate": 0.95,
    }
    return Prices(**usual | changes)


def case(today, *, use=1, volume=1.0, asked=None, pricing_use=None, lots=None, **changes):
    """A position that wants so many units every day for two years, from a full shelf that does not expire.

    ``asked`` gets the purpose of every set of futures that was drawn; ``pricing_use`` is the use of those for pricing.
    """
    there = lots if lots is not None else [(9999, int(today.max_level[0]))]

    def futures(purpose, paths):
        if asked is not None:
            asked.append(purpose)
        daily = pricing_use if pricing_use is not None and purpose.startswith("pricing") else use
        return known_future(np.full((paths, DAYS), daily), there, lead_time=3)

    return Case(
        today=today,
        bounds=bounds(**changes),
        price=price(),
        unit_volume_litres=volume,
        use_per_day=float(use),
        cover_days=4.0,
        futures=futures,
    )


def recommendation(today, new, *, best_saving=100.0, rule_broken=False, **performance):
    """Today's setting and a new one; performance as pairs of two years' figures."""
    usual = {
        "cost": (1000.0, 800.0),
        "kroner": (900.0, 750.0),
        "fill_rate": (0.97, 0.98),
        "expired": (4.0, 1.0),
        "order_lines": (20.0, 20.0),
        "short": (3.0, 2.0),
    }
    figures = usual | performance
    return Recommendation(
        settings=settings([today, new]),
        performance=Performance(**{name: np.array(pair, dtype=float) for name, pair in figures.items()}),
        best_saving=best_saving,
        rule_broken=rule_broken,
    )
