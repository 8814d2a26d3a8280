"""Which wards count, and when they were first reviewed."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from brikopt.coverage.scope import first_reviews, in_scope


def wards(**columns):
    """Two wards, A and B, with columns replaced."""
    frame = pd.DataFrame(
        {
            "ward_id": ["A", "B"],
            "unit": ["U", "U"],
            "nonbrik_relevant": [True, False],
            "valid_from": pd.to_datetime([None, None]),
            "valid_to": pd.to_datetime([None, None]),
            "excluded_reason": ["", ""],
        }
    )
    return frame.assign(**columns)


CABINETS = pd.DataFrame({"cabinet_id": ["C1", "C2"], "ward_id": ["A", "B"], "kind": ["non_brik", "brik"]})
DAY = date(2025, 3, 1)


def test_brik_scope_is_the_wards_with_a_brik_cabinet():
    """Only B has one."""
    assert in_scope(wards(), CABINETS, "brik", DAY).tolist() == [False, True]


def test_non_brik_scope_is_what_the_extract_says():
    """A is relevant; B isn't, whatever its cabinets."""
    assert in_scope(wards(), CABINETS, "non_brik", DAY).tolist() == [True, False]


def test_a_missing_relevance_is_whether_there_is_a_non_brik_cabinet():
    """A has a non-brik cabinet, B does not."""
    unknown = wards(nonbrik_relevant=pd.array([pd.NA, pd.NA], dtype="boolean"))
    assert in_scope(unknown, CABINETS, "non_brik", DAY).tolist() == [True, False]


@pytest.mark.parametrize(
    ("day", "counts"),
    [("2025-02-28", False), ("2025-03-01", True), ("2025-03-31", True), ("2025-04-01", False)],
)
def test_first_and_last_day_count(day, counts):
    """A ward in force from 1 to 31 March counts on both of these days and on neither neighbour."""
    march = wards(valid_from=pd.Timestamp("2025-03-01"), valid_to=pd.Timestamp("2025-03-31"))
    assert in_scope(march, CABINETS, "brik", date.fromisoformat(day))[1] == counts


def test_an_excluded_ward_does_not_count():
    """B is excluded, so no ward with a brik cabinet is left."""
    assert not in_scope(wards(excluded_reason=["", "lukket"]), CABINETS, "brik", DAY).any()


def test_the_first_review_of_the_kind_before_the_day_counts():
    """Of A's reviews on 3 and 1 February the earlier one stands; B's on the day itself is not known yet."""
    reviews = pd.DataFrame(
        {
            "reviewed_at": pd.to_datetime(["2025-02-03", "2025-02-01", "2025-03-01", "2025-01-01"]),
            "ward_id": ["A", "A", "B", "A"],
            "kind": ["brik", "brik", "brik", "non_brik"],
        }
    )
    first = first_reviews(wards(), reviews, "brik", DAY)
    assert first[0] == np.datetime64("2025-02-01")
    assert np.isnat(first[1])
