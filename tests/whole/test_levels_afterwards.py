"""What was used in the year after a decision, read from its lines."""

import numpy as np

from tests.whole.levels_afterwards import DAYS, PATHS, used_after

CUT = 20_000


def spread(lines, units, thrown=None):
    """Units wanted a day, shape (PATHS, DAYS)."""
    gone = np.zeros(len(lines), dtype=np.int64) if thrown is None else np.array(thrown)
    return used_after(np.array(lines), np.array(units), gone, CUT, np.random.default_rng(3))


def test_what_a_line_refilled_went_since_the_line_before():
    """Twelve units between day 10 and day 40, on every path; nothing before, and nothing after."""
    wanted = spread([CUT + 10, CUT + 40], [5, 12])
    assert wanted.shape == (PATHS, DAYS)
    assert (wanted[:, 10:40].sum(axis=1) == 12).all()
    assert wanted.sum() == 12 * PATHS


def test_what_was_thrown_out_was_not_used():
    """Five of the twelve were thrown out; more than was refilled leaves nothing."""
    assert (spread([CUT + 10, CUT + 40], [5, 12], [0, 5]).sum(axis=1) == 7).all()
    assert spread([CUT + 10, CUT + 40], [5, 12], [0, 20]).sum() == 0


def test_what_went_before_the_decision_is_not_in_it():
    """A line on day 10 refills what went since 90 days before the cut: about a tenth of it went afterwards."""
    wanted = spread([CUT - 90, CUT + 10], [5, 1000])
    assert abs(wanted.sum(axis=1).mean() - 100) < 20
    assert wanted[:, 10:].sum() == 0
    assert spread([CUT - 90, CUT - 1], [5, 1000]).sum() == 0
