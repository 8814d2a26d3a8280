"""A folder of extracts -> the checked tables, the rows that are no good, and what was found on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from brikopt.contract.extract import DATED_BY, Extract, Tables
from brikopt.contract.files import SentTable, find_files, read_sent
from brikopt.contract.findings import rejected_frame
from brikopt.contract.frames import fill_wards, rows_without_position
from brikopt.contract.mapping.apply import files_named, read_mapped
from brikopt.contract.mapping.settings import mapping_for
from brikopt.contract.one_table import CheckedTable, TableRecord, check_table
from brikopt.contract.quality.looks import look_through
from brikopt.contract.quality.newest import newest_alone
from brikopt.contract.quality.oddities import Oddity, in_order
from brikopt.contract.quality.packs import as_units
from brikopt.contract.quality.passed_over import files_passed_over
from brikopt.contract.quality.tables_read import TableRead
from brikopt.contract.quantities import MAX_QUANTITY_FACTOR
from brikopt.contract.rules import Language
from brikopt.contract.tables import EVENTS, INPUTS
from brikopt.errors import BadInput

__all__ = ["Intake", "TableRecord", "day_after_newest", "read_extracts"]

_COUNTED = {"quantity", "max_level"}  # columns of which a mapping may say in what they count


@dataclass(frozen=True, slots=True)
class Intake:
    """Everything that a set of extracts gives.

    Parameters
    ----------
    extract : Extract
        The good rows.
    as_of : date
        The moment of decision.
    rejected : DataFrame
        Columns of ``rejected_rows.csv``, tables in the order of the contract, then by line.
    tables : tuple of TableRecord
        One for each input table, missing ones included.
    without_position : dict of str to int
        Table -> rows of a known cabinet and item that have no position (any more).
    mapping_sha256 : str
        Hash of the mapping by which the files were read; empty if there is none.
    oddities : tuple of Oddity
        What is odd but may be meant, the worst first.
    """

    extract: Extract
    as_of: date
    rejected: pd.DataFrame
    tables: tuple[TableRecord, ...]
    without_position: dict[str, int]
    mapping_sha256: str = ""
    oddities: tuple[Oddity, ...] = ()


def read_extracts(
    data_dir: Path,
    *,
    as_of: date | None = None,
    lang: Language = "da",
    mapping_file: Path | None = None,
    max_quantity_factor: float = MAX_QUANTITY_FACTOR,
) -> Intake:
    """Read and check a folder of extracts.

    Parameters
    ----------
    data_dir : Path
        One file a table (contract, section 2).
    as_of : date, optional
        Moment of decision; rows dated on it or later are set aside unseen. Default: the day after the newest
        good row of the event tables.
    lang : {"da", "en"}
        Language of rule and advice in the rejected rows.
    mapping_file : Path, optional
        A mapping other than the ``mapping.toml`` among the extracts.
    max_quantity_factor : float
        Times full stock, beyond which a quantity unlike any other of its position is a bad row.

    Returns
    -------
    Intake
        Good rows, rejected rows, and a record of each file.

    Raises
    ------
    BadInput
        Where the contract says that a run stops.
    """
    mapping = mapping_for(data_dir, mapping_file)
    files = find_files(data_dir, mapped=mapping.sources)
    checked: dict[str, CheckedTable] = {}
    for table in INPUTS:
        frames = {name: done.frame for name, done in checked.items()}
        if table.name in mapping.sources:
            sent = read_mapped(data_dir, mapping, table, frames)
        else:
            sent = read_sent(files[table.name], table) if table.name in files else SentTable("", "", None)
        checked[table.name] = check_table(table, sent, frames, as_of, lang, max_quantity_factor)
    frames = {name: done.frame for name, done in checked.items()}
    frames["wards"] = fill_wards(frames["wards"], frames["cabinets"])
    decided = as_of or day_after_newest(frames)
    read = {
        name: TableRead(name, done.record.file, frames[name], done.lines, done.file_of)
        for name, done in checked.items()
    }
    used = {done.record.file for done in checked.values()} | files_named(data_dir, mapping)
    said = {name for name, sources in mapping.sources.items() if any(_COUNTED & {*one.units} for one in sources)}
    units, in_packs = as_units(read, said)
    frames |= units
    read = {name: replace(one, frame=frames[name]) for name, one in read.items()}
    passed_over = files_passed_over(data_dir, used, {name for name, one in read.items() if one.file})
    oddities = [
        *passed_over,
        *(one for done in checked.values() for one in done.oddities),
        *in_packs,
        *(newest_alone(read) if as_of is None else ()),
        *look_through(read, decided),
    ]
    filled = [done.rejected for done in checked.values() if len(done.rejected)]
    return Intake(
        extract=Extract(Tables(**frames, as_of=decided)),
        as_of=decided,
        rejected=pd.concat(filled, ignore_index=True) if filled else rejected_frame([]),
        tables=tuple(done.record for done in checked.values()),
        without_position={
            name: rows_without_position(frames[name], frames["positions"])
            for name in EVENTS
            if "cabinet_id" in frames[name]
        },
        mapping_sha256=mapping.sha256,
        oddities=in_order(oddities),
    )


def day_after_newest(frames: Mapping[str, pd.DataFrame]) -> date:
    """Return the day after the newest row of the event tables.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        Good rows of each table.

    Returns
    -------
    date
        The default moment of decision.

    Raises
    ------
    BadInput
        If no event table has a row.
    """
    newest = [frames[name][DATED_BY[name]].max() for name in EVENTS if len(frames[name])]
    if not newest:
        raise BadInput("--as-of", "no table has a dated row, so there is no newest record.", "Give --as-of YYYY-MM-DD.")
    return date.fromisoformat(f"{max(newest):%Y-%m-%d}") + timedelta(days=1)
