"""Plots as SVG text."""

import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from brikopt.reports.charts import calibration_chart, found_chart, interval_chart, quantile_chart, top_chart
from brikopt.reports.sentences import texts_of
from brikopt.reports.whatif_page import trade_off_chart
from brikopt.scoring import calibration

WORDS = texts_of("da")["backtest"]
SVG = "{http://www.w3.org/2000/svg}"


def calibrated():
    """7 forecasts of 0.15, 5 of 0.6."""
    happened = np.array([True] + [False] * 6 + [True] * 3 + [False] * 2)
    return calibration_chart(calibration(happened, np.repeat([0.15, 0.6], [7, 5])), WORDS)


def found(names=("brikopt", "other")):
    """Two rankings of three things, of which the last was thrown away."""
    scores = (np.array([1.0, 2.0, 3.0]), np.array([3.0, 2.0, 1.0]))
    return found_chart(np.array([0.0, 0.0, 50.0]), dict(zip(names, scores, strict=True)), WORDS)


def ordered():
    """Three quantiles."""
    return quantile_chart([0.05, 0.5, 0.95], np.array([0.0, 0.4, 0.9]), np.array([0.1, 0.6, 1.0]), WORDS)


def counted():
    """Two counts with their intervals."""
    return interval_chart(*(np.array(pair, dtype=float) for pair in ((4, 9), (5, 8), (2, 6), (9, 10))), WORDS)


def traded(lang="da"):
    """A curve of two promises, and today's point."""
    curve = pd.DataFrame({"promise": [0.9, 0.995], "fill_rate": [0.95, 0.99], "expired_dkk": [100.0, 200.0]})
    today = pd.DataFrame({"plan": ["today"], "fill_rate": [0.97], "expired_dkk": [400.0]})
    return trade_off_chart(curve, today, lang)


DRAWN = [calibrated, found, ordered, counted, traded]


def texts(svg):
    """What can be read in a plot."""
    root = ET.fromstring(svg)  # noqa: S314 - reads only what the package has just drawn
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


def heights(svg, stroke):
    """How far down the points of the lines of one width lie, line by line; only lines of data are clipped."""
    paths = [path for path in ET.fromstring(svg).iter(f"{SVG}path") if path.get("clip-path")]  # noqa: S314 - as above
    drawn = [path.get("d") for path in paths if f"stroke-width: {stroke}" in path.get("style")]
    return [[float(word) for word in points.split() if word not in "ML"][1::2] for points in drawn]


@pytest.mark.parametrize("draw", DRAWN)
def test_a_plot_is_one_svg_element_and_the_same_each_time(draw):
    """It can stand in a page: no XML head, no date, no name of a tool."""
    svg = draw()
    assert ET.fromstring(svg).tag == f"{SVG}svg"  # noqa: S314 - as above
    assert svg.startswith("<svg")
    assert "<dc:date>" not in svg
    assert svg == draw()


@pytest.mark.parametrize(
    ("draw", "across", "up"),
    [
        (calibrated, "said", "came_true"),
        (found, "share_of_list", "share_of_money"),
        (ordered, "level", "share"),
        (counted, "counted", "expected"),
    ],
)
def test_the_axes_say_what_they_show(draw, across, up):
    """In words, kept as text."""
    assert {WORDS[across], WORDS[up]} <= set(texts(draw()))


def test_calibration_names_the_number_of_forecasts():
    """7 and 5 beside their points."""
    assert {"7", "5"} <= set(texts(calibrated()))


def test_a_ranking_that_finds_the_money_first_stays_on_top():
    """In the first half of the list ours has found all of it and the other nothing; SVG counts downwards."""
    ours, other = heights(found(), 1.5)
    grid = [height for line in heights(found(), 0.6) for height in line]
    assert set(ours) == {min(grid)}
    assert set(other) == {max(grid)}


def test_names_are_written_as_text_whatever_they_hold():
    """A ranking called <b> opens no element."""
    assert "<b>" in texts(found(("brikopt", "<b>")))


def test_the_ends_of_the_curve_bear_their_promises():
    """In per cent, with the decimal sign of the language."""
    assert {"90", "99,5"} <= set(texts(traded()))
    assert {"90", "99.5"} <= set(texts(traded("en")))


def test_the_top_of_each_list_is_drawn_for_every_ranking():
    """Two rankings of three goods in one ward: two lines, each named in the legend."""
    happened = np.array([True, False, False])
    rankings = {"ours": np.array([0.9, 0.2, 0.1]), "rule": np.array([0.1, 0.2, 0.9])}
    wards = np.array(["W1", "W1", "W1"], dtype=object)
    drawn = top_chart(happened, rankings, wards, {"top_entries": "entries", "top_share": "share"})
    assert ">ours<" in drawn
    assert ">rule<" in drawn
    assert drawn.startswith("<svg")
