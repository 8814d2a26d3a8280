"""Everything that is worked out one cabinet at a time: stock, expiry, risk, levels, and what could be given away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache, partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.demand.future import most_wanted, wanted_before
from brikopt.expiry.forecast import ExpiryForecast, besides, forecast
from brikopt.expiry.forecast import reason as expiry_reason
from brikopt.expiry.straightening import UNTOUCHED, Straightening, facts_of
from brikopt.flows.knowing import Worth, worth_for_flags, worth_for_levels
from brikopt.levels.actions import Kept, action, change_reason, from_to, keep_reason
from brikopt.levels.candidates import Bounds, Settings
from brikopt.levels.cost import DAYS, YEARS, Performance, prices
from brikopt.levels.earlier import NOTHING_EARLIER, Earlier
from brikopt.levels.pricing import FIRST_PRICING, PRICING_ROUNDS
from brikopt.levels.recommend import Case, Recommendation, Terms, recommend
from brikopt.levels.standing import Standing, standing_reason
from brikopt.policy import Policy
from brikopt.reason import Reason
from brikopt.schedule import planned_arrival, weekday_mask
from brikopt.stock.ageing import Outcome, live_forward
from brikopt.stock.batches import ShelfDates, shelf_dates
from brikopt.stock.dry_spell import live_without_supply
from brikopt.stock.ledger import COUNT_LOT, DELIVERY, DISCARD, SHELF_DATE
from brikopt.stock.lots import UNKNOWN
from brikopt.stock.on_hand import StockFigures, figures, quantile_of, range_of
from brikopt.stock.outlook import Outlook, Prospect, plan_of, prospect_of
from brikopt.stock.particles import Particles
from brikopt.stock.posterior import Evidence, present
from brikopt.stock.shelf import DOES_NOT_EXPIRE

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

FLAG_PATHS = 128  # futures from which the expiry of one position is read; twice as many are hardly better
P_DEAD_TO_REMOVE = 0.9  # from this chance on that nothing more is used, removal is proposed (contract, section 5)
P_DEAD_TO_RAISE = 0.5  # what is likelier dead than not is never raised
TAKEN_AWAY_DAYS = 45  # levels of 0 and 0 without a movement for so long: taken away, rather than ordered when asked for
A_WEEK = 7  # days from an order to the next, at most, in which a burst of use has to be lived through
MOST_GIVEN = 500  # units of one position whose chance to go out of date is kept for transfers
MOST_LEVELS_LOOKED_AT = 10  # positions of a cabinet for whose level the value of knowing is worked out
NEED_QUANTILE = 0.9  # a lender keeps what it uses until its own next delivery, in nine cases of ten


@dataclass(frozen=True, slots=True)
class CabinetJob:
    """What a worker needs to know of one cabinet."""

    evidence: Evidence
    policy: Policy
    as_of: date
    straightening: Straightening = UNTOUCHED
    earlier: tuple[Earlier, ...] | None = None  # what earlier results say of each position; None where there are none


@dataclass(frozen=True, slots=True)
class CabinetResult:
    """What was found in one cabinet; frames and lists have one entry a position, in the order of the evidence.

    Parameters
    ----------
    facts : DataFrame
        Figures of all steps.
    expiry_reasons : list of list of Reason
        Why it is flagged, a sentence each.
    level_reasons : list of Reason
        Why its level stays or changes.
    phrases : list of tuple of Reason
        Level today and new level.
    p_excess : list of ndarray of float64, shape (n_units,)
        Chance that at least j + 1 units on the shelf go out of date unused, as far as there is any.
    cabinet : dict
        The cabinet's row of the table ``cabinet_levels``.
    cabinet_reason : Reason
        What matters most about its room.
    dates : list of ShelfDates
        Which dates lie on each shelf.
    """

    facts: pd.DataFrame
    expiry_reasons: list[list[Reason]]
    level_reasons: list[Reason]
    phrases: list[tuple[Reason, Reason]]
    p_excess: list[FloatArray]
    cabinet: dict[str, object]
    cabinet_reason: Reason
    dates: list[ShelfDates]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shelf:
    """One position after its past and its near future have been lived through."""

    row: int
    present: Particles
    stock: StockFigures
    expiry: ExpiryForecast
    rotated_units: float  # units that would not go out of date if the oldest were always used first
    next_delivery: int  # days from as_of
    p_stockout: float
    need_units: float
    fresh_low: float  # units in date that are surely there
    place: tuple[str, str]  # cabinet and item
    worth_knowing: Worth  # for looking after goods that may go out of date
    unsure_dkk: float  # standard deviation of what lies there
    p_excess: FloatArray
    prospect: Prospect
    far: Outlook  # the futures that were lived as far as levels are priced


def work_on_cabinet(job: CabinetJob) -> CabinetResult:
    """Take one cabinet through all steps that look at one cabinet alone.

    Parameters
    ----------
    job : CabinetJob
        Evidence of its positions, policy and moment of decision.

    Returns
    -------
    CabinetResult
    """
    evidence, policy = job.evidence, job.policy
    shelves = [_shelf(job, row) for row in range(len(evidence.positions))]
    shelves = _with_cover(job, shelves)
    cases = [_case(job, shelf) for shelf in shelves]
    levels = recommend(cases, float(evidence.positions["capacity_litres"].iloc[0]), terms_of(policy))
    new_levels, standing = levels.positions, levels.standing
    pairs = list(zip(shelves, cases, new_levels, strict=True))
    return CabinetResult(
        facts=pd.DataFrame(
            [_facts(job, shelf, new, _promised(job, shelf, case)) for shelf, case, new in pairs],
        )
        .astype({"settled_on": object, "stirred": object})
        .assign(**_worth_knowing(pairs)),
        expiry_reasons=[_expiry_reasons(job, shelf) for shelf in shelves],
        level_reasons=[_level_reason(job, *pair) for pair in pairs],
        phrases=[from_to(new) for new in new_levels],
        p_excess=[shelf.p_excess for shelf in shelves],
        cabinet=_cabinet_row(evidence.places[0].cabinet_id, standing),
        cabinet_reason=standing_reason(standing, str(evidence.positions["name"].iloc[standing.largest])),
        dates=[shelf_dates(shelf.present) for shelf in shelves],
    )


def _worth_knowing(pairs: Sequence[tuple[_Shelf, Case, Recommendation]]) -> dict[str, list[float]]:
    """What a count and a look at the date are worth; for levels it is worked out where most kroner are uncertain."""
    unsure = [shelf.unsure_dkk for shelf, _, _ in pairs]
    looked_at = set(np.argsort(unsure)[::-1][:MOST_LEVELS_LOOKED_AT].tolist())
    found = []
    for row, (shelf, case, new) in enumerate(pairs):
        worth = shelf.worth_knowing
        if row in looked_at and unsure[row] > 0:
            worth = worth.and_also(worth_for_levels(case, new.settings, shelf.place))
        found.append(worth)
    return {"count_value_dkk": [one.count for one in found], "date_value_dkk": [one.date for one in found]}


def _with_cover(job: CabinetJob, shelves: list[_Shelf]) -> list[_Shelf]:
    """Count what lies there of replaced items as cover where the items that take their place are wanted."""
    places = job.evidence.places
    row_of = {place.item_id: row for row, place in enumerate(places)}
    heirs = {place.item_id: place.replaced_by for place in places if place.replaced}
    cover = [0] * len(shelves)
    for shelf in shelves:
        place = places[shelf.row]
        heir = place.replaced_by
        while heir in heirs:
            heir = heirs[heir]
        if place.replaced and heir in row_of:
            cover[row_of[heir]] += shelf.stock.on_hand_low
    return [
        replace(shelf, p_stockout=_p_stockout(job, shelf, units)) if units and shelf.p_stockout else shelf
        for shelf, units in zip(shelves, cover, strict=True)
    ]


def _p_stockout(job: CabinetJob, shelf: _Shelf, cover: int) -> float:
    """Chance that more is missing before the next delivery than other goods can stand in for."""
    ahead = shelf.prospect.outlook(shelf.present, FLAG_PATHS, shelf.next_delivery, "flags")
    plan = plan_of(job.evidence, shelf.row)
    lived = live_forward(plan, ahead.supply, ahead.start, ahead.draws, FLAG_PATHS, shelf.next_delivery)
    return float((lived.short > cover).mean())


def _cabinet_row(cabinet_id: str, standing: Standing) -> dict[str, object]:
    return {
        "cabinet_id": cabinet_id,
        "litres": standing.litres,
        "new_litres": standing.new_litres,
        "room_litres": standing.room_litres,
        "missing_litres": standing.missing_litres,
        "changed_positions": standing.changed,
        "waiting_positions": standing.waiting,
        "saving_dkk_per_year": standing.saving,
        "proved_best": standing.gap == 0,
        "gap_dkk_per_year": standing.gap,
        "litre_dkk_per_year": standing.litre_price,
        "fill_point_dkk_per_year": standing.fill_point_price,
    }


def terms_of(policy: Policy) -> Terms:
    """What the region asks of every change of a level."""
    levels = policy.levels
    return Terms(
        min_saving=levels.min_saving_dkk_per_year,
        most_changes=levels.max_changes_per_visit or None,
        may_break_promise=levels.trim_may_break_promise,
        max_growth=levels.max_growth_without_capacity,
    )


def level_cases(job: CabinetJob) -> list[Case]:
    """The positions of one cabinet as far as their levels matter, after their past has been lived through."""
    return [_case(job, _shelf(job, row)) for row in range(len(job.evidence.positions))]


def _shelf(job: CabinetJob, row: int) -> _Shelf:
    evidence, horizon = job.evidence, job.policy.expiry.horizon_days
    place = evidence.places[row]
    now = present(evidence, row)
    arrival = _next_delivery(job.as_of, place.order_days, place.delivery_days, place.lead_time_days_mean)
    held = _held_days(job, row)
    arrival = max(arrival, held)
    # Goods that keep are at risk only until the next delivery.
    may_expire = bool(((now.units > 0) & (now.expiry < DOES_NOT_EXPIRE)).any()) or place.shelf_life_days > 0
    horizon = horizon if may_expire else arrival
    near_days = max(horizon, arrival)
    far_paths = PRICING_ROUNDS[0]
    # The first of them are lived two years under several levels: those for choosing among levels are others.
    prospect = prospect_of(evidence, row)
    ahead = prospect.outlook(now, FLAG_PATHS, near_days, "flags", far_paths, max(near_days, DAYS))
    plan = plan_of(evidence, row)
    lived = live_forward(plan, ahead.supply, ahead.start, ahead.draws, FLAG_PATHS, horizon)
    stock = figures(evidence, row, now)
    found = forecast(lived, now, _recorded_dates(evidence, row), evidence.as_of)
    if found.p_expire > 0 and job.straightening.weights:
        found = job.straightening.applied(found, expiry_facts(evidence, row, stock))
    rotated = 0.0
    if found.units > 0:
        tidy = ahead.start._replace(newest_first=np.zeros(FLAG_PATHS))
        in_order = live_forward(plan, ahead.supply, tidy, ahead.draws, FLAG_PATHS, horizon)
        rotated = max(found.units - float(in_order.expired.mean()), 0.0)
    loss = place.unit_price_dkk + job.policy.cost.disposal_per_unit
    near = lived
    if arrival > horizon:
        near = live_forward(plan, ahead.supply, ahead.start, ahead.draws, FLAG_PATHS, arrival)
    if held:
        # What is on order is on back order as well.
        near = live_without_supply(plan, ahead, FLAG_PATHS, arrival, arrives=False)
    return _Shelf(
        row=row,
        present=now,
        stock=stock,
        expiry=found,
        rotated_units=rotated,
        next_delivery=arrival,
        # Nothing is promised of goods that are to go, or where nobody is.
        p_stockout=float((near.first_short < arrival).mean()) if place.is_promised else 0.0,
        need_units=quantile_of(wanted_before(ahead.draws.uses, arrival), NEED_QUANTILE),
        fresh_low=_fresh_low(now, evidence.as_of),
        place=(place.cabinet_id, place.item_id),
        worth_knowing=worth_for_flags(ahead.start, lived.expired_first, loss, (place.cabinet_id, place.item_id)),
        unsure_dkk=float(now.units.sum(axis=1).std()) * place.unit_price_dkk,
        p_excess=_excess(lived),
        prospect=prospect,
        far=ahead.first(far_paths),
    )


def _held_days(job: CabinetJob, row: int) -> int:
    """Days until an item on back order can be had again; 0 where it isn't on back order."""
    until = job.evidence.positions["held_until"].iloc[row]
    return 0 if pd.isna(until) else (pd.Timestamp(until) - pd.Timestamp(job.as_of)).days + 1


