"""Simulated regions as folders: what was known at the moment of decision, what came later, and the truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path

import pandas as pd
from filelock import FileLock

from brikopt.contract.extract import DATED_BY, Tables
from brikopt.contract.tables import INPUTS
from brikopt.world.cells import as_text
from brikopt.world.files import Manner, write_extracts, write_truth
from brikopt.world.region import Region, simulate_region
from brikopt.world.settings import WorldSettings

AS_OF = date(2025, 3, 1)


@dataclass(frozen=True, slots=True)
class RegionFolders:
    """Where the files of one simulated region lie.

    Parameters
    ----------
    base : Path
        Holds all of them.
    """

    base: Path

    @property
    def history(self) -> Path:
        """Extracts without any row of AS_OF or later; about one row in 300 is broken."""
        return self.base / "history"

    @property
    def danish(self) -> Path:
        """The same extracts as a Danish office writes them."""
        return self.base / "danish"

    def later(self, table: str) -> pd.DataFrame:
        """Return the rows of AS_OF and later, every cell as text."""
        return pd.read_csv(self.base / "later" / f"{table}.csv", dtype="str", keep_default_na=False)

    def truth(self, table: str) -> pd.DataFrame:
        """Return one table of what really happened."""
        path = self.base / "truth" / f"{table}.csv.gz"
        return pd.read_csv(path, dtype={"cabinet_id": "str", "item_id": "str"})


def make_region(folder: Path, settings: WorldSettings) -> None:
    """Live through a region up to its last extra day, and write its files apart: before AS_OF, and from it on."""
    region = simulate_region(settings)
    known = replace(region, tables=region.extract.before(AS_OF))
    for name in ("history", "danish", "later", "truth"):
        (folder / name).mkdir(parents=True)
    broken = write_extracts(known, folder / "history")
    write_extracts(known, folder / "danish", Manner(danish=True, gzipped=False))
    write_truth(region, broken, folder / "truth")
    for table in INPUTS:
        _later_rows(region, table.name).to_csv(folder / "later" / f"{table.name}.csv", index=False)


def _later_rows(region: Region, name: str) -> pd.DataFrame:
    frame = getattr(region.tables, name)
    dated = frame[DATED_BY[name]] if name in DATED_BY else None
    later = frame[dated >= pd.Timestamp(AS_OF)] if dated is not None else frame.head(0)
    return as_text(later.reset_index(drop=True), {table.name: table for table in INPUTS}[name])


def built_once(shared: Path, build: Callable[[Path], None]) -> Path:
    """Build a folder, unless another test process has; while one builds, the others wait."""
    with FileLock(f"{shared}.lock"):
        if not shared.exists():
            part = shared.with_name(f"{shared.name}.part")
            build(part)
            part.rename(shared)
    return shared


def input_names() -> list[str]:
    """Name the input tables."""
    return [field.name for field in fields(Tables) if field.name != "as_of"]
