"""A made-up region to try brikopt on, and the truth to hold its answers against."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Literal, TypeVar

from brikopt.contract.tables import INPUTS
from brikopt.errors import BadInput
from brikopt.flows.progress import Progress, SilentProgress, Step
from brikopt.parallel import map_in_order
from brikopt.world.files import Manner, Page, bind, extract_pages, press, truth_folder, truth_pages
from brikopt.world.habits import HABITS
from brikopt.world.lives import Lived, batches, live_through, together
from brikopt.world.presets import PRESETS
from brikopt.world.settings import WorldSettings
from brikopt.world.sheets import extract_sheets, truth_sheets
from brikopt.world.stage import Stage, set_stage

Preset = Literal["hospital", "unit", "region"]
HabitsName = Literal["usual", "sparse", "bursty", "tidy"]

Result = TypeVar("Result")

RECORD = "simulation.json"
_ADVICE = "Name a new or empty folder, or one with an earlier simulation."


def simulate(
    out: Path,
    *,
    preset: Preset | None = None,
    units: int | None = None,
    wards: int | None = None,
    positions: int | None = None,
    items: int | None = None,
    years: int | None = None,
    seed: int = 0,
    dirty: float = 0.003,
    extra_days: int = 0,
    habits: HabitsName = "usual",
    danish: bool = False,
    jobs: int = 1,
    progress: Progress | None = None,
) -> None:
    """Simulate a region and write its extracts, part by part: a whole region is never there as one table.

    Parameters
    ----------
    out : Path
        Folder for the extracts; the truth goes to ``<out>-truth`` beside it, never inside.
    preset : {"hospital", "unit", "region"}, optional
        A ready-made size; a small region otherwise.
    units, wards, positions : int, optional
        Totals over the region, in place of the preset's.
    items : int, optional
        Items in all; few of them lie in many cabinets each. By default as many as a region of the size uses.
    years : int, optional
        Years of history, up to and with 28 February 2025, in place of the preset's.
    seed : int
        The same seed gives the same bytes, whatever ``jobs``.
    dirty : float
        Broken rows for each good one.
    extra_days : int
        Days that go on after the history.
    habits : {"usual", "sparse", "bursty", "tidy"}
        What people, suppliers and wards are in the habit of.
    danish : bool
        Danish headings, semicolons, decimal commas and Windows-1252 in place of the plain format.
    jobs : int
        Processes.
    progress : Progress, optional
        Shows the steps.

    Raises
    ------
    BadInput
        If a size makes no sense, or ``out`` holds something that no simulation made.
    """
    shown = progress or SilentProgress()
    size = PRESETS[preset] if preset else WorldSettings()
    settings = replace(
        size,
        units=size.units if units is None else units,
        wards=size.wards if wards is None else wards,
        positions=size.positions if positions is None else positions,
        items=size.items if items is None else items,
        years=size.years if years is None else years,
        seed=seed,
        dirty=dirty,
        extra_days=extra_days,
        habits=HABITS[habits],
    )
    place = out.resolve()
    _refuse_foreign(place, out)
    stage, lived = _live(settings, jobs, shown)
    try:
        _write_beside_and_swap(stage, lived, place, Manner(danish=danish), jobs, shown)
    except OSError as error:
        raise BadInput(f"--out {out}", f"it can't be written ({error}).", _ADVICE) from None


def _live(settings: WorldSettings, jobs: int, shown: Progress) -> tuple[Stage, Lived]:
    stage = set_stage(settings)
    work = batches(stage)
    with shown.step("simulate", total=len(work)) as step:
        return stage, together(_counted(map_in_order(live_through, work, jobs=jobs), step))


def _counted(results: Iterable[Result], step: Step) -> Iterator[Result]:
    """Tell of each result as it comes."""
    for result in results:
        step.advance()
        yield result


def _refuse_foreign(place: Path, out: Path) -> None:
    truth = truth_folder(place)
    for folder in (place, truth):
        if folder.exists() and not folder.is_dir():
            raise BadInput(f"--out {out}", f"{folder} is a file.", _ADVICE)
    ours = (truth / RECORD).is_file()
    tables = {f"{table.name}.csv.gz" for table in INPUTS}
    held = (
        sorted(path.name for path in place.iterdir() if not ours or path.name not in tables) if place.exists() else []
    )
    if held:
        raise BadInput(f"--out {out}", f"the folder holds {held[0]}, which no simulation made.", _ADVICE)
    if truth.exists() and not ours and any(truth.iterdir()):
        raise BadInput(f"--out {out}", f"{truth} holds something that no simulation made.", _ADVICE)


def _write_beside_and_swap(stage: Stage, lived: Lived, place: Path, manner: Manner, jobs: int, shown: Progress) -> None:
    """Write both folders whole before an earlier simulation is replaced."""
    pages, broken = extract_pages(extract_sheets(stage, lived), stage.settings, manner)
    hidden = truth_pages(truth_sheets(stage, lived), broken)
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{place.name}.", dir=place.parent) as work:
        extracts, truth = Path(work) / "extracts", Path(work) / "truth"
        extracts.mkdir()
        truth.mkdir()
        with shown.step("write_simulation", total=len(pages) + len(hidden)) as step:
            _bind(pages, extracts, jobs, step)
            _bind(hidden, truth, jobs, step)
        record = {"product": "brikopt", **asdict(stage.settings)}
        (truth / RECORD).write_text(json.dumps(record, default=str, indent=1) + "\n", encoding="utf-8")
        for made, target in ((extracts, place), (truth, truth_folder(place))):
            shutil.rmtree(target, ignore_errors=True)
            made.rename(target)


def _bind(pages: Sequence[Page], folder: Path, jobs: int, step: Step) -> None:
    bind(pages, _counted(map_in_order(press, pages, jobs=jobs), step), folder)
