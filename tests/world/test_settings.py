"""A region that can't be is refused, naming the option."""

from __future__ import annotations

from datetime import date

import pytest

from brikopt.errors import BadInput
from brikopt.world.settings import WorldSettings


@pytest.mark.parametrize(
    ("wrong", "option"),
    [
        ({"positions": 0}, "--positions"),
        ({"years": 0}, "--years"),
        ({"years": 31}, "--years"),
        ({"extra_days": -1}, "--extra-days"),
        ({"extra_days": 4000}, "--extra-days"),
        ({"pace": 0}, "--pace"),
        ({"units": 3, "wards": 2}, "--wards"),
        ({"dirty": 0.3}, "--dirty"),
    ],
)
def test_a_size_that_makes_no_sense_is_named(wrong, option):
    """The message begins with the option."""
    with pytest.raises(BadInput, match=f"^{option}: "):
        WorldSettings(**wrong)


def test_history_goes_back_whole_years():
    """Four years before 1 March 2025 is 1 March 2021, 1461 days earlier."""
    settings = WorldSettings(years=4, extra_days=10)
    assert (settings.first_day, settings.as_of_day, settings.n_days) == (date(2021, 3, 1), 1461, 1471)
