"""The coming year lived under several plans, each on the very same futures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.contract.positions import Place
from brikopt.levels.cost import Prices, prices
from brikopt.policy import Policy
from brikopt.stock.ageing import Outcome, Plan, live_forward
from brikopt.stock.outlook import outlook
from brikopt.stock.posterior import Evidence, present

FloatArray = npt.NDArray[np.float64]

DAYS = 365
PATHS = 256


@dataclass(frozen=True, slots=True)
class ReplayJob:
    """One cabinet, and the plans to live it under.

    Parameters
    ----------
    evidence : Evidence
        Of the cabinet's positions.
    plans : sequence of DataFrame
        min_level, max_level, brik_qty and brik_count of each position, in the order of the evidence.
    purpose : str
        Names the futures; the same name gives the same futures.
    """

    evidence: Evidence
    plans: Sequence[pd.DataFrame]
    purpose: str = "whatif"  # neither the futures from which levels are chosen nor those that price the choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """What a year brings on average; arrays of shape (n_plans, n_positions).

    Parameters
    ----------
    holding : ndarray of float64
        Unit-days on the shelf.
    order_lines : ndarray of float64
        Lines.
    expired, wanted, short : ndarray of float64
        Units that go out of date, that are wanted, and that are wanted and not there.
    """

    holding: FloatArray
    order_lines: FloatArray
    expired: FloatArray
    wanted: FloatArray
    short: FloatArray


def replay(job: ReplayJob) -> Year:
    """Live one cabinet through the coming year under every plan.

    Parameters
    ----------
    job : ReplayJob
        The cabinet and the plans.

    Returns
    -------
    Year
        Means of ``PATHS`` futures, the same ones for each plan.
    """
    evidence = job.evidence
    lived = np.zeros((len(_MEANS), len(job.plans), len(evidence.places)))
    for row in range(len(evidence.places)):
        ahead = outlook(evidence, row, present(evidence, row), PATHS, DAYS, job.purpose)
        for number, levels in enumerate(job.plans):
            plan = _plan(evidence.places[row], levels.iloc[row])
            outcome = live_forward(plan, ahead.supply, ahead.start, ahead.draws, PATHS, DAYS)
            lived[:, number, row] = _means(outcome)
    return Year(**dict(zip(_MEANS, lived, strict=True)))


_MEANS = [field.name for field in fields(Year)]


def _means(outcome: Outcome) -> list[float]:
    return [float(getattr(outcome, name).mean()) for name in _MEANS]


def _plan(place: Place, levels: pd.Series) -> Plan:
    return Plan(
        is_brik=place.is_brik,
        min_level=int(levels["min_level"]),
        max_level=int(levels["max_level"]),
        brik_qty=max(int(levels["brik_qty"]), 1),
        pack_size=place.pack_size,
    )


def side_by_side(years: Sequence[Year]) -> Year:
    """Put the cabinets of a ward together, in their order."""
    parts = {name: np.concatenate([getattr(year, name) for year in years], axis=1) for name in _MEANS}
    return Year(**parts)


def trade_off(year: Year, plans: Sequence[pd.DataFrame], places: Sequence[Place], policy: Policy) -> pd.DataFrame:
    """Sum up what each plan costs and gives, over all positions.

    Parameters
    ----------
    year : Year
        What happened.
    plans : sequence of DataFrame
        The levels, as in ``ReplayJob``.
    places : sequence of Place
        The positions.
    policy : Policy
        Prices and promises.

    Returns
    -------
    DataFrame
        One row a plan. Money is DKK a year; ``cost_dkk`` is the sum of ``holding_dkk``, ``lines_dkk``, ``loss_dkk``
        (expired units with disposal and, if priced, CO2e), ``shortage_dkk`` and ``promise_dkk``. ``expired_dkk``,
        at purchase price, and ``expired_co2e_kg`` show the waste in two more ways and are part of no sum.

    Notes
    -----
    Contract, section 3, over one year: the promise is missed position by position, by
    max(0, promise × E[wanted] − E[met]) units.
    """
    each = [prices(policy, place.unit_price_dkk, place.co2e_kg_per_unit, place.critical) for place in places]
    unit_price, co2e, litres = (
        np.array([getattr(place, name) for place in places])
        for name in ("unit_price_dkk", "co2e_kg_per_unit", "unit_volume_litres")
    )
    met = year.wanted - year.short
    missed = np.maximum(_of(each, "promised_fill_rate") * year.wanted - met, 0.0)
    wanted = year.wanted.sum(axis=1)
    costs = {
        "holding_dkk": year.holding @ _of(each, "holding_unit_day"),
        "lines_dkk": year.order_lines @ _of(each, "order_line"),
        "loss_dkk": year.expired @ _of(each, "expired_unit"),
        "shortage_dkk": year.short @ _of(each, "short_unit"),
        "promise_dkk": missed @ _of(each, "fill_price"),
    }
    return pd.DataFrame(
        {
            "cost_dkk": np.sum(list(costs.values()), axis=0),
            **costs,
            "expired_units": year.expired.sum(axis=1),
            "expired_dkk": year.expired @ unit_price,
            "expired_co2e_kg": year.expired @ co2e,
            "fill_rate": np.divide(met.sum(axis=1), wanted, out=np.ones(len(wanted)), where=wanted > 0),
            "stock_value_dkk": year.holding @ unit_price / DAYS,
            "full_stock_litres": [float(plan["max_level"].to_numpy() @ litres) for plan in plans],
            "order_lines": year.order_lines.sum(axis=1),
        }
    )


def _of(each: Sequence[Prices], name: str) -> FloatArray:
    return np.array([getattr(price, name) for price in each])
