"""New levels for one cabinet: price what is worth trying, choose what fits, price the choice afresh."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from brikopt.levels.cabinet_model import Offer
from brikopt.levels.candidates import (
    Bounds,
    Settings,
    card_settings,
    keeps_rules,
    longest_cover,
    min_max_settings,
    with_advised,
)
from brikopt.levels.choose import Choice, choose
from brikopt.levels.cost import DAYS, YEARS, Performance, Prices
from brikopt.levels.floors import keeps_floors, keeps_promise
from brikopt.levels.pricing import DrawFutures, Narrowed, narrowed, priced_afresh
from brikopt.levels.settled import Offered as _Offered
from brikopt.levels.settled import kept_for, settled_on
from brikopt.levels.standing import Standing, price_of_a_litre, price_of_a_point
from brikopt.levels.steady import steadied

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

FILL_DOUBT = 0.5  # standard errors by which a promise has to be kept after a change
STEPS = 3  # settings that stand by in case the first one doesn't keep its promise on fresh futures
NEARLY = 0.3  # of what a promise leaves unmet: a setting may look so much worse, and still keep it on fresh futures
NOTHING = Settings(*(np.zeros(1, dtype=np.int64) for _ in range(4)))
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
    burst : int
        Most units that may be wanted until then.
    futures : callable
        Draws futures: (purpose, paths) -> Outlook. Those for choosing and those for pricing are different.
    advised : Settings, optional
        What an earlier result proposed, or today's setting where it proposed to keep that; one row.
    settled : bool
        Whether it was changed a short while ago, and nothing happened since.
    untouched : bool
        Whether nothing is proposed whatever stands there: in a ward that is yet to open nobody uses anything.
    """

    today: Settings
    bounds: Bounds
    price: Prices
    unit_volume_litres: float
    use_per_day: float
    cover_days: float
    futures: DrawFutures
    burst: int = 0
    advised: Settings | None = None
    settled: bool = False
    untouched: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the region asks of every change.

    Parameters
    ----------
    min_saving : float
        DKK a year below which a change isn't worth anybody's walk.
    most_changes : int, optional
        Most positions to change at a visit, where the rules don't ask for more.
    may_break_promise : bool
        Whether a trim may take a kept promise below it where that is cheaper.
    max_growth : float
        How much full stock may grow where no capacity is given.
    """

    min_saving: float
    most_changes: int | None = None
    may_break_promise: bool = False
    max_growth: float = 1.25


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
    kept_for : str
        What else keeps today's setting: ``settled``, ``promise`` (less would break it), ``wanted`` (removal costs more
        than it saves, should it be wanted after all), ``room`` (what is better doesn't fit), ``unclear`` (what looks
        better may be chance); empty where nothing does.
    keeping : float, optional
        DKK a year that the cheapest setting found to keep the promise saves on today's, less than 0 where it costs;
        None where none was found.
    reach : float
        The highest fill rate of any setting.
    may_raise : bool
        Whether more than today may be proposed.
    """

    settings: Settings
    performance: Performance
    best_saving: float
    rule_broken: bool
    waits: bool = False
    kept_for: str = ""
    keeping: float | None = None
    reach: float = 1.0
    may_raise: bool = True

    @property
    def changed(self) -> bool:
        """Whether the new setting differs from today's."""
        return any(
            values[0] != values[1]
            for values in (self.settings.min_level, self.settings.max_level, self.settings.brik_count)
        )


@dataclass(frozen=True, slots=True)
class _Tried:
    settings: Settings
    found: Narrowed
    steady: FloatArray  # DKK in two years; settings that can't be told apart cost the same
    open_rows: IntArray  # settings that may be chosen
    may_keep: bool
    removal: int | None
    advised: int | None  # setting proposed before


@dataclass(frozen=True, slots=True)
class _Final:
    settings: Settings  # today's, and the new one, which may be the same
    performance: Performance
    best_saving: float
    may_keep: bool
    kept_for: str
    keeping: float | None  # DKK a year
    reach: float  # fill rate

    @property
    def rows(self) -> IntArray:
        """Today's setting and the new one, as far as they may be chosen."""
        rows = np.arange(len(self.settings.max_level), dtype=np.int64)
        return rows if self.may_keep or len(rows) == 1 else rows[1:]

    @property
    def worth(self) -> float:
        """DKK in two years that the new setting saves."""
        return float(self.performance.cost[0] - self.performance.cost[-1])

    def urgency(self, case: Case) -> int:
        """2 where the new setting meets more of a broken promise of a critical item, 1 of another, else 0."""
        fill_rate = self.performance.fill_rate
        broken = not keeps_promise(fill_rate[:1], case.price.promised_fill_rate)[0]
        return (1 + case.bounds.critical) * int(broken and fill_rate[-1] > fill_rate[0])


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
    today = float(sum(litres_at_full(case, case.today)[0] for case in cases))
    if np.isnan(capacity_litres):
        growth = float(sum(case.today.max_level[0] * case.unit_volume_litres for case in cases))
        return today + (max(max_growth, 1.0) - 1.0) * growth
    return max(capacity_litres, today)