def _fresh_low(now: Particles, as_of: int) -> float:
    """Units in date that are surely there."""
    return float(range_of(np.where(now.expiry >= as_of, now.units, 0).sum(axis=1))[0])


@lru_cache(maxsize=4096)
def _next_delivery(as_of: date, order_days: str, delivery_days: str, lead_time: float) -> int:
    return planned_arrival(as_of, weekday_mask(order_days), weekday_mask(delivery_days), lead_time)


def expiry_facts(evidence: Evidence, row: int, stock: StockFigures) -> dict[str, FloatArray]:
    """What a trained model may look at, besides the chance of one position; arrays of shape (1,)."""
    book = evidence.ledger
    discards = int((book.kind[book.start[row] : book.start[row + 1]] == DISCARD).sum())
    facts = facts_of(evidence.places[row], stock, str(evidence.positions["category"].iloc[row]), discards)
    return {name: np.array([value]) for name, value in facts.items()}


def _excess(lived: Outcome) -> FloatArray:
    """Chance that at least 1, 2, … units on the shelf now go out of date."""
    at_least = np.arange(1, min(int(lived.expired_first.max()), MOST_GIVEN) + 1)
    chances: FloatArray = (lived.expired_first[:, None] >= at_least[None, :]).mean(axis=0)
    return chances


