"""Regions in which the effect of a review is known, because it was planted: none, or a drop of what expires."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

START, AS_OF = date(2023, 3, 1), date(2025, 3, 1)
PRICE = 50.0


def planted_region(seed, *, wards=40, reviewed=14, kept=1.0):
    """Tables of a region whose reviewed wards throw away ``kept`` of what they would have from the review on.

    Wards differ in size and in waste; all of them waste less in the second year, reviewed or not.
    """
    rng = np.random.default_rng(seed)
    ids = [f"W{i:02d}" for i in range(wards)]
    size, waste = rng.lognormal(0, 0.5, wards), rng.lognormal(0, 0.4, wards)
    days = (AS_OF - START).days
    review_day = np.full(wards, days + 1)
    review_day[rng.permutation(wards)[:reviewed]] = rng.integers(200, days - 120, reviewed)
    thrown, orders = [], []
    for ward in range(wards):
        rate = 0.12 * size[ward] * waste[ward] * np.linspace(1.2, 0.8, days)
        rate = np.where(np.arange(days) >= review_day[ward], kept, 1.0) * rate
        thrown += [(ward, day, 1 + int(rng.geometric(0.4))) for day in np.flatnonzero(rng.random(days) < rate)]
        orders += [(ward, day, 10) for day in np.flatnonzero(rng.random(days) < np.minimum(0.4 * size[ward], 0.95))]
    return {
        "wards": pd.DataFrame({"ward_id": ids, "unit": "U", **for_ever(wards)}),
        "cabinets": pd.DataFrame({"cabinet_id": [f"C{one}" for one in ids], "ward_id": ids, "kind": "brik"}),
        "items": pd.DataFrame({"item_id": ["1"], "unit_price_dkk": [PRICE]}),
        "positions": cards([f"C{one}" for one in ids]),
        "orders": _dated(orders, ids, "ordered_at").assign(channel="brik"),
        "discards": _dated(thrown, ids, "discarded_at").assign(reason="expired"),
        "reviews": pd.DataFrame(
            [(_stamp(day), ids[ward], "brik") for ward, day in enumerate(review_day) if day <= days],
            columns=["reviewed_at", "ward_id", "kind"],
        ),
    }


def cards(cabinets):
    """Three cards of ten units of the one item in each cabinet."""
    levels = {"min_level": 20, "max_level": 30, "brik_qty": 10, "brik_count": 3}
    return pd.DataFrame({"cabinet_id": cabinets, "item_id": "1", **levels})


def for_ever(wards):
    """The columns of wards that are always in force."""
    return {name: pd.to_datetime([None] * wards).astype("datetime64[s]") for name in ("valid_from", "valid_to")}


def _dated(rows, ids, column):
    ward, day, quantity = np.array(rows).T
    return pd.DataFrame(
        {
            column: pd.Timestamp(START) + pd.to_timedelta(day, unit="D"),
            "cabinet_id": "C" + pd.Series(ids).take(ward).reset_index(drop=True),
            "item_id": "1",
            "quantity": quantity,
        }
    )


def _stamp(day):
    return pd.Timestamp(START + timedelta(days=int(day)))
