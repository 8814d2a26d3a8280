"""A recall as a list to tick off, ward by ward."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from brikopt.contract.rules import Language
from brikopt.reports.sentences import texts_of


def write_recall_page(shelves: pd.DataFrame, path: Path, lang: Language, recalled: str, as_of: str) -> None:
    """Write the list.

    Parameters
    ----------
    shelves : DataFrame
        One row a shelf, ward by ward: ``unit``, ``hospital``, ``ward_id``, ``ward_name``, ``cabinet_id``,
        ``shelf_place``, ``name``, ``lot``, ``expiry``, ``basis``, ``p_there`` and ``units``.
    path : Path
        The ``.html`` file.
    lang : {"da", "en"}
        Language.
    recalled : str
        What is recalled.
    as_of : str
        Moment of decision.
    """
    pages = Environment(
        loader=PackageLoader("brikopt.reports", "pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    rows = shelves.fillna("").to_dict("records")
    wards = [list(rows) for _, rows in groupby(rows, key=lambda row: (row["unit"], row["hospital"], row["ward_id"]))]
    texts = texts_of(lang)
    page = pages.get_template("recall.html.j2").render(
        lang=lang, words=texts["recall"], wards=wards, recalled=recalled, as_of=as_of
    )
    path.write_text(page, encoding="utf-8")
