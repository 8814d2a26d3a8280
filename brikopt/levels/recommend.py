"""New levels for one cabinet: price what is worth trying, choose what fits, price the choice afresh."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from brikopt.levels.cabinet_model import Offer
from brikopt.levels.candidates import Bounds, Settings, card_settings, keeps_rules, longest_cover, min_max_settings
from brikopt.levels.choose import Choice, choose
from brikopt.levels.cost import DAYS, YEARS, Performance, Prices
from brikopt.levels.pricing import DrawFutures, narrowed, priced_afresh
from brikopt.levels.standing import Standing, price_of_a_litre, price_of_a_point

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
    waits : bool
        Whether a worthwhile change is left for a later visit, because enough is changed at this one.
    """

    settings: Settings
    performance: Performance
    best_saving: float
    rule_broken: bool
    waits: bool = False

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
        today = 0 if rows[0] == 0 else None
        return Offer(cost, (self.settings.max_level[rows] * volume).astype(np.float64), today)


@dataclass(frozen=True, slots=True)
class _Final(_Priced):
    performance: Performance


@dataclass(frozen=True, slots=True)
class CabinetLevels:
    """What one cabinet gets.

    Parameters
    ----------
    positions : list of Recommendation
        In the order of the cases.
    standing : Standing
        How full it is, and what its limits cost.
    """

    positions: list[Recommendation]
    standing: Standing


@dataclass(frozen=True, slots=True)
class _Picked:
    rows: IntArray
    choice: Choice
    offers: list[Offer]


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
    cases: Sequence[Case],
    capacity_litres: float,
    max_growth: float,
    min_saving: float,
    most_changes: int | None = None,
) -> CabinetLevels:
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
    most_changes : int, optional
        Most positions to change now, where the rules don't ask for more.

    Returns
    -------
    CabinetLevels
    """
    litres = room(cases, capacity_litres, max_growth)
    worthwhile = YEARS * min_saving
    tried = [_tried(case, INDIFFERENCE * worthwhile) for case in cases]
    first = _choose(cases, tried, [_open_rows(one) for one in tried], litres, worthwhile)
    # The best of many noisy figures flatters itself: winner and today meet again on fresh futures.
    final = [_fresh(case, one, int(pick), worthwhile) for case, one, pick in zip(cases, tried, first.rows, strict=True)]
    rows = [_rows_worth_a_walk(one, worthwhile) for one in final]
    taken = _choose(cases, final, rows, litres, worthwhile, most_changes)
    unhurried = taken if most_changes is None else _choose(cases, final, rows, litres, worthwhile)
    waits = (taken.rows == 0) & (unhurried.rows != 0)
    positions = [
        _recommendation(one, int(pick), bool(later)) for one, pick, later in zip(final, taken.rows, waits, strict=True)
    ]
    return CabinetLevels(positions, _standing(cases, positions, first, taken, litres))


def _standing(
    cases: Sequence[Case], positions: Sequence[Recommendation], first: _Picked, taken: _Picked, litres: float
) -> Standing:
    volume = np.array([case.unit_volume_litres for case in cases])
    full = np.array([one.settings.max_level for one in positions]) * volume[:, None]
    costs = np.array([one.performance.cost for one in positions])
    least = [float(offer.litres.min()) for offer in first.offers]
    return Standing(
        litres=float(full[:, 0].sum()),
        new_litres=float(full[:, 1].sum()),
        room_litres=litres,
        missing_litres=taken.choice.overflow_litres,
        largest=int(np.argmax(least)),
        changed=sum(one.changed for one in positions),
        waiting=sum(one.waits for one in positions),
        saving=float((costs[:, 0] - costs[:, 1]).sum()) / YEARS,
        gap=max(first.choice.gap, taken.choice.gap) / YEARS,
        litre_price=price_of_a_litre(first.offers, litres) / YEARS,
        fill_point_price=sum(_point(case, one) for case, one in zip(cases, positions, strict=True)),
    )


def _point(case: Case, one: Recommendation) -> float:
    price, fill_rate = case.price, float(one.performance.fill_rate[1])
    return price_of_a_point(fill_rate, price.promised_fill_rate, price.fill_price, DAYS / YEARS * case.use_per_day)


def listed_settings(case: Case) -> Settings:
    """List the settings worth trying for a position, today's first."""
    listed = card_settings if case.today.brik_count[0] > 0 else min_max_settings
    longest = longest_cover(case.use_per_day, case.price.order_line, case.price.holding_unit_day)
    return listed(case.today, case.bounds, case.use_per_day, case.cover_days, longest)


def _tried(case: Case, tolerance: float) -> _Priced:
    settings = listed_settings(case)
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
    most_changes: int | None = None,
) -> _Picked:
    offers = [
        one.offer(open_rows, case.unit_volume_litres, worthwhile)
        for case, one, open_rows in zip(cases, priced, rows, strict=True)
    ]
    choice = choose(offers, litres, most_changes)
    taken = [open_rows[pick] for open_rows, pick in zip(rows, choice.picked, strict=True)]
    return _Picked(np.array(taken, dtype=np.int64), choice, offers)


def _fresh(case: Case, tried: _Priced, pick: int, worthwhile: float) -> _Final:
    # The best that there would be without regard to room comes along, so that people can be told what they miss.
    best = int(_open_rows(tried)[np.argmin(tried.cost[_open_rows(tried)])])
    rows = np.array(list(dict.fromkeys([0, pick, best])), dtype=np.int64)
    settings = tried.settings.take(rows)
    performance = priced_afresh(
        settings, case.futures, case.bounds.pack_size, case.price, worthwhile, INDIFFERENCE * worthwhile
    )
    return _Final(settings, performance.cost, tried.may_keep, performance)


def _recommendation(final: _Final, pick: int, waits: bool) -> Recommendation:
    rows = np.array([0, pick], dtype=np.int64)
    cost = final.cost
    return Recommendation(
        settings=final.settings.take(rows),
        performance=final.performance.take(rows),
        best_saving=max(float(cost[0] - cost[-1]) / YEARS, 0.0),
        rule_broken=not final.may_keep,
        waits=waits,
    )
