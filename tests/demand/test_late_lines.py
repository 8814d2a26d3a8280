"""Order lines that are written down after the goods have come."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from brikopt.demand.late_lines import numbered_afterwards

WEEKLY = [7 * week for week in range(12)]
ODD = [0, 6, 21, 24, 43, 51, 70, 74, 95, 100]  # days of lines a ward may make


def rows(name: str, days: list[int], units: list[int], numbers: list[str]) -> pd.DataFrame:
    """Lines or goods of one position."""
    dates = pd.Series((np.array(days) + 19_000).astype("datetime64[D]").astype("datetime64[s]"))
    return pd.DataFrame(
        {name: dates, "quantity": units, "order_id": numbers, "position": np.zeros(len(days), np.int64)}
    )


def numbers_given(
    line_days: list[int], goods_days: list[int], numbers: list[str] | None = None, lead_time: float = 2
) -> list[str]:
    """Order numbers of the deliveries afterwards; line n is n, and every line and delivery is of 10 units."""
    positions = pd.DataFrame(
        {"ward_id": ["A1"], "delivery_days": ["1,2,3,4,5,6,7"], "lead_time_days_mean": [lead_time]}
    )
    lines = rows("ordered_at", line_days, [10] * len(line_days), [str(n + 1) for n in range(len(line_days))])
    goods = rows("delivered_at", goods_days, [10] * len(goods_days), numbers or [""] * len(goods_days))
    return numbered_afterwards(lines, goods, positions)["order_id"].tolist()


@pytest.mark.parametrize("days", [WEEKLY, ODD])
@pytest.mark.parametrize("late", [1, 2, 3])
def test_goods_without_a_number_get_that_of_the_line_written_after_them(days: list[int], late: int) -> None:
    """Goods that are due two days after a line never come then; a line follows every one of them instead."""
    given = numbers_given([day + late for day in days], days)
    assert given == [str(n + 1) for n in range(len(days))]


def test_the_newest_goods_may_still_wait_for_their_line() -> None:
    """Two deliveries of the last days have none yet, and belong to no older line."""
    given = numbers_given([day + 2 for day in ODD], [*ODD, 103, 105])
    assert given == [*(str(n + 1) for n in range(10)), "", ""]


@pytest.mark.parametrize("lag", [1, 2, 3])
@pytest.mark.parametrize("days", [WEEKLY, ODD])
def test_goods_that_come_about_when_they_are_due_are_those_of_the_line_before(days: list[int], lag: int) -> None:
    """However the next line falls: nothing is given a number, and the line of the last day waits for its goods."""
    assert numbers_given([*days, 107], [day + lag for day in days]) == [""] * len(days)


def test_slow_goods_of_irregular_lines_are_those_of_the_line_before() -> None:
    """Irregular lines five days before their goods, though two are stated: lines stay orders."""
    assert numbers_given(ODD, [day + 5 for day in ODD]) == [""] * len(ODD)


def test_what_a_ward_does_with_numbers_it_does_without() -> None:
    """Three of four goods have the number of a line two days later; so have the others, though nothing is written."""
    written = ["" if n % 4 == 0 else str(n + 1) for n in range(12)]
    assert numbers_given([day + 2 for day in WEEKLY], WEEKLY, written) == [str(n + 1) for n in range(12)]


def test_numbered_goods_that_came_after_their_lines_say_that_the_rest_did_so_too() -> None:
    """Goods five days after a line, two of twelve without a number: those stay as they are."""
    written = ["" if n in (3, 7) else str(n + 1) for n in range(12)]
    assert numbers_given(WEEKLY, [day + 5 for day in WEEKLY], written) == written
