"""Writes a region: a folder of extracts, and the truth beside it, never inside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd

from brikopt.contract.tables import INPUTS, InputTable
from brikopt.world.cells import as_text, in_danish, truth_as_text
from brikopt.world.dirt import Dirt, add_broken_rows, plan_dirt
from brikopt.world.region import Region
from brikopt.world.rows import as_bytes, squeezed
from brikopt.world.settings import WorldSettings
from brikopt.world.sheets import Part, Sheet, frame_sheet

PAGE = 200_000  # rows; some megabytes of text
_TABLES = {table.name: table for table in INPUTS}


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

    def file_name(self, table: str) -> str:
        """Name the file of a table."""
        return f"{table}.csv{'.gz' if self.gzipped else ''}"


PLAIN = Manner()


def truth_folder(out: Path) -> Path:
    """Return the folder of the truth: beside the extracts, so that no run can read it by mistake."""
    return out.with_name(f"{out.name}-truth")


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of one file, on the way to become bytes.

    Parameters
    ----------
    file : str
        Name of the file; its pages follow each other.
    part : callable
        Makes the rows.
    table : InputTable or None
        The table of an extract; None in the truth.
    dirt : Dirt or None
        The rows to break.
    manner : Manner
        How the file is written.
    is_first : bool
        Whether the heading comes before it.
    """

    file: str
    part: Part
    table: InputTable | None
    dirt: Dirt | None
    manner: Manner
    is_first: bool


def extract_pages(
    sheets: Iterable[Sheet], settings: WorldSettings, manner: Manner = PLAIN
) -> tuple[list[Page], pd.DataFrame]:
    """Cut extracts into pages.

    Parameters
    ----------
    sheets : iterable of Sheet
        Input tables.
    settings : WorldSettings
        Share of rows to break, and the seed.
    manner : Manner
        Plain or Danish, gzipped or not.

    Returns
    -------
    pages : list of Page
        Those of one file together, in its order.
    broken : DataFrame
        file, line, column and value of the rows that are broken on purpose.
    """
    pages, told = [], []
    for sheet in sheets:
        name, table = manner.file_name(sheet.name), _TABLES[sheet.name]
        dirt = plan_dirt(sheet.name, sheet.n_rows, settings.dirty, settings.seed)
        pages += [
            Page(name, sheet.part(start, stop), table, dirt.within(start, stop), manner, start == 0)
            for start, stop in _cuts(sheet.n_rows)
        ]
        told.append(dirt.told().assign(file=name))
    return pages, pd.concat(told, ignore_index=True)


def truth_pages(sheets: Iterable[Sheet], broken: pd.DataFrame) -> list[Page]:
    """Cut the tables of the truth, and the list of broken rows, into pages."""
    return [
        Page(PLAIN.file_name(sheet.name), sheet.part(start, stop), None, None, PLAIN, start == 0)
        for sheet in (*sheets, frame_sheet("broken_rows", broken))
        for start, stop in _cuts(sheet.n_rows)
    ]


def press(page: Page) -> bytes:
    """Make the bytes of one page; the same page gives the same bytes."""
    frame, manner = page.part(), page.manner
    if page.table is None:
        text = truth_as_text(frame)
    else:
        text = as_text(frame, page.table)
        text = add_broken_rows(text, page.dirt) if page.dirt else text
        text = in_danish(text, page.table) if manner.danish else text
    content = as_bytes(text, delimiter=manner.delimiter, encoding=manner.encoding, heading=page.is_first)
    return squeezed(content) if manner.gzipped else content


def bind(pages: Iterable[Page], pressed: Iterable[bytes], folder: Path) -> None:
    """Put pressed pages behind each other in the files of an empty folder."""
    for page, content in zip(pages, pressed, strict=True):
        with (folder / page.file).open("ab") as file:
            file.write(content)


def write_extracts(region: Region, folder: Path, manner: Manner = PLAIN) -> pd.DataFrame:
    """Write one file a table.

    Parameters
    ----------
    region : Region
        What to write.
    folder : Path
        An existing folder without files of these names.
    manner : Manner
        Plain or Danish, gzipped or not.

    Returns
    -------
    DataFrame
        file, line, column and value of the rows that were broken on purpose.
    """
    sheets = [frame_sheet(table.name, getattr(region.tables, table.name)) for table in INPUTS]
    pages, broken = extract_pages(sheets, region.stage.settings, manner)
    bind(pages, map(press, pages), folder)
    return broken


def write_truth(region: Region, broken: pd.DataFrame, folder: Path) -> None:
    """Write every table of the truth into an existing folder, and the list of broken rows."""
    sheets = [frame_sheet(field.name, getattr(region.truth, field.name)) for field in fields(region.truth)]
    pages = truth_pages(sheets, broken)
    bind(pages, map(press, pages), folder)


def _cuts(n_rows: int) -> list[tuple[int, int]]:
    """First and last row of each page; an empty table has one page, with the heading alone."""
    return [(start, min(start + PAGE, n_rows)) for start in range(0, max(n_rows, 1), PAGE)]