def litres_at_full(case: Case, settings: Settings) -> FloatArray:
    """Room that each setting takes at its fullest: an order by eye is of whole packs, and so may go beyond max."""
    beyond = np.where((settings.brik_count == 0) & (settings.max_level > 0), case.bounds.pack_size - 1, 0)
    units: FloatArray = (settings.max_level + beyond).astype(np.float64)
    return units * case.unit_volume_litres


def recommend(cases: Sequence[Case], capacity_litres: float, terms: Terms) -> CabinetLevels:
    """Find new levels for the positions of one cabinet.

    Parameters
    ----------
    cases : sequence of Case
        Its positions.
    capacity_litres : float
        Its capacity; NaN where it is not given.
    terms : Terms
        What is asked of every change.

    Returns
    -------
    CabinetLevels
    """
    litres = room(cases, capacity_litres, terms.max_growth)
    tried = [_tried(case, terms) for case in cases]
    first = _choose([_first_offer(case, one, terms) for case, one in zip(cases, tried, strict=True)], litres)
    picks = [int(one.open_rows[pick]) for one, pick in zip(tried, first.choice.picked, strict=True)]
    # The best of many noisy figures flatters itself: winner and today meet again on fresh futures.
    final = [_fresh(case, one, pick, terms) for case, one, pick in zip(cases, tried, picks, strict=True)]
    unhurried = _all_at_once(cases, final, litres)
    final = _in_what_is_left(cases, tried, final, unhurried, litres, terms)
    unhurried = _all_at_once(cases, final, litres)
    now = changes_first(final, unhurried, cases, terms.most_changes)
    taken = _choose(
        [_last_offer(case, one, free=bool(at)) for case, one, at in zip(cases, final, now, strict=True)], litres
    )
    rows = np.where(now, _rows(final, taken), 0)
    positions = [
        Recommendation(
            settings=one.settings.take(np.array([0, row])),
            performance=one.performance.take(np.array([0, row])),
            best_saving=one.best_saving,
            rule_broken=not one.may_keep,
            waits=bool(row == 0 and later > 0),
            kept_for=("" if later else one.kept_for or ("room" if len(one.settings.max_level) > 1 else ""))
            if row == 0
            else "",
            keeping=one.keeping,
            reach=one.reach,
            may_raise=case.bounds.may_raise,
        )
        for case, one, row, later in zip(cases, final, rows, unhurried, strict=True)
    ]
    return CabinetLevels(positions, _standing(cases, positions, first, taken, litres))


def _all_at_once(cases: Sequence[Case], final: Sequence[_Final], litres: float) -> IntArray:
    """The row of each position's settings that is picked where everything may change at one visit."""
    return _rows(final, _choose([_last_offer(case, one) for case, one in zip(cases, final, strict=True)], litres))


def _in_what_is_left(
    cases: Sequence[Case],
    tried: Sequence[_Tried],
    final: list[_Final],
    rows: IntArray,
    litres: float,
    terms: Terms,
) -> list[_Final]:
    """Look for smaller settings where the new ones don't fit: changes that failed on fresh futures make no room."""
    without = [at for at, (one, row) in enumerate(zip(final, rows, strict=True)) if row < len(one.rows) - 1]
    if not without:
        return final
    taken = sum(
        litres_at_full(case, one.settings)[row]
        for at, (case, one, row) in enumerate(zip(cases, final, rows, strict=True))
        if at not in set(without)
    )
    offers = [_first_offer(cases[at], tried[at], terms) for at in without]
    found = list(final)
    for at, pick in zip(without, _choose(offers, litres - float(taken)).choice.picked, strict=True):
        row = int(tried[at].open_rows[pick])
        if row > 0:
            found[at] = _fresh(cases[at], tried[at], row, terms, in_its_room=True)
    return found


