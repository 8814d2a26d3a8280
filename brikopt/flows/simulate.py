"""A made-up region to try brikopt on, and the truth to hold its answers against."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path

from brikopt.contract.tables import INPUTS
from brikopt.errors import BadInput
from brikopt.flows.progress import Progress, SilentProgress
from brikopt.world.files import Manner, truth_folder, write_extracts, write_truth
from brikopt.world.region import Region, simulate_region
from brikopt.world.settings import WorldSettings

RECORD = "simulation.json"
_ADVICE = "Name a new or empty folder, or one with an earlier simulation."


def simulate(
    out: Path,
    *,
    units: int = 1,
    wards: int = 12,
    positions: int = 1500,
    years: int = 3,
    seed: int = 0,
    danish: bool = False,
    progress: Progress | None = None,
) -> None:
    """Simulate a region and write its extracts.

    Parameters
    ----------
    out : Path
        Folder for the extracts; the truth goes to ``<out>-truth`` beside it, never inside.
    units, wards, positions : int
        Totals over the region.
    years : int
        Years of history, up to and with 28 February 2025.
    seed : int
        The same seed gives the same bytes.
    danish : bool
        Danish headings, semicolons, decimal commas and Windows-1252 in place of the plain format.
    progress : Progress, optional
        Shows the steps.

    Raises
    ------
    BadInput
        If a size makes no sense, or ``out`` holds something that no simulation made.
    """
    shown = progress or SilentProgress()
    settings = WorldSettings(units=units, wards=wards, positions=positions, years=years, seed=seed)
    place = out.resolve()
    _refuse_foreign(place, out)
    with shown.step("simulate"):
        region = simulate_region(settings)
    with shown.step("write_simulation"):
        try:
            _write_beside_and_swap(region, place, Manner(danish=danish))
        except OSError as error:
            raise BadInput(f"--out {out}", f"it can't be written ({error}).", _ADVICE) from None


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


def _write_beside_and_swap(region: Region, place: Path, manner: Manner) -> None:
    """Write both folders whole before an earlier simulation is replaced."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{place.name}.", dir=place.parent) as work:
        extracts, truth = Path(work) / "extracts", Path(work) / "truth"
        extracts.mkdir()
        truth.mkdir()
        broken = write_extracts(region, extracts, manner)
        write_truth(region, broken, truth)
        record = {"product": "brikopt", **asdict(region.stage.settings)}
        (truth / RECORD).write_text(json.dumps(record, default=str, indent=1) + "\n", encoding="utf-8")
        for made, target in ((extracts, place), (truth, truth_folder(place))):
            shutil.rmtree(target, ignore_errors=True)
            made.rename(target)
