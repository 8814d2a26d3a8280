"""Plots as SVG text: small, sharp in print, readable in grey, the same bytes for the same figures."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.figure import Figure

from brikopt.scoring import precision_at_top

FloatArray = npt.NDArray[np.float64]

INK, OURS, OTHERS = "#1a1a1a", "#005a8c", ("#8c8c8c", "#b35900", "#5a5a5a")
STYLES = ("--", ":", "-.")  # lines differ by more than colour
SIZE = (5.2, 3.6)  # inches
MOST_ENTRIES = 20  # of a ward's list


def calibration_chart(table: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """Chances said against shares that came true.

    Parameters
    ----------
    table : DataFrame
        As from `brikopt.scoring.calibration`.
    labels : mapping of str to str
        Words for ``said``, ``came_true`` and ``perfect``.

    Returns
    -------
    str
        An ``<svg>`` element.
    """
    figure, axes = empty_plot(labels["said"], labels["came_true"])
    axes.plot([0, 1], [0, 1], color=OTHERS[0], linestyle="--", linewidth=1, label=labels["perfect"])
    axes.errorbar(
        table["said"], table["came_true"], yerr=table["error"], color=OURS, marker="o", linewidth=1.2, capsize=3
    )
    for said, share, forecasts in zip(table["said"], table["came_true"], table["forecasts"], strict=True):
        axes.annotate(str(forecasts), (said, share), textcoords="offset points", xytext=(6, -11), fontsize=7)
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.legend(frameon=False, fontsize=8, loc="upper left")
    return as_svg(figure)


def found_chart(happened: FloatArray, rankings: Mapping[str, FloatArray], labels: Mapping[str, str]) -> str:
    """Share of the money thrown away that is found by going down a list.

    Parameters
    ----------
    happened : ndarray of float64, shape (n,)
        Kroner thrown away.
    rankings : mapping of str to ndarray of float64, shape (n,)
        Scores, higher first on the list; the first mapping entry is ours.
    labels : mapping of str to str
        Words for ``share_of_list`` and ``share_of_money``.

    Returns
    -------
    str
        An ``<svg>`` element.
    """
    figure, axes = empty_plot(labels["share_of_list"], labels["share_of_money"])
    total = max(float(happened.sum()), 1e-9)
    walked = np.arange(1, len(happened) + 1) / len(happened)
    styles = ((OURS, "-"), *zip(OTHERS, STYLES, strict=True))
    for (name, score), (colour, style) in zip(rankings.items(), styles, strict=False):
        found = np.cumsum(happened[np.argsort(-score, kind="stable")]) / total
        axes.plot(walked, found, color=colour, linestyle=style, linewidth=1.5, label=name)
    axes.set(xlim=(0, 0.5), ylim=(0, 1))
    axes.legend(frameon=False, fontsize=8, loc="lower right")
    return as_svg(figure)


def top_chart(
    happened: npt.NDArray[np.bool_],
    rankings: Mapping[str, FloatArray],
    group: npt.NDArray[np.object_],
    labels: Mapping[str, str],
) -> str:
    """Share that came true among the top entries of each ward's list.

    Parameters
    ----------
    happened : ndarray of bool, shape (n,)
        What came true.
    rankings : mapping of str to ndarray of float64, shape (n,)
        Scores, higher first on the list; the first mapping entry is ours.
    group : ndarray of object, shape (n,)
        Ward of each entry.
    labels : mapping of str to str
        Words for ``top_entries`` and ``top_share``.

    Returns
    -------
    str
        An ``<svg>`` element.
    """
    figure, axes = empty_plot(labels["top_entries"], labels["top_share"])
    entries = np.arange(1, MOST_ENTRIES + 1)
    styles = ((OURS, "-"), *zip(OTHERS, STYLES, strict=True))
    for (name, score), (colour, style) in zip(rankings.items(), styles, strict=False):
        shares = [precision_at_top(happened, score, group, int(top)) for top in entries]
        axes.plot(entries, shares, color=colour, linestyle=style, linewidth=1.5, label=name)
    axes.set(xlim=(1, MOST_ENTRIES), ylim=(0, 1))
    axes.legend(frameon=False, fontsize=8, loc="upper right")
    return as_svg(figure)


def quantile_chart(probs: Sequence[float], below: FloatArray, up_to: FloatArray, labels: Mapping[str, str]) -> str:
    """How often what happened lay below, and at most at, each forecast quantile.

    Parameters
    ----------
    probs : sequence of float
        Levels of the quantiles.
    below, up_to : ndarray of float64, shape (n_probs,)
        Shares strictly below the quantile, and at most at it: whole units make the two differ.
    labels : mapping of str to str
        Words for ``level``, ``share`` and ``perfect``.

    Returns
    -------
    str
        An ``<svg>`` element; a good forecast has each level between its two shares.
    """
    figure, axes = empty_plot(labels["level"], labels["share"])
    axes.plot([0, 1], [0, 1], color=OTHERS[0], linestyle="--", linewidth=1, label=labels["perfect"])
    axes.vlines(probs, below, up_to, color=OURS, linewidth=5)
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.legend(frameon=False, fontsize=8, loc="upper left")
    return as_svg(figure)


def interval_chart(
    actual: FloatArray, mean: FloatArray, low: FloatArray, high: FloatArray, labels: Mapping[str, str]
) -> str:
    """Counts against what was believed, with 90 % intervals; both axes in square roots, so that small counts show.

    Parameters
    ----------
    actual, mean, low, high : ndarray of float64, shape (n,)
        Units counted, expected, and the ends of the interval.
    labels : mapping of str to str
        Words for ``counted``, ``expected`` and ``perfect``.

    Returns
    -------
    str
        An ``<svg>`` element.
    """
    figure, axes = empty_plot(labels["counted"], labels["expected"])
    most = float(max(actual.max(initial=1.0), mean.max(initial=1.0)))
    axes.plot([0, most], [0, most], color=OTHERS[0], linestyle="--", linewidth=1, label=labels["perfect"])
    axes.vlines(actual, low, high, color=OURS, linewidth=0.7, alpha=0.5)
    axes.plot(actual, mean, linestyle="", marker=".", markersize=3, color=INK)
    for axis in (axes.set_xscale, axes.set_yscale):
        axis("function", functions=(np.sqrt, np.square))
    axes.set(xlim=(0, most), ylim=(0, most))
    axes.legend(frameon=False, fontsize=8, loc="upper left")
    return as_svg(figure)


def empty_plot(across: str, up: str) -> tuple[Figure, mpl.axes.Axes]:
    """An empty plot in the house style, with the words along its axes."""
    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.add_subplot()
    axes.set_xlabel(across, color=INK)
    axes.set_ylabel(up, color=INK)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="#e0e0e0", linewidth=0.6)
    return figure, axes


def as_svg(figure: Figure) -> str:
    """The figure's SVG without its XML head; text stays text, and nothing tells when it was made."""
    text = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "brikopt", "svg.fonttype": "none"}):
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    drawn = text.getvalue()
    return drawn[drawn.index("<svg") :]
