"""New levels for one cabinet: price what is worth trying, choose what fits, price the choice afresh."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from brikopt.levels.cabinet_model import Offer
from brikopt.levels.candidates import Bounds, Settings, card_settings, keeps_rules, min_max_settings
from brikopt.levels.choose import Choice, choose
from brikopt.levels.cost import YEARS, Performance, Prices
from brikopt.levels.pricing import DrawFutures, narrowed, priced_afresh

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

INDIFFERENCE = 0.5  # of what a change has to save: settings closer than that are equally good


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One position, as far as its level matters.

    Parameters
    ----------
    today : Settings
        The present setting, one row.
    bounds : Bounds
        What new levels have to keep.
    price : Prices
        What things cost.
    unit_volume_litres : float
        Room of a unit.
    use_per_day, cover_days : float
        Expected use, and days until an order placed now arrives.
    futures : callable
        Draws futures: (purpose, paths) -> Outlook. Those for choosing and those for pricing are different.
    """

    today: Settings
    bounds: Bounds
    price: Prices
    unit_volume_litres: float
    use_per_day: float
    cover_days: float
    futures: DrawFutures


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What one position gets.

    Parameters
    ----------
    settings : Settings
        Two rows: today's and the new one, which may be the same.
    performance : Performance
        Of both, priced with futures not used for choosing.
    best_saving : float
        DKK a year that the best setting would save, whether or not it was taken.
    rule_broken : bool
        Whether the policy forbids today's setting.
    """

    settings: Settings
    performance: Performance
    best_saving: float
    rule_broken: bool

    @property
    def changed(self) -> bool:
        """Whether the new setting differs from today's."""
        return any(
            values[0] != values[1]
            for values in (self.settings.min_level, self.settings.max_level, self.settings.brik_count)
        )


@dataclass(frozen=True, slots=True)
class _Priced:
    settings: Settings
    cost: FloatArray  # DKK in two years
    may_keep: bool

    def offer(self, rows: IntArray, volume: float, worthwhile: float) -> Offer:
        """The rows as an offer; keeping is favoured by what a change has to save."""
        cost = self.cost[rows] - np.where(rows == 0, worthwhile, 0.0)
        return Offer(cost, (self.settings.max_level[rows] * volume).astype(np.float64))


@dataclass(frozen=True, slots=True)
class _Final(_Priced):
    performance: Performance


def room(cases: Sequence[Case], capacity_litres: float, max_growth: float) -> float:
    """Litres that full stock may take (contract, section 3).

    Parameters
    ----------
    cases : sequence of Case
        Positions of the cabinet.
    capacity_litres : float
        Its capacity; NaN where it is not given.
    max_growth : float
        How much full stock may grow where no capacity is given.

    Returns
    -------
    float
        A cabinet that is over its capacity today may not grow.
    """
    today = float(sum(case.today.max_level[0] * case.unit_volume_litres for case in cases))
    if np.isnan(capacity_litres):
        return max(max_growth, 1.0) * today
    return max(capacity_litres, today)


def recommend(
    cases: Sequence[Case], capacity_litres: float, max_growth: float, min_saving: float
) -> list[Recommendation]:
    """Find new levels for the positions of one cabinet.

    Parameters
    ----------
    cases : sequence of Case
        Its positions.
    capacity_litres : float
        Its capacity; NaN where it is not given.
    max_growth : float
        How much full stock may grow where no capacity is given.
    min_saving : float
        DKK a year below which a change isn't worth anybody's walk.

    Returns
    -------
    list of Recommendation
        In the order of the cases.
    """
    litres = room(cases, capacity_litres, max_growth)
    worthwhile = YEARS * min_saving
    tried = [_tried(case, INDIFFERENCE * worthwhile) for case in cases]
    picks = _choose(cases, tried, [_open_rows(one) for one in tried], litres, worthwhile)
    # The best of many noisy figures flatters itself: winner and today meet again on fresh futures.
    final = [_fresh(case, one, int(pick), worthwhile) for case, one, pick in zip(cases, tried, picks, strict=True)]
    taken = _choose(cases, final, [_rows_worth_a_walk(one, worthwhile) for one in final], litres, worthwhile)
    return [_recommendation(one, int(pick)) for one, pick in zip(final, taken, strict=True)]


def _tried(case: Case, tolerance: float) -> _Priced:
    listed = card_settings if case.today.brik_count[0] > 0 else min_max_settings
    settings = listed(case.today, case.bounds, case.use_per_day, case.cover_days)
    cost = narrowed(settings, case.futures, case.bounds.pack_size, case.price, tolerance)
    return _Priced(settings, cost, keeps_rules(case.today, case.bounds))


def _open_rows(priced: _Priced) -> IntArray:
    """Settings that may be chosen: all, but for today's where the rules forbid it and there is another."""
    rows = np.arange(len(priced.settings.max_level), dtype=np.int64)
    return rows if priced.may_keep or len(rows) == 1 else rows[1:]


def _rows_worth_a_walk(final: _Final, worthwhile: float) -> IntArray:
    """Today's setting, and the new one where it saves enough; making room for another is no saving of its own."""
    rows = _open_rows(final)[:2]
    cost = final.cost
    if final.may_keep and len(cost) > 1 and cost[0] - cost[1] < worthwhile:
        return rows[:1]
    return rows


def _choose(
    cases: Sequence[Case],
    priced: Sequence[_Priced],
    rows: Sequence[IntArray],
    litres: float,
    worthwhile: float,
) -> IntArray:
    offers = [
        one.offer(open_rows, case.unit_volume_litres, worthwhile)
        for case, one, open_rows in zip(cases, priced, rows, strict=True)
    ]
    choice: Choice = choose(offers, litres)
    return np.array([open_rows[pick] for open_rows, pick in zip(rows, choice.picked, strict=True)], dtype=np.int64)


def _fresh(case: Case, tried: _Priced, pick: int, worthwhile: float) -> _Final:
    # The best that there would be without regard to room comes along, so that people can be told what they miss.
    best = int(_open_rows(tried)[np.argmin(tried.cost[_open_rows(tried)])])
    rows = np.array(list(dict.fromkeys([0, pick, best])), dtype=np.int64)
    settings = tried.settings.take(rows)
    performance = priced_afresh(settings, case.futures, case.bounds.pack_size, case.price, worthwhile)
    return _Final(settings, performance.cost, tried.may_keep, performance)


def _recommendation(final: _Final, pick: int) -> Recommendation:
    rows = np.array([0, pick], dtype=np.int64)
    cost = final.cost
    return Recommendation(
        settings=final.settings.take(rows),
        performance=final.performance.take(rows),
        best_saving=max(float(cost[0] - cost[-1]) / YEARS, 0.0),
        rule_broken=not final.may_keep,
    )