def _recorded_dates(evidence: Evidence, row: int) -> IntArray:
    book = evidence.ledger
    mine = slice(book.start[row], book.start[row + 1])
    kind = book.kind[mine]
    dated = (kind == DELIVERY) | (kind == COUNT_LOT) | (kind == SHELF_DATE)
    dated &= book.expiry[mine] != UNKNOWN
    recorded: IntArray = book.expiry[mine][dated]
    return recorded


def _case(job: CabinetJob, shelf: _Shelf) -> Case:
    place = job.evidence.places[shelf.row]
    gone = place.replaced
    price = prices(job.policy, place.unit_price_dkk, place.co2e_kg_per_unit, place.critical)
    earlier = job.earlier[shelf.row] if job.earlier else NOTHING_EARLIER
    return Case(
        today=_one_setting(place.min_level, place.max_level, place.brik_qty, place.brik_count),
        bounds=Bounds(
            pack_size=place.pack_size,
            brik_counts=job.policy.levels.brik_counts,
            critical=place.critical,
            protected=place.protected,
            may_remove=gone or shelf.stock.p_dead >= P_DEAD_TO_REMOVE,
            may_raise=not (gone or _taken_away(job, shelf))
            and place.ward_open
            and shelf.stock.p_dead < P_DEAD_TO_RAISE,
        ),
        # Whoever wants what is replaced takes what replaced it.
        price=replace(price, by_hand=0.0) if gone else price,
        unit_volume_litres=place.unit_volume_litres,
        use_per_day=shelf.stock.rate_mean,
        cover_days=float(shelf.next_delivery + 1),
        burst=most_wanted(shelf.far.draws.uses, shelf.next_delivery + 1 + A_WEEK),
        futures=partial(_futures, shelf.prospect, shelf.present, shelf.far),
        advised=None if earlier.advised is None else _one_setting(*earlier.advised),
        settled=earlier.settled_on is not None and earlier.stirred is None,
        untouched=_opens(job, shelf.row) is not None,
    )


