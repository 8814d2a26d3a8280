"""From the lists of a run to the plan of reviews."""

from datetime import date

import pandas as pd
import pytest

from brikopt.contract.intake import read_extracts
from brikopt.coverage.progress import coverage
from brikopt.errors import BadInput
from brikopt.flows.review_plan import plan_of_reviews, work_and_saving
from brikopt.policy import Policy, Reviews
from brikopt.reports.sentences import Sentences
from tests.worlds import tiny_hospital, write_extracts

AS_OF = date(2025, 3, 1)


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """Two wards, three cabinets and five positions; one brik cabinet, in A1."""
    data = write_extracts(
        tmp_path_factory.mktemp("tiny"), tiny_hospital() | {"reviews": tiny_hospital()["reviews"].head(0)}
    )
    return read_extracts(data, as_of=AS_OF, lang="da").extract.before(AS_OF)


@pytest.fixture
def lists(tables):
    """Things to do at two of the cabinets, and the coverage."""
    saving = {"S1": 40.0, "S2": 100.0}
    to_do = pd.DataFrame({"cabinet_id": ["S1", "S2", "S2"], "saving_dkk_per_year": [saving["S1"], 60.0, 40.0]})
    covered = coverage(tables.wards, tables.cabinets, tables.reviews, Policy().targets, AS_OF)
    # Two promises are broken in S1, of which one is mended; that of S2 is kept.
    levels = pd.DataFrame(
        {
            "cabinet_id": ["S1", "S1", "S2", "S2", "S3"],
            "fill_rate": [0.9, 0.94, 0.96, 1.0, 1.0],
            "new_fill_rate": [0.97, 0.94, 0.99, 1.0, 1.0],
            "min_fill_rate": 0.95,
        }
    )
    return {"trim_list": to_do, "coverage": covered, "levels": levels}


def test_work_and_saving_are_added_up_by_ward_and_kind(tables, lists):
    """A1 has 2 positions with cards and 2 without, worth 40 and 60 + 40 DKK; nothing is to do at A2's one."""
    found = work_and_saving(tables, lists["trim_list"], lists["levels"]).sort_values(["ward_id", "kind"])
    assert found.to_numpy().tolist() == [
        ["A1", "brik", 2, 40.0, 2, 1],
        ["A1", "non_brik", 2, 100.0, 0, 0],
        ["A2", "non_brik", 1, 0.0, 0, 0],
    ]


@pytest.mark.parametrize(("lang", "words"), [("da", "Fristen 28-02-2025 er overskredet"), ("en", "has passed")])
def test_each_row_says_why_in_the_readers_language(tables, lists, lang, words):
    """The deadline of 28 February has passed by 1 March."""
    plan = plan_of_reviews(tables, Policy(), lists, Sentences(lang).say)
    assert plan.table[["ward_id", "kind", "expected_saving_dkk"]].to_numpy().tolist()[:2] == [
        ["A1", "brik", 40.0],
        ["A1", "non_brik", 100.0],
    ]
    assert words in plan.table["reason"][0]
    assert "40 kr." in plan.table["reason"][0] or "DKK 40" in plan.table["reason"][0]
    assert ("holder 1 igen" if lang == "da" else "keeps 1 again") in plan.table["reason"][0]
    assert all(Sentences(lang).say(finding).endswith(".") for finding in plan.findings)


def test_hours_for_a_hospital_that_is_not_there_stop_the_run(tables, lists):
    """A misspelt name would else mean 16 hours where somebody wanted 24."""
    policy = Policy(reviews=Reviews(hospital_hours={"Møleby": 24.0}))
    with pytest.raises(BadInput, match=r"hospital_hours.*'Møleby'.*Mølleby"):
        plan_of_reviews(tables, policy, lists, Sentences("da").say)
