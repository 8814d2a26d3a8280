"""What a position could give away."""

import numpy as np
import pytest

from brikopt.transfers.surplus import excess_chances

from .shelves import givers


@pytest.mark.parametrize(("keep", "low", "given"), [(0, 9, 3), (7, 9, 2), (8.2, 9.9, 0), (9, 9, 0), (12, 9, 0)])
def test_what_has_to_be_kept_is_never_given(keep, low, given):
    """Of 3 units sure to expire, only whole units beyond what has to be kept may go."""
    assert excess_chances(givers(("A", 3, keep, low)))[0].sum() == given


def test_chances_never_rise_from_one_unit_to_the_next():
    """A simulated 0.7 after 0.6 is noise: the later unit is at most as likely to go out of date."""
    noisy = givers(("A", 2), n_units=2)
    noisy.p_excess[0] = [0.6, 0.7]
    assert excess_chances(noisy)[0].tolist() == [0.6, 0.6]


def test_a_unit_that_will_rather_be_used_stays():
    """Chances of 0.9, 0.5 and 0.49: two units may go."""
    unsure = givers(("A", 3), n_units=3)
    unsure.p_excess[0] = [0.9, 0.5, 0.49]
    assert excess_chances(unsure)[0].tolist() == [0.9, 0.5, 0.0]


def test_rows_are_taken_in_order():
    """Rows 1 and 0 of A and B are B and A."""
    assert givers(("A", 1), ("B", 2)).take(np.array([1, 0])).cabinet_id.tolist() == ["B", "A"]
