"""The pages of back-test and what-if on a screen."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from brikopt.reports.backtest_page import CutPage, Plot, write_backtest_page
from brikopt.reports.charts import calibration_chart, quantile_chart
from brikopt.reports.sentences import texts_of
from brikopt.reports.whatif_page import MEASURES, Comparison, write_whatif_page
from brikopt.reports.wording import LANGUAGES
from brikopt.scoring import calibration
from tests.browser.accessibility import violations


@pytest.fixture
def backtest(tmp_path):
    """Write a back-test of one cut with two plots, and return its text."""

    def write(lang):
        words = texts_of(lang)["backtest"]
        happened = np.array([True] + [False] * 6 + [True] * 3 + [False] * 2)
        calibrated = calibration_chart(calibration(happened, np.repeat([0.15, 0.6], [7, 5])), words)
        ordered = quantile_chart([0.05, 0.5, 0.95], np.array([0.0, 0.4, 0.9]), np.array([0.1, 0.6, 1.0]), words)
        plots = [
            Plot(words["plot_calibration"], calibrated, words["caption_calibration"]),
            Plot(words["plot_orders"], ordered, words["caption_orders"]),
        ]
        scores = pd.DataFrame(
            [{"measure": words["measure_orders"], "ours": "0,8", "simple_rule": "1", "which_rule": words["rule_half"]}]
        )
        cut = CutPage(date(2025, 3, 1), scores, plots)
        write_backtest_page([cut], tmp_path / "page.html", lang, {words["version"]: "0.1.0"}, ["En note."])
        return (tmp_path / "page.html").read_text(encoding="utf-8")

    return write


@pytest.fixture
def whatif(tmp_path):
    """Write a what-if of three plans, and return its text."""

    def write(lang):
        figures = pd.DataFrame({name: [100.0, 80.0, 90.0] for name in MEASURES})
        figures = figures.assign(plan=["today", "recommended", "own"], fill_rate=[0.97, 0.98, 0.96])
        curve = pd.DataFrame({name: [100.0, 200.0] for name in MEASURES})
        curve = curve.assign(promise=[0.9, 0.995], fill_rate=[0.95, 0.99])
        comparison = Comparison("Røntgen (A1)", figures, curve, {"Version": "0.1.0"}, ["En note."])
        write_whatif_page(comparison, tmp_path / "page.html", lang)
        return (tmp_path / "page.html").read_text(encoding="utf-8")

    return write


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_backtest_breaks_no_accessibility_rule(lang, backtest, open_page):
    """WCAG 2.1 A and AA: no violation, in either language."""
    assert violations(open_page(backtest(lang))) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_whatif_breaks_no_accessibility_rule(lang, whatif, open_page):
    """WCAG 2.1 A and AA: no violation, in either language."""
    assert violations(open_page(whatif(lang))) == []


def test_a_broken_rule_is_found(open_page):
    """A picture without words, on a page without a language, breaks both rules: the check can fail."""
    found = violations(open_page('<!doctype html><title>x</title><main><h1>x</h1><img src="data:,"></main>'))
    assert {line.split(":")[0] for line in found} == {"html-has-lang", "image-alt"}
