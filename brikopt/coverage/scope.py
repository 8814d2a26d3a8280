"""Which wards count in a target on a day, and when each was first reviewed."""

from __future__ import annotations

from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

ReviewKind = Literal["brik", "non_brik"]
KINDS: tuple[ReviewKind, ...] = ("brik", "non_brik")
BoolArray = NDArray[np.bool_]
DayArray = NDArray[np.datetime64]


def in_scope(wards: pd.DataFrame, cabinets: pd.DataFrame, kind: ReviewKind, day: date) -> BoolArray:
    """Say which wards the target of one kind covers on a day.

    Parameters
    ----------
    wards, cabinets : DataFrame
        Checked tables.
    kind : {"brik", "non_brik"}
        Kind of goods reviewed.
    day : date
        The day in question.

    Returns
    -------
    ndarray of bool, shape (n_wards,)
        Wards with a brik cabinet, or with ``nonbrik_relevant``; in force on the day and not excluded.

    Notes
    -----
    Contract, section 5. ``valid_from`` and ``valid_to`` are the first and the last day that count. A ward
    whose ``nonbrik_relevant`` is missing is relevant when it has a non-brik cabinet (contract, section 2).
    """
    with_kind = wards["ward_id"].isin(cabinets.loc[cabinets["kind"] == kind, "ward_id"])
    covered = with_kind
    if kind == "non_brik":
        relevant = wards["nonbrik_relevant"]
        covered = relevant.where(relevant.notna(), with_kind).astype(bool)
    return np.asarray(covered & _counts_on(wards, day), dtype=np.bool_)


def _counts_on(wards: pd.DataFrame, day: date) -> pd.Series[bool]:
    moment = pd.Timestamp(day)
    begun = wards["valid_from"].isna() | (wards["valid_from"] <= moment)
    ended = wards["valid_to"] < moment
    excluded = wards["excluded_reason"].fillna("").str.strip() != ""
    return begun & ~ended & ~excluded


def first_reviews(wards: pd.DataFrame, reviews: pd.DataFrame, kind: ReviewKind, as_of: date) -> DayArray:
    """Find the day on which each ward was first reviewed in a kind.

    Parameters
    ----------
    wards, reviews : DataFrame
        Checked tables.
    kind : {"brik", "non_brik"}
        Kind of goods reviewed.
    as_of : date
        Reviews on this day or later do not count yet.

    Returns
    -------
    ndarray of datetime64[D], shape (n_wards,)
        NaT where the ward has not been reviewed.
    """
    known = reviews[(reviews["kind"] == kind) & (reviews["reviewed_at"] < pd.Timestamp(as_of))]
    first = known.groupby("ward_id")["reviewed_at"].min()
    return first.reindex(wards["ward_id"]).to_numpy().astype("datetime64[D]")