def changes_first(
    final: Sequence[_Final], rows: IntArray, cases: Sequence[Case], most_changes: int | None
) -> npt.NDArray[np.bool_]:
    """Which positions may change at this visit: forced ones, broken promises, what was proposed before, then by worth.

    Promises of critical items come before others. Worth counts in classes, each twice the one before: the same changes
    come first as long as they are not done.
    """
    changes = rows > 0
    forced = np.array([not one.may_keep and len(one.settings.max_level) > 1 for one in final], dtype=np.bool_)
    if most_changes is None:
        return changes | forced
    pairs = zip(cases, final, strict=True)
    again = np.array(
        [case.advised is not None and _is(case.advised, one.settings) for case, one in pairs], dtype=np.bool_
    )
    worth = np.array([int(np.log2(max(one.worth, 1.0))) for one in final])
    urgency = np.array([one.urgency(case) for case, one in zip(cases, final, strict=True)])
    order = np.lexsort((np.arange(len(final)), -worth, ~again, -urgency, ~changes))
    first = np.zeros(len(final), dtype=np.bool_)
    first[order[: max(most_changes - int(forced.sum()), 0)]] = True
    return (first & changes) | forced


def _is(advised: Settings, settings: Settings) -> bool:
    """Whether the last of the settings is what was advised."""
    return all(
        getattr(advised, name)[0] == getattr(settings, name)[-1] for name in ("min_level", "max_level", "brik_count")
    )


def _standing(
    cases: Sequence[Case], positions: Sequence[Recommendation], first: _Picked, taken: _Picked, litres: float
) -> Standing:
    full = np.array([litres_at_full(case, one.settings) for case, one in zip(cases, positions, strict=True)])
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
    settings = listed(case.today, case.bounds, case.use_per_day, case.cover_days, longest, case.burst)
    return settings if case.advised is None else with_advised(settings, case.advised, case.bounds)


def _tried(case: Case, terms: Terms) -> _Tried:
    may_keep = case.untouched or keeps_rules(case.today, case.bounds)
    stays = case.untouched or (case.settled and may_keep)
    settings = case.today if stays else listed_settings(case)
    advised, removal = _row_of(settings, case.advised), _row_of(settings, NOTHING if case.bounds.may_remove else None)
    tolerance = INDIFFERENCE * YEARS * terms.min_saving
    always = [row for row in (0, advised, removal) if row is not None]
    found = narrowed(settings, case.futures, case.bounds.pack_size, case.price, tolerance, always)
    fine = _floors(case, settings, found.fill_rate, terms)
    rows = np.flatnonzero(fine)
    # Today's setting may be forbidden, unless there is no other.
    others = rows[rows > 0] if (rows > 0).any() else np.arange(1, len(fine))
    open_rows = rows if may_keep or len(fine) == 1 else others
    error = np.where(found.lived, found.error, 0.0)
    anchor = advised if advised is not None else 0
    steady = steadied(settings, found.cost, error, open_rows, anchor, tolerance, case.bounds.pack_size)
    return _Tried(settings, found, steady, open_rows, may_keep, removal, advised)


def _floors(
    case: Case, settings: Settings, fill_rate: FloatArray, terms: Terms, gain: FloatArray | None = None
) -> npt.NDArray[np.bool_]:
    promised, may_break = case.price.promised_fill_rate, terms.may_break_promise
    return keeps_floors(settings, fill_rate, promised, critical=case.bounds.critical, may_break=may_break, gain=gain)


def _row_of(settings: Settings, wanted: Settings | None) -> int | None:
    if wanted is None:
        return None
    same = (settings.min_level == wanted.min_level[0]) & (settings.max_level == wanted.max_level[0])
    found = np.flatnonzero(same & (settings.brik_count == wanted.brik_count[0]))
    return int(found[0]) if len(found) else None


def _first_offer(case: Case, tried: _Tried, terms: Terms) -> Offer:
    """The settings that may be chosen; keeping is favoured by what a change has to save."""
    rows = tried.open_rows
    cost = tried.steady[rows] - np.where(rows == 0, YEARS * terms.min_saving, 0.0)
    return Offer(cost, litres_at_full(case, tried.settings)[rows], 0 if rows[0] == 0 else None)


def _last_offer(case: Case, final: _Final, *, free: bool = True) -> Offer:
    """Today's setting and the new one, where it may be taken now."""
    rows = final.rows if free else final.rows[:1]
    return Offer(final.performance.cost[rows], litres_at_full(case, final.settings)[rows], 0 if rows[0] == 0 else None)


def _choose(offers: list[Offer], litres: float) -> _Picked:
    return _Picked(choose(offers, litres), offers)


