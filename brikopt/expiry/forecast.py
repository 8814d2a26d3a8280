"""What will go out of date unused: how surely, how much, and when first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from brikopt.expiry.out_of_date import LEAST_CHANCE
from brikopt.reason import Reason
from brikopt.schedule import DAYS_PER_MONTH
from brikopt.stock.ageing import Outcome
from brikopt.stock.particles import Particles
from brikopt.stock.shelf import DOES_NOT_EXPIRE

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

MIN_CHANCE = 0.01  # the contract lists positions from this chance on
ARRIVALS_SHARE = 0.5  # of the expected units: from here on, what is still to come is the reason
NOTICEABLE, HALF_A_UNIT = 0.05, 0.5  # units that are worth a word, and that count as goods lost
UNUSED_PER_MONTH = 0.02  # units a month that count as no use


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiryForecast:
    """The forecast of one position.

    Parameters
    ----------
    p_expire : float
        Chance that at least one unit goes out of date within the horizon.
    units : float
        Units expected to; those that are out of date already are not among them.
    units_on_shelf : float
        Of those, units on the shelf now.
    stale_units : float
        Units expected to be out of date already and still on the shelf.
    p_stale : float
        Chance that there are any.
    stale_expiry : int
        First date of those that is passed, days since 1970-01-01; 0 where there are none.
    stale_known : bool
        Whether somebody recorded that date for this position.
    earliest_expiry : int
        First date still to come on the shelf, days since 1970-01-01; 0 where nothing on the shelf expires.
    expiry_known : bool
        Whether somebody recorded that date for this position.
    """

    p_expire: float
    units: float
    units_on_shelf: float
    stale_units: float
    p_stale: float
    earliest_expiry: int
    expiry_known: bool
    stale_expiry: int = 0
    stale_known: bool = False


def forecast(lived: Outcome, present: Particles, recorded: IntArray, as_of: int) -> ExpiryForecast:
    """Read the forecast off the futures of one position under today's levels.

    Parameters
    ----------
    lived : Outcome
        Futures as long as the horizon.
    present : Particles
        What may lie on the shelf now.
    recorded : ndarray of int64
        Dates that somebody recorded for this position, days since 1970-01-01.
    as_of : int
        Days since 1970-01-01.

    Returns
    -------
    ExpiryForecast

    Notes
    -----
    Goods on the shelf, on the way and delivered within the horizon count (contract, section 5).
    """
    expiry, units = present.expiry, present.units
    there = (units > 0) & (expiry < DOES_NOT_EXPIRE)
    passed = there & (expiry < as_of)
    stale = np.where(passed, units, 0).sum(axis=1)
    earliest, overdue = _first_date(expiry, there & ~passed), _first_date(expiry, passed)
    return ExpiryForecast(
        p_expire=float((lived.expired > 0).mean()),
        units=float(lived.expired.mean()),
        units_on_shelf=float(lived.expired_first.mean()),
        stale_units=float(stale.mean()),
        p_stale=float((stale > 0).mean()),
        earliest_expiry=earliest,
        expiry_known=bool(earliest in recorded),
        stale_expiry=overdue,
        stale_known=bool(overdue in recorded),
    )


def _first_date(expiry: IntArray, lots: BoolArray) -> int:
    """The likeliest first date of some lots of each particle; 0 where no particle has any."""
    first = np.where(lots, expiry, DOES_NOT_EXPIRE).min(axis=1)
    return _likeliest(first[first < DOES_NOT_EXPIRE])


def _likeliest(days: IntArray) -> int:
    """The date most particles agree on, else the middle one; 0 where there is none."""
    if not len(days):
        return 0
    values, counts = np.unique(days, return_counts=True)
    if counts.max() * 3 >= len(days):
        return int(values[counts.argmax()])
    return int(np.sort(days)[len(days) // 2])


def besides(found: ExpiryForecast, on_hand: float) -> list[Reason]:
    """Say what else has to be known beside the reason of a flag.

    Parameters
    ----------
    found : ExpiryForecast
        Its forecast.
    on_hand : float
        Units expected on the shelf.

    Returns
    -------
    list of Reason
        That goods still to come count, where more is expected to go out of date than lies there; and that some are out
        of date already.
    """
    reasons = []
    if found.units > on_hand and found.units - found.units_on_shelf >= NOTICEABLE:
        reasons.append(Reason("expires_arrivals_too", {"on_shelf": min(found.units_on_shelf, on_hand)}))
    if found.p_stale >= LEAST_CHANCE:
        reasons.append(Reason("expires_stale_too", {"units": found.stale_units / found.p_stale}))
    return reasons


def reason(
    found: ExpiryForecast, on_hand: float, use_per_day: float, last_movement: date | None, horizon_days: int
) -> Reason:
    """Why a position is flagged.

    Parameters
    ----------
    found : ExpiryForecast
        Its forecast.
    on_hand : float
        Units expected on the shelf.
    use_per_day : float
        Units.
    last_movement : date, optional
        Last order line or delivery.
    horizon_days : int
        How far the forecast looks.

    Returns
    -------
    Reason
    """
    use_per_month = use_per_day * DAYS_PER_MONTH
    if found.units_on_shelf < ARRIVALS_SHARE * found.units or not found.earliest_expiry:
        numbers = {"units": on_hand, "use_per_month": use_per_month, "expired_units": found.units}
        # Where some is out of date already, or will be, nobody should read that what lies there is used in time.
        lost = found.p_stale >= LEAST_CHANCE or found.units_on_shelf >= HALF_A_UNIT
        code = "arrivals_expire_more" if lost else "arrivals_expire"
        return Reason(code, {**numbers, "horizon_days": horizon_days})
    day = date.fromordinal(date(1970, 1, 1).toordinal() + found.earliest_expiry)
    facts: dict[str, float | date | bool] = {
        "units": on_hand,
        "expired_units": found.units,
        "earliest_expiry": day,
        "expiry_known": found.expiry_known,
    }
    if use_per_month >= UNUSED_PER_MONTH:
        return Reason("expires_before_use", {**facts, "use_per_month": use_per_month})
    if last_movement is None:
        return Reason("expires_never_moved", facts)
    return Reason("expires_unused", {**facts, "last_movement": last_movement})
