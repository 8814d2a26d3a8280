"""Plans for one ward side by side: as lines on the screen, and as a page with the curve of waste against fill rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from brikopt.contract.rules import Language

# The plots of all pages look alike.
from brikopt.reports.charts import INK, OTHERS, OURS, as_svg, empty_plot
from brikopt.reports.sentences import texts_of
from brikopt.reports.trade_off_table import trade_off_rows
from brikopt.reports.wording import decimal

# Rows of the table, with their decimals; those of PARTS are what the first is made of.
MEASURES = {
    "cost_dkk": 0,
    "holding_dkk": 0,
    "lines_dkk": 0,
    "loss_dkk": 0,
    "shortage_dkk": 0,
    "promise_dkk": 0,
    "expired_units": 1,
    "expired_dkk": 0,
    "expired_co2e_kg": 1,
    "fill_rate": 2,
    "stock_value_dkk": 0,
    "full_stock_litres": 1,
    "order_lines": 0,
    "changed_positions": 0,
}
PARTS = ("holding_dkk", "lines_dkk", "loss_dkk", "shortage_dkk", "promise_dkk")
MARKERS = {"today": ("s", INK), "recommended": ("o", OURS), "own": ("D", OTHERS[1])}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a page says of one ward, or of a larger place.

    Parameters
    ----------
    place : str
        What it is called.
    figures : DataFrame
        One row a plan: ``plan`` and the measures, as from `brikopt.flows.replay.trade_off`, with
        ``changed_positions``, those that differ from today.
    curve : DataFrame
        One row a promise: ``promise`` and the measures.
    facts : mapping of str to str
        What the page was made from, heading to value.
    notes : sequence of str
        How it was worked out, and what it can't show.
    """

    place: str
    figures: pd.DataFrame
    curve: pd.DataFrame
    facts: Mapping[str, str]
    notes: Sequence[str]


def comparison_rows(comparison: Comparison, lang: Language) -> list[list[str]]:
    """Put the figures into words.

    Parameters
    ----------
    comparison : Comparison
        The plans.
    lang : {"da", "en"}
        Language.

    Returns
    -------
    list of list of str
        A heading row, then one row a measure: its name and one figure a plan.
    """
    words = texts_of(lang)["whatif"]
    plans = comparison.figures
    heading = [words["measure"], *(words[f"plan_{plan}"] for plan in plans["plan"])]
    rows = [
        [words[f"measure_{name}"], *(_shown(name, value, places, lang) for value in plans[name])]
        for name, places in MEASURES.items()
    ]
    return [heading, *rows]


def _shown(name: str, value: float, places: int, lang: Language) -> str:
    if name != "fill_rate":
        return decimal(value, places, lang)
    return decimal(100 * value, places, lang) + (" %" if lang == "da" else "%")


def comparison_lines(comparison: Comparison, lang: Language) -> list[str]:
    """Set the figures in columns for a screen.

    Parameters
    ----------
    comparison : Comparison
        The plans.
    lang : {"da", "en"}
        Language.

    Returns
    -------
    list of str
        One line a row of `comparison_rows`; figures stand flush right under their plan.
    """
    rows = comparison_rows(comparison, lang)
    first, *others = (max(map(len, column)) for column in zip(*rows, strict=True))
    return [
        row[0].ljust(first) + "".join(cell.rjust(width + 2) for cell, width in zip(row[1:], others, strict=True))
        for row in rows
    ]


def trade_off_chart(curve: pd.DataFrame, plans: pd.DataFrame, lang: Language) -> str:
    """Waste against fill rate.

    Parameters
    ----------
    curve : DataFrame
        ``promise``, ``fill_rate`` (both 0 to 1) and ``expired_dkk`` (DKK a year) of levels chosen for each promise,
        lowest first.
    plans : DataFrame
        ``plan``, ``fill_rate`` and ``expired_dkk`` of the points to mark.
    lang : {"da", "en"}
        Language of axes and names.

    Returns
    -------
    str
        An ``<svg>`` element.
    """
    words = texts_of(lang)["whatif"]
    figure, axes = empty_plot(words["axis_fill_rate"], words["axis_waste"])
    across, up = 100 * curve["fill_rate"], curve["expired_dkk"]
    axes.plot(across, up, ".-", color=OTHERS[0], label=words["curve"])
    # The points of the curve may lie close together: only its ends have room for a label.
    for end in (0, -1):
        label = decimal(100 * curve["promise"].iloc[end], 1, lang)
        place = (across.iloc[end], up.iloc[end])
        axes.annotate(label, place, textcoords="offset points", xytext=(6, -12), fontsize=8)
    for name, rate, waste in zip(plans["plan"], plans["fill_rate"], plans["expired_dkk"], strict=True):
        marker, colour = MARKERS[name]
        axes.plot(100 * rate, waste, marker, markersize=8, color=colour, label=words[f"plan_{name}"])
    axes.margins(0.12)
    axes.legend(frameon=False, fontsize=8)
    return as_svg(figure)


def write_whatif_page(comparison: Comparison, path: Path, lang: Language) -> None:
    """Write the page.

    Parameters
    ----------
    comparison : Comparison
        The plans.
    path : Path
        Where it goes; one file with nothing to load from elsewhere.
    lang : {"da", "en"}
        Language.
    """
    words = texts_of(lang)["whatif"]
    environment = Environment(
        loader=PackageLoader("brikopt.reports", "pages"), autoescape=True, undefined=StrictUndefined
    )
    heading, *rows = comparison_rows(comparison, lang)
    # Today's levels often lie so far off that the curve shrinks to a spot beside them.
    close = replace(comparison, figures=comparison.figures[comparison.figures["plan"] != "today"])
    page = environment.get_template("whatif.html.j2").render(
        comparison=comparison,
        heading=heading,
        rows=[(name in PARTS, row) for name, row in zip(MEASURES, rows, strict=True)],
        plots=[(words["plot"], _chart(comparison, lang)), (words["plot_close"], _chart(close, lang))],
        curve=trade_off_rows(comparison.curve, lang),
        lang=lang,
        words=words,
    )
    path.write_text(page, encoding="utf-8")


def _chart(comparison: Comparison, lang: Language) -> Markup:
    return Markup(trade_off_chart(comparison.curve, comparison.figures, lang))  # noqa: S704 - drawn here
