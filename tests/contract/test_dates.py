"""Dates: the order is found per file, a time of day does not move the day."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from brikopt.contract.cells import text_cells
from brikopt.contract.dates import DateOrder, dated_from, find_date_style, parse_dates


@pytest.mark.parametrize(
    ("texts", "order", "month_first"),
    [
        (["2024-01-02", "2024-01-03", "03-01-2024"], "YYYY-MM-DD", False),
        (["02-01-2024", "13-01-2024", "2024-01-03"], "DD-MM-YYYY", False),
        (["01-13-2024", "01-02-2024"], "DD-MM-YYYY", True),
        (["01/13/2024", "01/02/2024"], "DD-MM-YYYY", True),
        (["2024-01-02", "2024-01-03", "12/25/2024"], "YYYY-MM-DD", False),  # one bad row, not an American file
        ([], "YYYY-MM-DD", False),
    ],
)
def test_most_dates_decide_the_order(texts: list[str], order: DateOrder, month_first: bool) -> None:
    """The minority are bad rows later."""
    style = find_date_style([text_cells(pa.chunked_array([texts], pa.string()))])
    assert (style.order, style.month_first) == (order, month_first)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-02-29", "2024-02-29"),
        ("2023-02-29", "NaT"),
        ("2024-03-31T23:30:00+02:00", "2024-03-31"),
        ("2024-03-31 00:10Z", "2024-03-31"),
        ("2024-03-31T24:10", "NaT"),
        ("31-03-2024", "NaT"),
        ("1989-12-31", "NaT"),
        ("1990-01-01", "1990-01-01"),
        ("2199-12-31", "2199-12-31"),
        ("2200-01-01", "NaT"),
        ("2024-3-1", "NaT"),
        ("2024-00-10", "NaT"),
        ("45352", "NaT"),
    ],
)
def test_a_date_is_a_day_of_the_calendar(text: str, day: str) -> None:
    """Zones count by the local date written; 31 February and 1989 are no dates."""
    days = parse_dates(pa.array([text]), np.zeros(1, dtype=bool), "YYYY-MM-DD")
    assert str(days.astype("datetime64[D]")[0]) == day


def test_later_days_are_seen_however_they_are_written() -> None:
    """From 1 March 2025 on; a day that no calendar has counts by its month, an unreadable one not at all."""
    texts = ["2025-02-28", "2025-03-01", "01-03-2025", "1/3/2025", "2025-06-31", "2025-13-01", "snart", ""]
    later = dated_from(pa.array(texts), np.datetime64("2025-03-01"))
    assert later.tolist() == [False, True, True, True, True, False, False, False]