def _rows(final: Sequence[_Final], picked: _Picked) -> IntArray:
    """The row of each position's settings that was picked."""
    rows = zip(final, picked.choice.picked, strict=True)
    return np.array([one.rows[pick] if pick < len(one.rows) else 0 for one, pick in rows], dtype=np.int64)


def _fresh(case: Case, tried: _Tried, pick: int, terms: Terms, *, in_its_room: bool = False) -> _Final:
    """Price what may be proposed with fresh futures, and settle on today's setting or one other.

    Nothing larger than the pick is proposed where that wouldn't fit.
    """
    worthwhile = YEARS * terms.min_saving
    # The best that there would be without regard to room comes along, so that people can be told what they miss.
    best = int(tried.open_rows[np.argmin(tried.found.cost[tried.open_rows])])
    # And the best without regard to promises, for the same reason.
    loosest = int(np.argmin(np.where(tried.found.lived, tried.found.cost, np.inf)))
    promised = case.price.promised_fill_rate
    ladder = _ladder(tried, pick, promised)
    named = [0, pick, *ladder, tried.advised, tried.removal, best, loosest]
    rows = np.array(list(dict.fromkeys(row for row in named if row is not None)), dtype=np.int64)
    settings = tried.settings.take(rows)
    priced = priced_afresh(
        settings, case.futures, case.bounds.pack_size, case.price, worthwhile, INDIFFERENCE * worthwhile
    )
    performance = priced.performance
    at = {int(row): place for place, row in enumerate(rows)}
    holds = keeps_promise(performance.fill_rate, promised)
    full = litres_at_full(case, tried.settings)
    fits = (full <= full[pick]) | (not in_its_room)
    gain = performance.fill_rate - performance.fill_rate[0] - FILL_DOUBT * priced.gain_error
    offered = _Offered(
        saving=performance.cost[0] - performance.cost,
        error=priced.error,
        fine=_floors(case, settings, performance.fill_rate, terms),
        safe=_floors(case, settings, performance.fill_rate - FILL_DOUBT * priced.fill_error, terms, gain),
        mends=holds & ~holds[0],
        order=[at[row] for row in dict.fromkeys((pick, *ladder, best)) if fits[row]],
        advised=None if tried.advised is None else at[tried.advised],
        removal=None if tried.removal is None else at[tried.removal],
    )
    new = settled_on(offered, worthwhile, may_keep=tried.may_keep)
    kept = ""
    if new == 0:
        kept = kept_for(offered, worthwhile, at[loosest]) or _held_back(offered.saving, worthwhile, in_its_room)
    keeps = np.flatnonzero(holds & (settings.max_level > 0))
    chosen = np.array(list(dict.fromkeys([0, new])), dtype=np.int64)
    return _Final(
        settings.take(chosen),
        performance.take(chosen),
        max(float(offered.saving[at[loosest if kept == "promise" else best]]) / YEARS, 0.0),
        tried.may_keep,
        "settled" if case.settled else kept,
        float(offered.saving[keeps].max()) / YEARS if len(keeps) else None,
        float(max(performance.fill_rate.max(), tried.found.fill_rate[tried.found.lived].max())),
    )


def _held_back(saving: FloatArray, worthwhile: float, in_its_room: bool) -> str:
    """Why nothing was chosen though something looks worth it."""
    if (saving < worthwhile).all():
        return ""
    return "room" if in_its_room else "unclear"


def _ladder(tried: _Tried, pick: int, promised: float) -> list[int]:
    """Settings that stand by in case the one picked doesn't keep the promise on fresh futures, the cheapest first.

    Each is dearer than the one before, and meets more; of settings known by formulas alone, which take promises for
    kept too easily, the one with the higher reorder point is taken to.
    """
    spare = NEARLY * (1.0 - promised)
    cost, fill_rate, low = tried.found.cost, tried.found.fill_rate, tried.settings.min_level
    if pick == tried.removal or (pick == 0 and fill_rate[0] >= promised + spare):
        return []
    rows = tried.open_rows[(tried.open_rows > 0) & (tried.settings.max_level[tried.open_rows] > 0)]
    steps: list[int] = []
    met, reorder_point = max(promised - spare, float(fill_rate[pick]) if pick else 0.0), low[pick]
    for row in rows[np.argsort(cost[rows], kind="stable")].tolist():
        if row == pick or not (fill_rate[row] > met if tried.found.lived[row] else low[row] > reorder_point):
            continue
        steps.append(row)
        reorder_point = max(reorder_point, low[row])
        met = max(met, float(fill_rate[row])) if tried.found.lived[row] else met
    return steps[:STEPS]
