"""A flag that has been handled is silent until something changes."""

import pytest

from brikopt.expiry.handled import Flag, stays_silent

HANDLED = Flag("2025-05-01", 8.0)


@pytest.mark.parametrize(
    ("now", "silent"),
    [
        (HANDLED, True),
        (Flag("2025-05-01", 3.0), True),  # some were used
        (Flag("2025-05-01", 10.0), True),  # a quarter more: the same estimate, made again
        (Flag("2025-05-01", 10.1), False),  # more at risk
        (Flag("2025-04-10", 8.0), False),  # somebody read another date, or new goods came
        (Flag("2025-06-01", 8.0), False),  # the first lot is gone, and the next is at risk
        (Flag(None, 8.0), False),
    ],
)
def test_it_speaks_again_when_date_or_loss_changes(now, silent):
    """8 units of 1 May were handled."""
    assert stays_silent(HANDLED, now) is silent


def test_of_very_few_units_one_more_is_no_news():
    """From half a unit to one and a half is within what estimates do; to two it is not."""
    few = Flag("2025-05-01", 0.5)
    assert stays_silent(few, Flag("2025-05-01", 1.5))
    assert not stays_silent(few, Flag("2025-05-01", 2.0))