def _promised(job: CabinetJob, shelf: _Shelf, case: Case) -> float:
    """Share of what is wanted that is promised from the shelf: none where nobody is, or not yet."""
    return case.price.promised_fill_rate if job.evidence.places[shelf.row].ward_open else 0.0


def _opens(job: CabinetJob, row: int) -> date | None:
    """Day on which the ward of a position opens, where it is yet to."""
    place = job.evidence.places[row]
    if place.ward_open or place.ward_closed:
        return None
    opens: date = job.evidence.positions["valid_from"].iloc[row].date()
    return opens


def _taken_away(job: CabinetJob, shelf: _Shelf) -> bool:
    """Whether levels of 0 and 0 say that an item was taken away; what is still ordered is ordered when asked for."""
    still = job.evidence.as_of - shelf.stock.last_movement
    return job.evidence.places[shelf.row].max_level == 0 and still >= TAKEN_AWAY_DAYS


def _one_setting(*levels: int) -> Settings:
    return Settings(*(np.array([units], dtype=np.int64) for units in levels))


def _futures(prospect: Prospect, now: Particles, far: Outlook, purpose: str, paths: int) -> Outlook:
    if purpose == FIRST_PRICING:
        return far
    return prospect.outlook(now, paths, DAYS, purpose)


def _day(days_since_epoch: int) -> date | None:
    return date(1970, 1, 1) + timedelta(days=days_since_epoch) if days_since_epoch else None


def _stamp(days_since_epoch: int) -> object:
    """The day as a table holds it: NaT where there is none."""
    return pd.Timestamp(days_since_epoch, unit="D") if days_since_epoch else pd.NaT


