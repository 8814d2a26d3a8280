"""What would have been said at a past moment, and what the extracts say happened then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.contract.extract import Extract, Tables
from brikopt.contract.positions import cabinet_rows, position_table, rows_of
from brikopt.demand.future import draw_demand, draw_lumpiness, draw_rates, wanted_before
from brikopt.demand.order_lines import days_since_epoch
from brikopt.expiry.found_late import Delays
from brikopt.expiry.straightening import UNTOUCHED, Straightening
from brikopt.flows.cabinet import expiry_facts
from brikopt.flows.progress import Progress
from brikopt.parallel import Backend, map_in_order
from brikopt.policy import Policy
from brikopt.schedule import planned_arrival, weekday_mask
from brikopt.stock.ageing import Outcome, live_forward
from brikopt.stock.on_hand import figures, range_of
from brikopt.stock.outlook import outlook, plan_of, season_ahead
from brikopt.stock.particles import Particles
from brikopt.stock.posterior import Evidence, gather_evidence, present, stream

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

PATHS = 256
ORDER_DAYS = 90  # how far ahead orders are forecast
COUNT_DAYS = 45  # a count this soon after the cut tests the stock
PROBS = np.array([0.05, 0.25, 0.5, 0.75, 0.95])


@dataclass(frozen=True, slots=True)
class Horizon:
    """How far forecasts made at a cut can be checked.

    Parameters
    ----------
    expiry_days : int
        Days of dates that the expiry forecast covers.
    found_days : int
        Days within which a check has found what went out of date: the dates' and one interval between checks.
    order_days : int
        Days of orders.
    """

    expiry_days: int
    found_days: int
    order_days: int


def horizon_of(cut: date, end: date, policy: Policy, longest_gap: int) -> Horizon:
    """Fit the forecast into what the extracts hold after the cut.

    Parameters
    ----------
    cut, end : date
        Moment of decision, and the day after the newest record.
    policy : Policy
        Its horizon is not exceeded.
    longest_gap : int
        Days between the checks of the cabinet that is checked least often.

    Returns
    -------
    Horizon
    """
    left = (end - cut).days
    expiry = max(min(policy.expiry.horizon_days, left - longest_gap), 1)
    return Horizon(expiry, min(expiry + longest_gap, left), max(min(ORDER_DAYS, left), 1))


@dataclass(frozen=True, slots=True)
class _Job:
    evidence: Evidence
    horizon: Horizon
    cut: date
    count_day: IntArray  # (n,) days from the cut to the first count; -1 where there is none soon
    net_in: IntArray  # (n,) units delivered less units thrown out between the cut and that count
    straightening: Straightening


def said_and_happened(
    extract: Extract,
    cut: date,
    end: date,
    policy: Policy,
    *,
    jobs: int,
    backend: Backend,
    progress: Progress,
    straightening: Straightening = UNTOUCHED,
) -> tuple[pd.DataFrame, Horizon]:
    """Forecast every position at a cut, with what happened beside it.

    Parameters
    ----------
    extract : Extract
        Checked extracts that go on after the cut.
    cut, end : date
        Moment of decision, and the day after the newest record.
    policy : Policy
        The region's policy.
    jobs : int
        Processes.
    backend : {"loky", "dask"}
        Where they run.
    progress : Progress
        Shows the steps.
    straightening : Straightening, optional
        What a trained model does to the chances; by default they stay as the mechanism says.

    Returns
    -------
    DataFrame
        One row a position: what was said (``p_expire``, ``expired_units``, ``p_stockout``, ``count_low`` …,
        ``orders_*``), what a model may look at besides (``fact_*``), what simple rules say (``dates_only``,
        ``days_of_cover``, ``last_year``) and what happened (``discarded``, ``recorded_chance`` that some of it went out
        of date within the horizon, ``ran_out``, ``counted``, ``ordered``).
    Horizon
        How far it looks.
    """
    before, after = extract.before(cut), extract.before(end)
    positions = position_table(before)
    evidence = gather_evidence(before, positions, policy.expiry.check_interval_days, policy.expiry.horizon_days)
    gaps = [int(np.diff(days).max(initial=1)) for days in evidence.checks.values()]
    horizon = horizon_of(cut, end, policy, max(gaps, default=1))
    later = _Later(after, positions, cut)
    count_day, net_in = later.first_counts()
    parts = [
        _Job(
            evidence.part(first, last),
            horizon,
            cut,
            count_day[first:last],
            net_in[first:last],
            straightening,
        )
        for first, last in cabinet_rows(positions)
    ]
    said = []
    with progress.step("cabinets", total=len(positions)) as step:
        for frame in map_in_order(_said, parts, jobs=jobs, backend=backend):
            said.append(frame)
            step.advance(len(frame))
    forecast = pd.concat(said, ignore_index=True).fillna(0.0)  # a fact that is not there
    names = ["cabinet_id", "item_id", "ward_id", "unit", "is_brik", "unit_price_dkk", "max_level", "critical"]
    happened = later.happened(horizon, forecast["next_delivery"].to_numpy(np.int64))
    rules = _simple_rules(before, positions, cut)
    found = pd.concat([positions[names], forecast, rules, happened], axis=1)
    return found, horizon


def _said(job: _Job) -> pd.DataFrame:
    return pd.DataFrame([_position(job, row) for row in range(len(job.evidence.places))])


def _position(job: _Job, row: int) -> dict[str, object]:
    evidence, horizon = job.evidence, job.horizon
    place = evidence.places[row]
    now = present(evidence, row)
    arrival = planned_arrival(
        job.cut, weekday_mask(place.order_days), weekday_mask(place.delivery_days), place.lead_time_days_mean
    )
    ahead = outlook(evidence, row, now, PATHS, max(horizon.expiry_days, horizon.order_days, arrival), "flags")
    plan = plan_of(evidence, row)

    def lived(days: int) -> Outcome:
        return live_forward(plan, ahead.supply, ahead.start, ahead.draws, PATHS, days)

    expiry = lived(horizon.expiry_days)
    orders = np.quantile(lived(horizon.order_days).ordered, PROBS, method="inverted_cdf")
    stock = figures(evidence, row, now)
    counted = _expected_count(job, row, now)
    low, high = range_of(counted)
    facts = expiry_facts(evidence, row, stock)
    raw = np.array([(expiry.expired > 0).mean()])
    chance = float(job.straightening.chances(raw, facts)[0])
    return {
        "p_expire": chance,
        "expired_units": float(expiry.expired.mean()) * (chance / raw[0] if raw[0] else 1.0),
        "p_stockout": float((lived(arrival).first_short < arrival).mean()),
        "next_delivery": arrival,
        "on_hand_mean": stock.on_hand_mean,
        "rate_mean": stock.rate_mean,
        "p_dead": stock.p_dead,
        "count_mean": counted.mean(),
        "count_low": low,
        "count_high": high,
        **{f"orders_{prob:.2f}": quantile for prob, quantile in zip(PROBS, orders, strict=True)},
        **{f"fact_{name}": value[0] for name, value in facts.items()},
    }


def _expected_count(job: _Job, row: int, now: Particles) -> FloatArray:
    """Units that would be counted: what lay there and came, less the use drawn for the days between."""
    days = int(job.count_day[row])
    on_hand: FloatArray = now.units.sum(axis=1).astype(np.float64)
    if days < 0:
        return on_hand
    evidence, place = job.evidence, job.evidence.places[row]
    rng = stream(place.cabinet_id, place.item_id, "count")
    pooled = evidence.pooled
    state, rate, resumed = draw_rates(rng, now.chance, pooled.grid[row], pooled.fresh, len(on_hand))
    season = season_ahead(evidence, days)
    lumpier = draw_lumpiness(rng, evidence.lumpier[row], len(rate))
    uses = draw_demand(rng, rate, resumed, lumpier, evidence.variation, season, max(days, 1))
    use = wanted_before(uses, days)
    expected: FloatArray = np.maximum(on_hand[state] + job.net_in[row] - use, 0).astype(np.float64)
    return expected


def _simple_rules(before: Tables, positions: pd.DataFrame, cut: date) -> pd.DataFrame:
    """What a spreadsheet would say: last year's rate, the newest recorded date, days of cover against days left."""
    as_of = pd.Timestamp(cut)
    orders = rows_of(before.orders, positions)
    recent = orders[orders["ordered_at"] >= as_of - pd.Timedelta(days=365)]
    size = len(positions)
    last_year = np.bincount(recent["position"], weights=recent["quantity"], minlength=size) / 365
    goods = rows_of(before.deliveries, positions)
    dated = goods[goods["expiry_date"] >= as_of].groupby("position")["expiry_date"].min()
    earliest = pd.Series(pd.NaT, index=range(size), dtype="datetime64[s]")
    earliest[dated.index] = dated
    days_left = (earliest - as_of).dt.days.to_numpy(np.float64)
    half_full = positions["max_level"].to_numpy(np.float64) / 2
    cover = half_full / np.maximum(last_year, 1e-3)
    return pd.DataFrame(
        {
            "last_year": last_year,
            "dates_only": np.where(np.isnan(days_left), 0.0, 1 / (1 + np.nan_to_num(days_left))),
            "within_90_days": np.nan_to_num(days_left, nan=np.inf) < 90,
            "days_of_cover": np.where(np.isnan(days_left), cover / 1e4, cover / np.maximum(days_left, 1)),
        }
    )


