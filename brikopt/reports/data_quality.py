"""What is odd in the extracts: as the rows of ``data_quality.csv``, and as a page for people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from brikopt.contract.outputs import DATA_QUALITY
from brikopt.contract.quality.oddities import Oddity
from brikopt.contract.rules import Language
from brikopt.reason import Reason
from brikopt.reports.sentences import Sentences, texts_of
from brikopt.reports.wording import Words, day

QUALITY_PAGE = "data_quality.html"


def quality_table(oddities: Sequence[Oddity], sentences: Sentences) -> pd.DataFrame:
    """Put the findings into words.

    Parameters
    ----------
    oddities : sequence of Oddity
        The worst first.
    sentences : Sentences
        Of the language wanted.

    Returns
    -------
    DataFrame
        Columns of ``data_quality.csv``; a line of 0 is blank.
    """
    rows = [
        (
            one.table,
            one.code,
            one.severity,
            one.rows,
            one.file,
            one.line or None,
            sentences.say(Reason(f"quality_{one.code}", one.numbers)),
            sentences.say(Reason(f"quality_{one.code}_advice", one.numbers)),
        )
        for one in oddities
    ]
    frame = pd.DataFrame(rows, columns=[column.name for column in DATA_QUALITY.columns])
    texts = dict.fromkeys(["table", "finding", "severity", "example_file", "effect", "advice"], "str")
    return frame.astype(texts | {"rows": "int64", "example_line": "float64"})


def write_quality_page(table: pd.DataFrame, path: Path, lang: Language, as_of: str) -> None:
    """Write the findings as a page.

    Parameters
    ----------
    table : DataFrame
        As from `quality_table`.
    path : Path
        The ``.html`` file.
    lang : {"da", "en"}
        Language of the headings.
    as_of : str
        Moment of decision.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - a check without --out needs none

    pages = Environment(
        loader=PackageLoader("brikopt.reports", "pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    texts = texts_of(lang)
    page = pages.get_template("data_quality.html.j2").render(
        lang=lang,
        words=texts["data_quality"],
        columns=texts["columns"],
        values=texts["values"],
        rows=table.fillna({"example_line": 0}).to_dict("records"),
        as_of=day(date.fromisoformat(as_of), Words(**texts["words"]), lang),
    )
    path.write_text(page, encoding="utf-8")
