"""The visits that would review what is left: a ward's kinds together, with hours and kroner at stake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.coverage.scope import KINDS, first_reviews, in_scope
from brikopt.policy import Reviews

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Visits:
    """One visit a ward with anything left to review; first axis of length n_visits.

    Parameters
    ----------
    ward_id, hospital, unit : ndarray of object
        The ward and where it belongs.
    left : ndarray of bool, shape (n_visits, 2)
        Which of the kinds, in the order of ``KINDS``, are left to review.
    positions : ndarray of int64, shape (n_visits, 2)
        Positions of each kind at the ward.
    saving_dkk : ndarray of float64, shape (n_visits, 2)
        What the ward's list would save in a year, by kind.
    broken, mended : ndarray of int64, shape (n_visits, 2)
        Positions whose promised fill rate is broken today, and that the list's levels mend, by kind.
    minutes : ndarray of int64
        Work of the whole visit.
    """

    ward_id: npt.NDArray[np.object_]
    hospital: npt.NDArray[np.object_]
    unit: npt.NDArray[np.object_]
    left: BoolArray
    positions: IntArray
    saving_dkk: FloatArray
    broken: IntArray
    mended: IntArray
    minutes: IntArray

    def __len__(self) -> int:
        return len(self.ward_id)

    @property
    def at_stake(self) -> FloatArray:
        """DKK a year that wait for the visit, at least 1: a ward without savings should not wait for ever."""
        waiting: FloatArray = np.maximum((self.saving_dkk * self.left).sum(axis=1), 1.0)
        return waiting


def visits_left(
    wards: pd.DataFrame,
    cabinets: pd.DataFrame,
    reviews: pd.DataFrame,
    by_ward: pd.DataFrame,
    terms: Reviews,
    as_of: date,
    *,
    open_until: date,
) -> Visits:
    """List the wards in scope that are still to review.

    Parameters
    ----------
    wards, cabinets, reviews : DataFrame
        Checked tables.
    by_ward : DataFrame
        ``ward_id``, ``kind``, ``positions``, ``saving_dkk``, ``broken`` and ``mended``; a pair that isn't there has
        none.
    terms : Reviews
        Minutes a ward and a position take.
    as_of : date
        Moment of decision; reviews on it or later do not count yet.
    open_until : date
        Wards that close before this day are left out: what is tidied there is gone.

    Returns
    -------
    Visits
        In the order of ``wards``. A ward's kinds are reviewed in one visit, for half of the work is being there.
    """
    left = np.column_stack(
        [
            in_scope(wards, cabinets, kind, as_of) & np.isnat(first_reviews(wards, reviews, kind, as_of))
            for kind in KINDS
        ]
    )
    stays = ~(wards["valid_to"] < pd.Timestamp(open_until)).to_numpy(np.bool_)
    at = np.flatnonzero(left.any(axis=1) & stays)
    ids = wards["ward_id"].to_numpy(dtype=object)[at]
    positions = _by_kind(by_ward, "positions", ids).astype(np.int64)
    minutes = terms.minutes_per_ward + terms.minutes_per_position * (positions * left[at]).sum(axis=1)
    return Visits(
        ward_id=ids,
        hospital=wards["hospital"].to_numpy(dtype=object)[at],
        unit=wards["unit"].to_numpy(dtype=object)[at],
        left=left[at],
        positions=positions,
        saving_dkk=_by_kind(by_ward, "saving_dkk", ids),
        broken=_by_kind(by_ward, "broken", ids).astype(np.int64),
        mended=_by_kind(by_ward, "mended", ids).astype(np.int64),
        minutes=np.maximum(np.ceil(minutes), 1).astype(np.int64),
    )


def _by_kind(by_ward: pd.DataFrame, column: str, ward_ids: npt.NDArray[np.object_]) -> FloatArray:
    """Lay out a figure as wards by kinds, 0 where there is none."""
    figures = by_ward.set_index(["ward_id", "kind"])[column]
    wanted = pd.MultiIndex.from_product([ward_ids, KINDS])
    return figures.reindex(wanted, fill_value=0).to_numpy(np.float64).reshape(len(ward_ids), len(KINDS))
