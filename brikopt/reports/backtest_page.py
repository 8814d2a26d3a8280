"""The back-test as a page to read: figures, plots, and what they can't show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from brikopt.contract.rules import Language
from brikopt.reports.sentences import texts_of


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot with its heading and the sentence below it; ``svg`` is made by `brikopt.reports.charts`."""

    heading: str
    svg: str
    caption: str


@dataclass(frozen=True, slots=True)
class CutPage:
    """What the page says of one cut."""

    cut: date
    scores: pd.DataFrame
    plots: Sequence[Plot]


def write_backtest_page(
    cuts: Sequence[CutPage], path: Path, lang: Language, facts: Mapping[str, str], notes: Sequence[str]
) -> None:
    """Write the page.

    Parameters
    ----------
    cuts : sequence of CutPage
        One a cut.
    path : Path
        Where it goes; one file with nothing to load from elsewhere.
    lang : {"da", "en"}
        Language.
    facts : mapping of str to str
        What the page was made from, heading to value.
    notes : sequence of str
        How it was scored, and what it can't show.
    """
    environment = Environment(
        loader=PackageLoader("brikopt.reports", "pages"), autoescape=True, undefined=StrictUndefined
    )
    page = environment.get_template("backtest.html.j2")
    words = texts_of(lang)["backtest"]
    path.write_text(
        page.render(cuts=cuts, lang=lang, words=words, facts=facts, notes=notes, markup=Markup), encoding="utf-8"
    )
