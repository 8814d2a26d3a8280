"""What a move costs."""

import numpy as np
import pytest

from brikopt.transfers.handling import Handling

from .shelves import givers, takers, texts


def test_the_nearest_shared_place_sets_the_price():
    """Same ward 10, same hospital 25, same unit 60, elsewhere 120 DKK."""
    asking = takers(*[(name, 1.0, 0, 9) for name in "BCDE"])
    asking.ward_id[:] = texts(["WA", "X", "X", "X"])
    asking.hospital[:] = texts(["H", "H", "X", "X"])
    asking.unit[:] = texts(["U", "U", "U", "X"])
    cost = Handling().cost(givers(("A", 1)), np.zeros(4, dtype=int), asking, np.arange(4))
    assert cost.tolist() == [10.0, 25.0, 60.0, 120.0]


def test_a_negative_price_is_refused():
    """The message shows the value."""
    with pytest.raises(ValueError, match=r"region=-1"):
        Handling(region=-1.0)
