"""What fixes how much lay on a shelf."""

import numpy as np
import pytest
from scipy.stats import nbinom

from brikopt.stock.anchors import MOST_OVERSHOOT, overshoots
from brikopt.stock.posterior import setting_of

from .histories import evidence_of, extracts


def cards_of(units):
    """How a position of two cards of so many units is run."""
    positions = f"min_level max_level brik_qty brik_count\n{units} {2 * units} {units} 2"
    return setting_of(evidence_of(extracts(positions=positions)), 0)


@pytest.mark.parametrize(("use", "lumps"), [(0.4, 1.5), (6.0, 0.2), (40.0, 3.0)])
def test_the_next_card_is_used_from_at_any_time_between_order_days(use, lumps):
    """Negative binomial, its mean anything from nothing to the use between two order days; no more than the card."""
    means = use * (np.arange(2_000) + 0.5) / 2_000
    expected = nbinom(means[:, None] / lumps, 1.0 / (1.0 + lumps)).cdf(np.arange(19)[None]).mean(axis=0)
    found = overshoots(cards_of(20), use, lumps)
    assert found[:-1] == pytest.approx(expected, abs=0.01)
    assert found[-1] == 1.0


def test_a_card_of_very_many_units_is_no_trouble():
    """A table of a hundred thousand units would be; what lies beyond it has hardly any chance."""
    found = overshoots(cards_of(100_000), 3.0, 1.0)
    assert len(found) == MOST_OVERSHOOT
    assert found[-2] == pytest.approx(1.0)
