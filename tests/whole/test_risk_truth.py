"""Lists of risk and of dead stock held against the truth."""

import pandas as pd
import pytest

from brikopt.scoring import precision_of_ranking
from tests.whole.figures import KEY, beside_the_truth, measured, table
from tests.whole.regions import RegionFolders
from tests.whole.risk_truth import NEVER_MOVED, ranked


def test_dead_stock_is_ranked_better_than_by_days_without_movement(shared_folder):
    """In the region of the figures: nearer to the truth than the list that people make today."""
    measured(shared_folder, seed=11)
    region, out = RegionFolders(shared_folder / "lived11"), shared_folder / "found11"
    found = beside_the_truth(region, out).merge(region.truth("positions")[[*KEY, "dead"]], on=KEY)
    said = found.merge(table(out / "dead_stock.csv")[[*KEY, "p_dead"]], on=KEY, how="left")["p_dead"].fillna(0.0)
    moved = pd.to_datetime(found["last_movement"])
    still = (moved.max() - moved).dt.days.fillna(NEVER_MOVED)
    ours, simple = (precision_of_ranking(found["dead"].to_numpy(), score.to_numpy()) for score in (said, still))
    assert simple > 0.3
    assert ours > 1.1 * simple


def test_a_ranking_is_told_beside_the_others():
    """Two of four ran out: brikopt has them first, the rule last, and the best possible first and third."""
    found = pd.DataFrame(
        {
            "ran_out": [True, True, False, False],
            "ran_out_ours": [0.9, 0.8, 0.1, 0.2],
            "ran_out_simple": [1.0, 2.0, 3.0, 4.0],
            "ran_out_best": [0.9, 0.4, 0.1, 0.5],
        }
    )
    one = ranked(found, "ran_out")
    assert (one.happened, one.ours) == (2, 1.0)
    assert one.simple == pytest.approx((1 / 3 + 2 / 4) / 2)
    assert one.best == pytest.approx((1 + 2 / 3) / 2)
    assert "120% of it" in str(one)