class _Later:
    """What the extracts say happened after the cut."""

    def __init__(self, after: Tables, positions: pd.DataFrame, cut: date) -> None:
        self.cut = int(np.datetime64(cut, "D").astype(np.int64))
        self.size = len(positions)
        self.orders = self._rows(after.orders, positions, "ordered_at")
        self.deliveries = self._rows(after.deliveries, positions, "delivered_at")
        self.discards = self._rows(after.discards, positions, "discarded_at")
        self.counts = self._rows(after.counts, positions, "counted_at")
        self.ward = positions["ward_id"].to_numpy(dtype=object)
        self.delays = self._known_delays(rows_of(after.discards, positions))

    def _rows(self, events: pd.DataFrame, positions: pd.DataFrame, dated_by: str) -> pd.DataFrame:
        rows = rows_of(events, positions)
        rows = rows.assign(day=days_since_epoch(rows[dated_by]) - self.cut)
        return rows[rows["day"] >= 0]

    def _known_delays(self, discards: pd.DataFrame) -> Delays:
        dated = discards[(discards["reason"] == "expired") & discards["expiry_date"].notna()]
        late = days_since_epoch(dated["discarded_at"]) - days_since_epoch(dated["expiry_date"]) - 1
        real = late >= 0  # thrown out before its date: for some other reason, or the date is wrong
        return Delays(late[real], self.ward[dated["position"][real]])

    def _recorded_chance(self, expired: pd.DataFrame, length: int) -> FloatArray:
        """Chance that a recorded loss went out of date within the window: sure with a date, else by known delays."""
        at = expired["position"].to_numpy()
        within = self.delays.chance_within(expired["day"].to_numpy(), self.ward[at], length)
        last = days_since_epoch(expired["expiry_date"]) - self.cut
        dated = expired["expiry_date"].notna().to_numpy()
        within = np.where(dated, (last >= 0) & (last < length), within)
        none: FloatArray = np.ones(self.size)
        np.multiply.at(none, at, 1 - within)
        return 1 - none

    def _sum(self, rows: pd.DataFrame) -> FloatArray:
        total: FloatArray = np.zeros(self.size)
        np.add.at(total, rows["position"], rows["quantity"])
        return total

    def first_counts(self) -> tuple[IntArray, IntArray]:
        """Day of each position's first count soon after the cut, and what came in net until then."""
        soon = self.counts[self.counts["day"] <= COUNT_DAYS]
        first = soon.groupby("position")["day"].min()
        day = np.full(self.size, -1, dtype=np.int64)
        day[first.index] = first
        came, gone = (
            self._sum(rows[rows["day"] <= day[rows["position"]]]) for rows in (self.deliveries, self.discards)
        )
        return day, (came - gone).astype(np.int64)

    def _found_empty(self, next_delivery: IntArray) -> npt.NDArray[np.bool_]:
        """Whether a count before the next delivery found nothing."""
        totals = self.counts.groupby(["position", "day"], as_index=False)["quantity"].sum()
        empty = totals[(totals["quantity"] == 0) & (totals["day"] < next_delivery[totals["position"]])]
        found = np.zeros(self.size, dtype=np.bool_)
        found[empty["position"]] = True
        return found

    def happened(self, horizon: Horizon, next_delivery: IntArray) -> pd.DataFrame:
        """What happened to each position, one row each."""
        expired = self.discards[self.discards["reason"] == "expired"]
        expired = expired[expired["day"] < horizon.found_days]
        last = days_since_epoch(expired["expiry_date"]) - self.cut
        in_time = expired["expiry_date"].isna() | ((last >= 0) & (last < horizon.expiry_days))
        urgent = self.orders["channel"] == "urgent"
        before_delivery = self.orders["day"] < next_delivery[self.orders["position"]]
        normal = self.orders[~urgent & (self.orders["day"] < horizon.order_days)]
        day, _ = self.first_counts()
        counted = self.counts[self.counts["day"] == day[self.counts["position"]]]
        return pd.DataFrame(
            {
                "discarded": self._sum(expired[in_time]),
                "recorded_chance": self._recorded_chance(expired, horizon.expiry_days),
                "ran_out": (self._sum(self.orders[urgent & before_delivery]) > 0) | self._found_empty(next_delivery),
                "ordered": self._sum(normal),
                "counted": np.where(day >= 0, self._sum(counted), np.nan),
            }
        )
