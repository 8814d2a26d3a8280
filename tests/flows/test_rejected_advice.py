"""Rejected advice: gone while it says the same, back with a word when it doesn't."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from brikopt.flows.rejected_advice import RejectedAdvice, hold_back, levels_of
from brikopt.reports.sentences import Sentences

SAY = Sentences("en").say
NO = RejectedAdvice(("S1", "i1", "trim"), (0, 30, 30, 1), 100.0, "Used in waves.", date(2025, 3, 1))


def lists(saving: float = 100.0, new_qty: int = 30) -> dict[str, pd.DataFrame]:
    """Three lines of one ward: a trim of S1/i1, ranked first, and two others."""
    trims = pd.DataFrame(
        {
            "ward_id": ["A1"] * 3,
            "cabinet_id": ["S1", "S1", "S2"],
            "item_id": ["i1", "i2", "i1"],
            "action": ["trim", "raise", "trim"],
            "rank": [1, 2, 3],
            "saving_dkk_per_year": [saving, 50.0, 100.0],
            "reason": ["Too much.", "Too little.", "Too much."],
        }
    )
    levels = pd.DataFrame(
        {
            "cabinet_id": ["S1", "S1", "S2"],
            "item_id": ["i1", "i2", "i1"],
            "action": ["trim", "raise", "trim"],
            **{name: [1.0] * 3 for name in ("yearly_cost", "fill_rate", "expired_units_per_year")},
            **{f"new_{name}": [0.5] * 3 for name in ("yearly_cost", "fill_rate", "expired_units_per_year")},
            "min_level": [60] * 3,
            "max_level": [120] * 3,
            "brik_qty": [60.0] * 3,
            "brik_count": [2.0] * 3,
            "new_min_level": [0, 60, 0],
            "new_max_level": [new_qty, 120, 30],
            "new_brik_qty": [float(new_qty), 60.0, 30.0],
            "new_brik_count": [1.0] * 3,
            "reason": ["Too much.", "Too little.", "Too much."],
        }
    )
    return {"trim_list": trims, "levels": levels, "stock": levels}


def told(found: dict[str, pd.DataFrame]) -> list[tuple[str, str, int]]:
    """Cabinet, item and rank of what is left to do."""
    trims = found["trim_list"]
    return list(zip(trims["cabinet_id"], trims["item_id"], trims["rank"].astype(int), strict=True))


@pytest.mark.parametrize("saving", [75.0, 100.0, 125.0])
def test_the_same_advice_stays_away(saving):
    """100 kroner then, 75 to 125 now: off the list, ranks closed up, the level stays and says why."""
    found = hold_back(lists(saving), [NO], SAY)
    assert told(found) == [("S1", "i2", 1), ("S2", "i1", 2)]
    level = found["levels"].iloc[0]
    assert level["action"] == "keep"
    assert levels_of(level) == (60, 120, 60, 2)
    assert (level["new_yearly_cost"], level["new_fill_rate"]) == (1.0, 1.0)
    assert "rejected on 1 Mar 2025" in level["reason"]
    assert "Used in waves." in level["reason"]


@pytest.mark.parametrize(("saving", "qty"), [(74.0, 30), (126.0, 30), (100.0, 40)])
def test_advice_comes_back_when_the_numbers_changed_enough(saving, qty):
    """More than a quarter from 100 kroner, or a card of 40 instead of 30: there, and it says that it was rejected."""
    found = hold_back(lists(saving, qty), [NO], SAY)
    assert told(found)[0] == ("S1", "i1", 1)
    assert "Used in waves." in found["trim_list"]["reason"][0]
    assert found["levels"]["action"].tolist() == ["trim", "raise", "trim"]


def test_without_rejections_nothing_changes():
    """The very same tables; and those of others are left alone."""
    given = lists()
    assert all(hold_back(given, [], SAY)[name] is given[name] for name in given)
    other = RejectedAdvice(("S9", "i1", "trim"), (0, 30, 30, 1), 100.0, "", date(2025, 3, 1))
    found = hold_back(given, [other], SAY)
    assert all(found[name].equals(given[name]) for name in given)
