"""Goods that may expire, added up as people think of them: overdue, a month, two, three, half a year."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

from brikopt.expiry.bands import band_of, by_band

MOMENT = date(2025, 3, 1)


@pytest.mark.parametrize(
    ("days", "band"),
    [(-1, "overdue"), (0, "within_30"), (30, "within_30"), (31, "within_60"), (60, "within_60"), (61, "within_90"),
     (90, "within_90"), (91, "within_180"), (180, "within_180"), (181, "later")],
)  # fmt: skip
def test_the_last_day_of_a_band_belongs_to_it(days, band):
    """Within 30 days means 30 days from today, that day included."""
    assert band_of(MOMENT + timedelta(days=days), MOMENT) == band


def test_no_date_has_a_band_of_its_own():
    """Neither missing dates of tables nor of Python fall into a span of days."""
    assert band_of(None, MOMENT) == band_of(pd.NaT, MOMENT) == "unknown"


def positions(*rows):
    """Positions of (days to the first date or None, chance, units, stale units, price)."""
    return pd.DataFrame(
        {
            "earliest_expiry": pd.to_datetime([None if r[0] is None else MOMENT + timedelta(days=r[0]) for r in rows]),
            "p_expire": [r[1] for r in rows],
            "expected_expired_units": [r[2] for r in rows],
            "stale_units": [r[3] for r in rows],
            "p_stale": [float(r[3] > 0) for r in rows],
            "unit_price_dkk": [r[4] for r in rows],
        }
    )


def test_sums_are_units_and_kroner_by_band():
    """3 units at DKK 10 and 1 at DKK 2 within 30 days; 4 that are out of date already, at DKK 5, are overdue."""
    found = by_band(positions((10, 0.9, 3.0, 0, 10.0), (20, 0.5, 1.0, 0, 2.0), (70, 0.4, 2.0, 4, 5.0)), MOMENT)
    rows = {row["band"]: (row["positions"], row["units"], row["dkk"]) for row in found.to_dict("records")}
    assert rows == {
        "overdue": (1, 4.0, 20.0),
        "within_30": (2, 4.0, 32.0),
        "within_60": (0, 0.0, 0.0),
        "within_90": (1, 2.0, 10.0),
        "within_180": (0, 0.0, 0.0),
    }


def test_unlikely_losses_are_left_out_and_no_date_is_shown_only_where_it_comes():
    """A chance below 1 in 100 is no flag; one without a date on the shelf comes from goods still to arrive."""
    found = by_band(positions((10, 0.005, 3.0, 0, 10.0), (None, 0.5, 1.0, 0, 2.0)), MOMENT)
    assert found["band"].tolist()[-1] == "unknown"
    assert found["units"].sum() == 1.0
