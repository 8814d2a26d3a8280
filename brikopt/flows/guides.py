"""From a run's lists to the trimming guides that people take to the cabinets without cards."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import pandas as pd

from brikopt.contract.extract import Tables
from brikopt.contract.positions import rows_of
from brikopt.contract.rules import Language
from brikopt.demand.habit import order_habits
from brikopt.parallel import map_in_order
from brikopt.policy import Policy
from brikopt.reason import Reason
from brikopt.reports.file_names import file_stem
from brikopt.reports.guide import Edition, Guide
from brikopt.reports.guide_html import guide_html
from brikopt.reports.guide_pdf import guide_pdf
from brikopt.reports.left_out import LeftOut, attempted, parted
from brikopt.reports.ward_guides import GuideBasis, ward_guides
from brikopt.reports.workbook import Front

GUIDE_FOLDER = "guide"


def run_guides(
    tables: Tables,
    lists: Mapping[str, pd.DataFrame],
    front: Front,
    policy: Policy,
    lang: Language,
    say: Callable[[Reason], str],
) -> tuple[list[Guide], list[LeftOut]]:
    """Make the guides of a run.

    Parameters
    ----------
    tables : Tables
        The rows known at the moment of decision.
    lists : mapping of str to DataFrame
        As from `brikopt.flows.lists.output_tables`.
    front : Front
        Names the run.
    policy : Policy
        Where the service is, and whether counts are blind.
    lang : {"da", "en"}
        Language.
    say : callable
        Puts a reason into words of that language.

    Returns
    -------
    tuple of list of Guide and list of LeftOut
        One a ward with a cabinet without cards, by ward id; and the wards whose guide could not be made.
    """
    edition = Edition(
        run_id=front.run_id,
        version=front.version,
        as_of=front.as_of,
        lang=lang,
        base_url=policy.guide.base_url,
        blind_count=policy.guide.blind_count,
    )
    wards = tables.wards[["ward_id", "ward_name", "hospital", "unit"]]
    cabinets = tables.cabinets[tables.cabinets["kind"].isin(("non_brik", "medicine"))].merge(wards, on="ward_id")
    levels = lists["levels"]
    positions = levels[~levels["is_brik"].astype(bool)].reset_index(drop=True)
    habits = order_habits(rows_of(tables.orders, positions), len(positions), tables.as_of)
    basis = GuideBasis(cabinets, pd.concat([positions, habits], axis=1), lists["trim_list"])
    return ward_guides(basis, edition, say)


def write_guides(guides: Sequence[Guide], folder: Path, *, jobs: int) -> list[LeftOut]:
    """Write each guide as a page and as a PDF.

    Parameters
    ----------
    guides : sequence of Guide
        As from `run_guides`.
    folder : Path
        Gets ``<ward>.html`` and ``<ward>.pdf``, named as by `brikopt.reports.file_names.file_stem`; made if there is
        any guide.
    jobs : int
        Processes of this machine: pages are many bytes and little work, and no matter for a cluster.

    Returns
    -------
    list of LeftOut
        The files that could not be drawn; all others are written.
    """
    if guides:
        folder.mkdir()
    left_out = []
    for pages in map_in_order(_pages, guides, jobs=jobs):
        drawn, failed = parted(pages)
        left_out += failed
        for name, content in drawn:
            (folder / name).write_bytes(content)
    return left_out


def _pages(guide: Guide) -> list[tuple[str, bytes] | LeftOut]:
    """Name and content of each file of a guide."""
    stem = file_stem(guide.ward_id)
    draw = {f"{stem}.html": lambda: guide_html(guide).encode("utf-8"), f"{stem}.pdf": lambda: guide_pdf(guide)}
    return [attempted(f"{GUIDE_FOLDER}/{name}", partial(_named, name, make)) for name, make in draw.items()]


def _named(name: str, make: Callable[[], bytes]) -> tuple[str, bytes]:
    return name, make()
