"""Writes a region: a folder of extracts, and the truth beside it, never inside."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd

from brikopt.contract.tables import INPUTS
from brikopt.world.cells import as_text, in_danish
from brikopt.world.dirt import add_broken_rows
from brikopt.world.region import Region


@dataclass(frozen=True, slots=True)
class Manner:
    """How an office writes its files."""

    danish: bool = False
    gzipped: bool = True

    @property
    def delimiter(self) -> str:
        """What parts the columns."""
        return ";" if self.danish else ","

    @property
    def encoding(self) -> str:
        """How letters become bytes."""
        return "cp1252" if self.danish else "utf-8"


PLAIN = Manner()


def truth_folder(out: Path) -> Path:
    """Return the folder of the truth: beside the extracts, so that no run can read it by mistake."""
    return out.with_name(f"{out.name}-truth")


def write_extracts(region: Region, folder: Path, manner: Manner = PLAIN) -> pd.DataFrame:
    """Write one file a table.

    Parameters
    ----------
    region : Region
        What to write.
    folder : Path
        An existing folder.
    manner : Manner
        Plain or Danish, gzipped or not.

    Returns
    -------
    DataFrame
        file, line, column and value of the rows that were broken on purpose.
    """
    settings = region.stage.settings
    told = []
    for table in INPUTS:
        text = as_text(getattr(region.tables, table.name), table)
        text, broken = add_broken_rows(text, table, settings.dirty, settings.seed)
        name = f"{table.name}.csv{'.gz' if manner.gzipped else ''}"
        write_csv(in_danish(text, table) if manner.danish else text, folder / name, manner)
        told.append(broken.assign(file=name))
    return pd.concat(told, ignore_index=True)


def write_truth(region: Region, broken: pd.DataFrame, folder: Path) -> None:
    """Write every table of the truth into an existing folder, and the list of broken rows."""
    for field in fields(region.truth):
        frame = getattr(region.truth, field.name)
        flags = frame.select_dtypes("bool").columns
        write_csv(frame.astype(dict.fromkeys(flags, "int64")), folder / f"{field.name}.csv.gz", PLAIN)
    write_csv(broken, folder / "broken_rows.csv.gz", PLAIN)


def write_csv(frame: pd.DataFrame, path: Path, manner: Manner) -> None:
    """Write one file; the same frame gives the same bytes."""
    text = frame.to_csv(index=False, sep=manner.delimiter, lineterminator="\n", date_format="%Y-%m-%d")
    content = text.encode(manner.encoding)
    # No time of writing in the gzip header: it would make two equal files differ.
    path.write_bytes(gzip.compress(content, compresslevel=6, mtime=0) if path.suffix == ".gz" else content)
