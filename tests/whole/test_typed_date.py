"""One date that somebody reads on a shelf and types changes the answer at once."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.whole.results import run_on
from tests.worlds import tiny_hospital, write_extracts

PLACE = ("S1", "3383066")  # five gloves came on 7 January, and nobody wrote their date down


def flag(folder, typed=None):
    """The flag of the gloves after a run, with a date typed on the day before or without; none is an empty table."""
    tables = tiny_hospital()
    if typed:
        row = {"checked_at": "2025-02-28", "cabinet_id": PLACE[0], "item_id": PLACE[1], "earliest_expiry": typed}
        others = tables.get("shelf_dates", pd.DataFrame(columns=list(row), dtype="str"))
        tables["shelf_dates"] = pd.concat([others, pd.DataFrame([row], dtype="str")], ignore_index=True)
    data = write_extracts(folder / "data", tables)
    flags = pd.read_csv(
        run_on(data, folder / "out") / "expiry_flags.csv", dtype={"cabinet_id": "str", "item_id": "str"}
    )
    return flags[(flags["cabinet_id"] == PLACE[0]) & (flags["item_id"] == PLACE[1])]


@pytest.fixture(scope="module")
def unknown(tmp_path_factory):
    return flag(tmp_path_factory.mktemp("unknown"))


def test_a_near_date_raises_the_alarm(unknown, tmp_path):
    """Good for 540 days, they seemed safe; the box says 10 April, so some of the five will hardly be used in time."""
    found = flag(tmp_path, typed="2025-04-10").iloc[0]
    before = unknown["p_expire"].max() if len(unknown) else 0.0
    assert found["p_expire"] > before + 0.3
    assert (found["earliest_expiry"], found["expiry_known"]) == ("2025-04-10", 1)
    assert "10-04-2025 (kendt dato)" in found["reason"]


def test_a_far_date_ends_the_alarm(unknown, tmp_path):
    """Nothing on the shelf goes out of date in the half year after all: the flag is gone, or lower than it was."""
    found = flag(tmp_path, typed="2026-06-10")
    after = found["p_expire"].max() if len(found) else 0.0
    before = unknown["p_expire"].max() if len(unknown) else 0.0
    assert after <= before
    assert after < 0.05
