"""Wards, cabinets and reviews written by hand."""

from __future__ import annotations

import pandas as pd


def wards_of(n, units=("U",), **columns):
    """Wards W0, W1 … of one hospital, dealt out over the units, relevant for non-brik as their cabinets say."""
    frame = pd.DataFrame(
        {
            "ward_id": [f"W{i}" for i in range(n)],
            "hospital": ["Mølleby"] * n,
            "unit": [units[i % len(units)] for i in range(n)],
            "nonbrik_relevant": pd.array([pd.NA] * n, dtype="boolean"),
            "valid_from": pd.to_datetime([None] * n),
            "valid_to": pd.to_datetime([None] * n),
            "excluded_reason": [""] * n,
        }
    )
    return frame.assign(**columns)


def cabinets_of(wards, kinds=("brik",)):
    """One cabinet of each kind a ward."""
    rows = [(f"C{ward}{kind}", ward, kind) for ward in wards["ward_id"] for kind in kinds]
    return pd.DataFrame(rows, columns=["cabinet_id", "ward_id", "kind"])


def reviews_of(*days, kind="brik"):
    """W0 reviewed on the first day, W1 on the second, and so on."""
    return pd.DataFrame(
        {
            "reviewed_at": pd.to_datetime(list(days)).astype("datetime64[s]"),
            "ward_id": pd.array([f"W{i}" for i in range(len(days))], dtype="str"),
            "kind": pd.array([kind] * len(days), dtype="str"),
        }
    )
