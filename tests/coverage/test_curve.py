"""The curve of the reviewed share, and its band."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from brikopt.coverage.curve import curve_of
from brikopt.policy import Target

AS_OF = date(2025, 3, 3)


def curve(reviewed: list[str], wards: int = 10, unit: str = "*", **period: date):
    """Wards with one cabinet with cards each, all in unit U; the first of them reviewed on days."""
    ids = [f"A{number}" for number in range(wards)]
    frame = pd.DataFrame({"ward_id": ids, "unit": "U", "nonbrik_relevant": False, "excluded_reason": ""})
    nothing = pd.to_datetime(pd.Series([None] * wards)).astype("datetime64[s]")
    frame = frame.assign(valid_from=nothing, valid_to=nothing)
    cabinets = pd.DataFrame({"ward_id": ids, "kind": "brik"})
    days = pd.to_datetime(pd.Series(reviewed)).astype("datetime64[s]")
    reviews = pd.DataFrame({"ward_id": ids[: len(reviewed)], "kind": "brik", "reviewed_at": days})
    return curve_of(frame, cabinets, reviews, Target(**period), "brik", unit, AS_OF)


def test_it_rises_on_the_days_of_reviews():
    """Two on one day and one later: 2 wards at the end of the day, then 3, and 3 today."""
    found = curve(["2024-11-04", "2024-11-04", "2025-01-14"])
    assert found.past[1:] == [(date(2024, 11, 4), 2), (date(2025, 1, 14), 3), (AS_OF, 3)]
    assert (found.in_scope, found.target) == (10, 0.9)


def test_it_begins_with_the_period():
    """A review before the period's first day fulfils nothing in it."""
    start = date(2025, 1, 1)
    found = curve(["2024-11-04", "2025-01-14"], **{"from": start, "deadline": date(2026, 12, 31)})
    assert found.past == [(start, 0), (date(2025, 1, 14), 1), (AS_OF, 1)]


def test_the_band_opens_from_where_it_stands_and_never_falls():
    """The low edge lies below the middle, and that below the high one; none is above all wards."""
    found = curve(["2024-11-04", "2024-12-02", "2025-01-14"], deadline=date(2025, 12, 31))
    assert found.ahead[-1][0] == date(2025, 12, 31)
    for day, low, middle, high in found.ahead:
        assert 3 <= low <= middle <= high <= 10, day
    for edge in (1, 2, 3):
        values = [row[edge] for row in found.ahead]
        assert values == sorted(values)
    assert found.ahead[-1][3] > found.ahead[-1][1]


def test_who_is_done_has_nothing_ahead():
    """All wards reviewed."""
    assert curve(["2024-11-04"] * 2, wards=2, unit="U").ahead == []


def test_an_unknown_unit_is_none_of_them():
    """No guess."""
    with pytest.raises(KeyError):
        curve([], unit="X")
