"""Forecasts of past days, scored against what the extracts say happened."""

from datetime import date

import pandas as pd
import pytest

from brikopt.errors import BadInput
from brikopt.flows.backtest import LEAST_AHEAD, LEAST_HISTORY, backtest
from brikopt.flows.progress import SilentProgress
from brikopt.flows.simulate import simulate

CUT = date(2024, 9, 2)
MEASURES = {
    "expiry_rank",
    "expiry_skill",
    "expiry_top",
    "expiry_money",
    "stock_inside",
    "expiry_same",
    "stock_error",
    "orders",
    "stockout",
}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Extracts of 60 positions in one ward, from 1 March 2023 to 28 February 2025."""
    folder = tmp_path_factory.mktemp("region") / "extracts"
    simulate(folder, wards=1, positions=60, years=2, dirty=0, seed=5)
    return folder


def scored(data, out, *cuts):
    """Score in this process, in English."""
    usual = {"jobs": 1, "backend": "loky", "policy_file": None, "lang": "en", "progress": SilentProgress()}
    return backtest(data, out, cuts, **usual)


@pytest.fixture(scope="module")
def one_cut(data, tmp_path_factory):
    """The lines shown, and the folder."""
    out = tmp_path_factory.mktemp("one") / "out"
    return scored(data, out, CUT), out


def test_every_measure_is_scored_beside_its_simple_rule(one_cut):
    """Nine measures; expiry is ranked against two rules."""
    scores = pd.read_csv(one_cut[1] / "scores.csv")
    assert set(scores["measure"]) == MEASURES
    assert set(scores["cut"]) == {"2024-09-02"}
    assert scores.loc[scores["measure"] == "expiry_rank", "which_rule"].tolist() == ["rule_cover", "rule_dates"]


def test_scores_lie_where_scores_can_lie(one_cut):
    """Precisions and shares are 0 to 1, ratios not negative, and skill is at most 1."""
    ours = pd.read_csv(one_cut[1] / "scores.csv").set_index("measure")["ours"].dropna()
    shares = ours[ours.index.isin(["expiry_rank", "expiry_top", "expiry_same", "stock_inside", "stockout"])]
    assert shares.between(0, 1).all()
    assert (ours.drop("expiry_skill", errors="ignore") >= 0).all()
    assert not ours.get("expiry_skill", 0) > 1


def test_the_orders_of_a_known_world_are_forecast_better_than_by_last_years_rate(one_cut):
    """The ratio of the losses is below 1."""
    scores = pd.read_csv(one_cut[1] / "scores.csv").set_index("measure")
    assert scores.loc["orders", "ours"] < 1


def test_the_page_shows_the_cut_and_what_it_cannot_show(one_cut):
    """One table, plots within the page, and the notes."""
    lines, out = one_cut
    page = (out / "backtest.html").read_text(encoding="utf-8")
    assert page.count("<table>") == 1
    assert page.count("<svg") in (4, 5)  # counts may be too few for a plot
    assert "does not show what new levels would have saved" in page
    assert lines[-1] == f"Open {out / 'backtest.html'}"
    assert all(line.startswith("2024-09-02  ") for line in lines[:-1])


def test_another_cut_changes_nothing(data, one_cut, tmp_path):
    """With a second cut, the first one's scores stay the same."""
    scored(data, tmp_path / "out", CUT, date(2024, 6, 3))
    both = pd.read_csv(tmp_path / "out" / "scores.csv")
    again = both[both["cut"] == "2024-09-02"].reset_index(drop=True)
    pd.testing.assert_frame_equal(again, pd.read_csv(one_cut[1] / "scores.csv"))
    assert both["cut"].unique().tolist() == ["2024-06-03", "2024-09-02"]


@pytest.mark.parametrize("cut", [date(2023, 3, 30), date(2025, 2, 20), date(2030, 1, 1)])
def test_a_cut_with_too_few_days_on_either_side_is_refused(cut, data, tmp_path):
    """The option is named with the days that would do, and nothing is written."""
    with pytest.raises(BadInput) as stopped:
        scored(data, tmp_path / "out", cut)
    assert stopped.value.where == f"--cut {cut}"
    first, last = (date.fromisoformat(word) for word in stopped.value.advice.rstrip(".").split()[-3::2])
    assert (first - date(2023, 3, 1)).days >= LEAST_HISTORY
    assert (date(2025, 3, 2) - last).days >= LEAST_AHEAD
    assert list(tmp_path.iterdir()) == []
