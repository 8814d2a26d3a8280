"""What an earlier result advised, and what was done of it. The day of decision is Monday, 3 March 2025."""

import json
from datetime import date

import pandas as pd
import pytest

from brikopt.errors import BadInput
from brikopt.flows.previous import Previous, earlier_advice, read_previous
from brikopt.reason import Reason
from tests.stock.histories import AS_OF, evidence_of, extracts

THEN = date(2025, 1, 6)
TODAY, LESS = (10, 20, 10, 2), (5, 10, 5, 2)
KEY = ("S1", "I1")


def earlier(then, new, *, settling_days=180, shifted=None, waiting=(), settled=None, **tables):
    """What is known of S1/I1, whose levels today are two cards of 10."""
    known = extracts(positions="cabinet_id item_id min_level max_level brik_qty brik_count\nS1 I1 10 20 10 2", **tables)
    previous = Previous("r1", THEN, {KEY: (then, new)}, settled or {}, frozenset(waiting))
    (found,) = earlier_advice(previous, known, evidence_of(known).positions, shifted or {}, settling_days)
    return found


def test_advice_that_nobody_followed_is_still_advice():
    """Two cards of 5 were proposed, and two of 10 still lie there."""
    found = earlier(TODAY, LESS)
    assert (found.advised, found.settled_on) == (LESS, None)


def test_advice_that_was_followed_is_left_in_peace_for_a_while():
    """Proposed on 6 January and in force today, 56 days later: settled for 180 days, and not for 30."""
    assert earlier(LESS, TODAY).settled_on == THEN
    assert earlier(LESS, TODAY, settling_days=30).settled_on is None


def test_what_was_settled_before_stays_settled():
    """Two results on, the earlier one says since when."""
    assert earlier(TODAY, TODAY, settled={KEY: date(2024, 12, 2)}).settled_on == date(2024, 12, 2)


def test_levels_that_nobody_advised_begin_anew():
    """Neither what stood then nor what was proposed."""
    assert earlier(LESS, (0, 30, 30, 1)).advised is None


def test_a_change_that_waits_is_not_taken_for_a_wish_to_keep():
    """It was worth while, and only had to wait."""
    assert earlier(TODAY, TODAY, waiting=[KEY]).advised is None


def test_a_shift_of_use_since_then_stirs_a_settled_level():
    """A shift on 1 February counts, one of December before the change doesn't."""
    shift = Reason("stirred_use", {"before_per_month": 1.0, "after_per_month": 9.0})
    found = earlier(LESS, TODAY, shifted={0: (date(2025, 2, 1), shift)})
    assert found.stirred is not None
    assert found.stirred.numbers["settled_on"] == THEN
    assert earlier(LESS, TODAY, shifted={0: (date(2024, 12, 1), shift)}).stirred is None


def test_an_urgent_order_since_then_stirs_a_settled_level():
    """The shelf ran dry on 10 February."""
    found = earlier(LESS, TODAY, orders="ordered_at quantity channel\n2025-02-10 10 urgent")
    assert found.stirred is not None
    assert (found.stirred.code, found.stirred.numbers["on"]) == ("stirred_dry", date(2025, 2, 10))


def test_a_folder_that_is_no_result_is_named(tmp_path):
    """Exit code 2 with the option; so is a result of a later day."""
    with pytest.raises(BadInput, match="--previous"):
        read_previous(tmp_path, AS_OF)
    (tmp_path / "run.json").write_text(json.dumps({"run_id": "r2", "as_of": "2025-03-04"}))
    columns = ["cabinet_id", "item_id"]
    pd.DataFrame(columns=columns).to_csv(tmp_path / "levels.csv", index=False)
    with pytest.raises(BadInput, match="later"):
        read_previous(tmp_path, AS_OF)
    assert read_previous(tmp_path, date(2025, 3, 4)) is not None
