"""One date that will be too early in many wards: one case for the supplier, not one a ward."""

from __future__ import annotations

import pandas as pd

from brikopt.reason import Reason

LIKELY, MANY_WARDS = 0.5, 3  # from here on a position counts, and a date is one case and not many
MOST_DATES = 3  # named on the front page


def short_dated_in_many_wards(positions: pd.DataFrame) -> list[Reason]:
    """Name the items of which goods with one and the same date will go out of date in many wards.

    Parameters
    ----------
    positions : DataFrame
        ``item_id``, ``name``, ``ward_id``, ``unit_price_dkk``, ``earliest_expiry`` (NaT: none), ``p_expire``,
        ``expected_expired_units``.

    Returns
    -------
    list of Reason
        At most three, most kroner first, where something will rather expire than not in at least three wards.

    Notes
    -----
    Lot numbers are known for few goods; one item and one date stand for a lot.
    """
    rows = positions[(positions["p_expire"] >= LIKELY) & positions["earliest_expiry"].notna()]
    rows = rows.assign(dkk=rows["expected_expired_units"] * rows["unit_price_dkk"])
    dates = rows.groupby(["item_id", "earliest_expiry"], sort=True).agg(
        name=("name", "first"),
        wards=("ward_id", "nunique"),
        units=("expected_expired_units", "sum"),
        dkk=("dkk", "sum"),
    )
    many = dates[dates["wards"] >= MANY_WARDS].reset_index()
    ranked = many.sort_values(["dkk", "item_id", "earliest_expiry"], ascending=[False, True, True]).head(MOST_DATES)
    return [
        Reason(
            "found_short_dated",
            {
                "name": str(row["name"]),
                "wards": int(row["wards"]),
                "earliest_expiry": row["earliest_expiry"].date(),
                "units": float(row["units"]),
                "dkk": float(row["dkk"]),
            },
        )
        for row in ranked.to_dict("records")
    ]
