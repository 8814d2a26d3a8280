"""Which goods should move to another cabinet: those that will go out of date, and those that are dead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.demand.variation import dispersion_at
from brikopt.policy import Policy
from brikopt.stock.past import NEWEST_FIRST_SHAPE, OLDEST_FIRST_SHAPE
from brikopt.stock.posterior import Evidence
from brikopt.transfers.answered import Answers, still_possible, with_agreed, with_answers
from brikopt.transfers.handling import TextArray
from brikopt.transfers.moves import transfers
from brikopt.transfers.surplus import Givers
from brikopt.transfers.uptake import Takers

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

NEWEST_FIRST = NEWEST_FIRST_SHAPE / (NEWEST_FIRST_SHAPE + OLDEST_FIRST_SHAPE)  # mean share of picks
MIN_GIVEN_UNITS = 0.2  # expected units out of date below which nothing is worth moving
DEAD, NEVER_USED = 0.9, 0.5  # chance of no more use from which goods are offered to others; where they never moved
YEAR = 365  # days within which dead goods have to be used elsewhere, where their date isn't earlier
MOST_GIVEN = 500  # units of one position


def dispersion_of(positions: pd.DataFrame, evidence: Evidence) -> FloatArray:
    """Variance of use over its mean."""
    rate = positions["demand_per_day_mean"].to_numpy(np.float64)
    return dispersion_at(rate[:, None], evidence.lumpier, evidence.variation)[:, 0]


def moves_between(
    positions: pd.DataFrame,
    p_excess: Sequence[FloatArray],
    evidence: Evidence,
    policy: Policy,
    as_of: date,
    answers: Answers,
) -> pd.DataFrame:
    """Match goods that would be lost where they lie with cabinets that will use them.

    Parameters
    ----------
    positions : DataFrame
        Figures of all steps, one row a position.
    p_excess : sequence of ndarray of float64, shape (n_units,)
        For each position the chance that at least j + 1 units on the shelf go out of date within the horizon.
    evidence : Evidence
        Of all positions.
    policy : Policy
        The region's policy.
    as_of : date
        Moment of decision.
    answers : Answers
        What people said to the moves of earlier runs.

    Returns
    -------
    DataFrame
        Columns of ``transfers.csv`` but ``reason``; ``earliest_expiry`` is NaT for goods that keep.
    """
    givers, takers = _givers(positions, p_excess, as_of), _takers(positions, evidence, as_of)
    items = positions.drop_duplicates("item_id").set_index("item_id")
    whole = items.index.isin(policy.transfers.unbroken_packs) | items["category"].isin(policy.transfers.unbroken_packs)
    places = zip(positions["cabinet_id"], positions["item_id"], strict=True)
    agreed = still_possible(answers.agreed, dict(zip(places, positions["on_hand_high"], strict=True)), as_of)
    moves = transfers(
        *with_agreed(givers, takers, agreed),
        items["unit_price_dkk"],
        disposal_per_unit=policy.cost.disposal_per_unit,
        as_of=as_of,
        piece_units=items["pack_size"].where(whole, 1).astype("int64"),
    )
    return with_answers(_true_dates(moves, positions), agreed, answers.declined)


def is_dead(positions: pd.DataFrame) -> BoolArray:
    """Whether goods will hardly be used where they lie, and nobody wants them to wait there all the same.

    Critical and protected goods stay: they lie there for the day nobody foresees.
    """
    never = positions["last_movement"].isna() & (positions["p_dead"] >= NEVER_USED)
    dead = (positions["p_dead"] >= DEAD) | never
    found: BoolArray = (dead & ~positions["critical"].astype(bool) & ~positions["protected"].astype(bool)).to_numpy()
    return found


def _givers(positions: pd.DataFrame, p_excess: Sequence[FloatArray], as_of: date) -> Givers:
    """Dead goods are lost with at least the chance that nothing more is used, unless somebody else needs them."""
    fresh = positions["fresh_low"].to_numpy(np.float64)
    dead = is_dead(positions) & (fresh >= 1)
    expiring = np.array([chances.sum() for chances in p_excess]) >= MIN_GIVEN_UNITS
    expiring &= positions["earliest_expiry"].notna().to_numpy()
    # Narcotics are accounted for unit by unit: they go back to the pharmacy, never to another cabinet.
    stays = positions["protected"].to_numpy(np.bool_) | positions["narcotic"].to_numpy(np.bool_)
    rows = np.flatnonzero((expiring | dead) & ~stays)
    offered, dead = positions.iloc[rows], dead[rows]
    chances = _padded([p_excess[int(row)] for row in rows], int(min(fresh[rows].max(initial=0.0), MOST_GIVEN)))
    lying = np.arange(1, chances.shape[1] + 1) <= fresh[rows][:, None]
    unused = np.where(dead, offered["p_dead"].to_numpy(np.float64), 0.0)
    days = _days_to(offered["earliest_expiry"], as_of)
    return Givers(
        **_places(offered),
        expiry_day=np.where(dead, np.fmin(days, YEAR), days).astype(np.int64),
        p_excess=np.maximum(chances, np.where(lying, unused[:, None], 0.0)),
        keep_units=offered["need_units"].to_numpy(np.float64),
        on_hand_low=fresh[rows],
    )


def _takers(positions: pd.DataFrame, evidence: Evidence, as_of: date) -> Takers:
    stock, full = (positions[name].to_numpy(np.float64) for name in ("on_hand_mean", "max_level"))
    own_days = _days_to(positions["earliest_expiry"], as_of) + 1.0
    return Takers(
        **_places(positions),
        stock=stock,
        moved_in=np.zeros(len(positions)),
        own_days=np.where(np.isnan(own_days), np.inf, own_days),
        newest_first=np.full(len(positions), NEWEST_FIRST),
        rate_mean=positions["demand_per_day_mean"].to_numpy(np.float64),
        rate_var=positions["demand_per_day_sd"].to_numpy(np.float64) ** 2,
        dispersion=dispersion_of(positions, evidence),
        # A full shelf, and the card that hangs by the time the goods come.
        # Nothing goes to wards that aren't open, or to goods that are to go.
        room_units=np.where(
            positions["ward_open"] & ~positions["replaced"],
            np.maximum(full - stock, 0.0) + positions["brik_qty"].to_numpy(np.float64),
            0.0,
        ),
    )


def _days_to(dates: pd.Series, as_of: date) -> FloatArray:
    """Days until each date; NaN where there is none."""
    return np.asarray((dates - pd.Timestamp(as_of)).dt.days, dtype=np.float64)


def _true_dates(moves: pd.DataFrame, positions: pd.DataFrame) -> pd.DataFrame:
    """The dates on the giver's shelf: dead goods were matched as if they had to be used within the year."""
    dates = positions.set_index(["cabinet_id", "item_id"])["earliest_expiry"].astype("datetime64[s]")
    keys = pd.MultiIndex.from_arrays([moves["from_cabinet_id"], moves["item_id"]])
    return moves.assign(earliest_expiry=dates.reindex(keys).to_numpy())


def _places(positions: pd.DataFrame) -> dict[str, TextArray]:
    names = ("cabinet_id", "item_id", "ward_id", "hospital", "unit")
    return {name: positions[name].to_numpy(dtype=object) for name in names}


def _padded(chances: Sequence[FloatArray], least: int) -> FloatArray:
    """Rows of different lengths as one array of at least so many columns, filled up with zeros."""
    filled = np.zeros((len(chances), max([least, *map(len, chances)])))
    for row, values in enumerate(chances):
        filled[row, : len(values)] = values
    return filled