def _facts(job: CabinetJob, shelf: _Shelf, new: Recommendation, promised: float) -> dict[str, object]:
    stock, found = shelf.stock, shelf.expiry
    settings, performance = new.settings, new.performance
    return {
        "on_hand_mean": stock.on_hand_mean,
        "on_hand_low": stock.on_hand_low,
        "on_hand_high": stock.on_hand_high,
        "on_order": stock.on_order,
        "demand_per_day_mean": stock.rate_mean,
        "demand_per_day_sd": stock.rate_sd,
        "last_movement": _stamp(stock.last_movement),
        "evidence": stock.evidence,
        "p_dead": stock.p_dead,
        "p_expire": found.p_expire,
        "expected_expired_units": found.units,
        "rotated_units": shelf.rotated_units,
        "stale_units": found.stale_units,
        "p_stale": found.p_stale,
        "stale_expiry": _stamp(found.stale_expiry),
        "stale_known": found.stale_known,
        "earliest_expiry": _stamp(found.earliest_expiry),
        "expiry_known": found.expiry_known,
        "next_delivery": pd.Timestamp(job.as_of + timedelta(days=shelf.next_delivery)),
        "p_stockout": shelf.p_stockout,
        "need_units": shelf.need_units,
        "fresh_low": shelf.fresh_low,
        "action": action(new),
        "new_min_level": int(settings.min_level[1]),
        "new_max_level": int(settings.max_level[1]),
        "new_brik_qty": int(settings.brik_qty[1]),
        "new_brik_count": int(settings.brik_count[1]),
        "fill_rate": performance.fill_rate[0],
        "new_fill_rate": performance.fill_rate[1],
        "expired_units_per_year": performance.expired[0] / YEARS,
        "new_expired_units_per_year": performance.expired[1] / YEARS,
        "min_fill_rate": promised,
        "waits": new.waits,
        "settled_on": _settled_on(job, shelf.row),
        "stirred": job.earlier[shelf.row].stirred if job.earlier and new.changed else None,
        **_told_apart(performance),
    }


def _told_apart(performance: Performance) -> dict[str, float]:
    """What an accountant would find, and what is worth avoiding though nobody is billed for it.

    In whole øre, so that the two add up to what the costs differ by, as they are written.
    """
    cost, new_cost = (round(float(dkk) / YEARS, 2) for dkk in performance.cost[:2])
    kroner, short = performance.kroner, performance.short
    saving = round(float(kroner[0] - kroner[1]) / YEARS, 2)
    return {
        "yearly_cost": cost,
        "new_yearly_cost": new_cost,
        "saving_dkk_per_year": saving,
        "short_units_avoided_per_year": float(short[0] - short[1]) / YEARS,
        "risk_value_dkk_per_year": round(cost - new_cost - saving, 2),
        "kroner_per_year": float(kroner[0]) / YEARS,
        "new_kroner_per_year": float(kroner[1]) / YEARS,
        "short_units_per_year": float(short[0]) / YEARS,
        "new_short_units_per_year": float(short[1]) / YEARS,
        "order_lines_per_year": float(performance.order_lines[0]) / YEARS,
        "new_order_lines_per_year": float(performance.order_lines[1]) / YEARS,
    }


def _expiry_reasons(job: CabinetJob, shelf: _Shelf) -> list[Reason]:
    stock = shelf.stock
    why = expiry_reason(
        shelf.expiry,
        stock.on_hand_mean,
        stock.rate_mean,
        _day(stock.last_movement),
        job.policy.expiry.horizon_days,
    )
    return [why, *besides(shelf.expiry, stock.on_hand_mean)]


def _level_reason(job: CabinetJob, shelf: _Shelf, case: Case, new: Recommendation) -> Reason:
    stock, place = shelf.stock, job.evidence.places[shelf.row]
    if not new.changed:
        return keep_reason(
            new,
            Kept(
                use_per_day=stock.rate_mean,
                min_saving=job.policy.levels.min_saving_dkk_per_year,
                promised=case.price.promised_fill_rate,
                p_dead=stock.p_dead,
                by_hand=case.price.by_hand,
                protected=(place.protected_owner, place.protected_because) if case.bounds.protected else None,
                settled_on=_settled_on(job, shelf.row),
                settling_days=job.policy.levels.settling_days,
                opens=_opens(job, shelf.row),
            ),
        )
    if place.replaced and int(new.settings.max_level[1]) == 0:
        return Reason("remove_replaced", {"replaced_by": place.replaced_by, "units": stock.on_hand_mean})
    return change_reason(
        new,
        stock.rate_mean,
        case.price,
        fewest_cards=int(new.settings.brik_count[1]),
        p_dead=stock.p_dead,
        units=stock.on_hand_mean,
        last_movement=_day(stock.last_movement),
    )


def _settled_on(job: CabinetJob, row: int) -> date | None:
    return job.earlier[row].settled_on if job.earlier else None
