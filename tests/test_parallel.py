"""Work spread over cores comes back in its order."""

import threading

import numpy as np
import pytest

from brikopt.parallel import in_threads


@pytest.mark.parametrize("size", [0, 1, 2, 101])
def test_parts_are_joined_in_the_order_of_the_rows(size):
    """Twice each row, two numbers a row, also for fewer rows than there are cores."""
    found = in_threads(lambda rows: np.stack([rows, 2.0 * rows], axis=1), np.arange(size))
    assert found.tolist() == [[row, 2.0 * row] for row in range(size)]


def test_no_part_is_worked_on_by_the_one_who_asks():
    """So all cores can work at once."""
    seen = []

    def work(rows):
        seen.append(threading.get_ident())
        return rows.astype(float)

    in_threads(work, np.arange(10))
    assert threading.get_ident() not in seen
