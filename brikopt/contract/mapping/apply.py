"""A mapping and a folder -> one table as if it had been sent in the words of the contract."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from brikopt.contract.cells import OPEN_QUOTE, BoolArray, Cells, Codes, RawTable
from brikopt.contract.checking import Format
from brikopt.contract.files import SUFFIXES, SentTable, read_sent
from brikopt.contract.headings import known_headings, plain_heading
from brikopt.contract.layout import Layout
from brikopt.contract.mapping.cells import constant_cells, plain_dates, plain_numbers, replaced, times_packs
from brikopt.contract.mapping.settings import MAPPING_FILE, Source, TableMapping
from brikopt.contract.tables import InputTable, Kind
from brikopt.errors import BadInput

PackSizes = Mapping[str, str]  # item_id -> units in a pack, as text
_NUMERIC = (Kind.WHOLE, Kind.NUMBER)


def read_mapped(
    data_dir: Path, mapping: TableMapping, table: InputTable, frames: Mapping[str, pd.DataFrame]
) -> SentTable:
    """Read a table that a mapping describes.

    Parameters
    ----------
    data_dir : Path
        The extracts.
    mapping : TableMapping
        Has sources for the table.
    table : InputTable
        The table.
    frames : mapping of str to DataFrame
        Good rows of the tables before it; packs are counted with the items among them.

    Returns
    -------
    SentTable
        Headings are columns of the contract, numbers and dates in its plain format; what is neither is left as
        it was sent, and every row keeps its file and line.

    Raises
    ------
    BadInput
        If no file fits, a file can't be read, or a heading that the mapping names is not in it.
    """
    packs = _pack_sizes(frames)
    parts = [
        (path.name, *_part(path, source, table, packs, mapping.file))
        for source in mapping.sources[table.name]
        for path in files_of(source, data_dir, table.name, mapping.file)
    ]
    filled = [(name, raw, form) for name, _, raw, form in parts if raw is not None and form is not None]
    files = ", ".join(dict.fromkeys(name for name, *_ in parts))
    digests = [digest for _, digest, *_ in parts]
    sha256 = digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
    if not filled:
        return SentTable(files, sha256, None)
    raw = _joined([(name, raw) for name, raw, _ in filled])
    if any(source.distinct for source in mapping.sources[table.name]):
        raw = _distinct(raw, table)
    return SentTable(files, sha256, raw, filled[0][2])


def files_of(source: Source, data_dir: Path, table: str, mapping_file: str = MAPPING_FILE) -> list[Path]:
    """List the files that a source names, by name; BadInput if there is none."""
    present = sorted(path for path in data_dir.iterdir() if path.name.casefold().endswith(SUFFIXES))
    patterns = [plain_heading(pattern) for pattern in source.file]
    found = [path for path in present if any(fnmatchcase(plain_heading(path.name), pattern) for pattern in patterns)]
    if not found:
        raise BadInput(
            f"{mapping_file}, [{table}] file",
            f"there is no file {' or '.join(source.file)} among the extracts.",
            f"Put it there, as one of {', '.join(SUFFIXES)}, or correct the name.",
        )
    return found


def files_named(data_dir: Path, mapping: TableMapping) -> set[str]:
    """Return the names of the files that a mapping reads."""
    return {
        path.name
        for table, sources in mapping.sources.items()
        for source in sources
        for path in files_of(source, data_dir, table, mapping.file)
    }


def _pack_sizes(frames: Mapping[str, pd.DataFrame]) -> PackSizes:
    if "items" not in frames:
        return {}
    items = frames["items"]
    return {str(item): f"{size:.0f}" for item, size in zip(items["item_id"], items["pack_size"], strict=True)}


def _part(
    path: Path, source: Source, table: InputTable, packs: PackSizes, mapping_file: str
) -> tuple[str, RawTable | None, Format | None]:
    """Read one file of a source; return its hash, rows and form."""
    layout = Layout(source.sheet, source.header_row, source.delimiter, source.encoding, tuple(source.columns.values()))
    sent = read_sent(path, table, layout)
    if sent.raw is None:
        return sent.sha256, None, None
    raw = sent.raw.take(~skipped_rows(sent.raw, source.skip)) if source.skip else sent.raw
    columns = _renamed(raw, source, table, path.name, mapping_file)
    raw = replace(raw, columns=columns, n_fields=_widened(raw.n_fields, len(columns) - len(raw.columns)))
    raw, form = _plain(raw, source, table, packs)
    return sent.sha256, raw, form


def _widened(n_fields: Codes, more: int) -> Codes:
    """Count columns that were added; a row of too many or too few fields stays one."""
    return np.where(n_fields == OPEN_QUOTE, n_fields, n_fields + more).astype(np.int32)


def skipped_rows(raw: RawTable, patterns: Sequence[str]) -> BoolArray:
    """Tell which rows begin with a cell that fits a pattern."""
    skipped = np.zeros(len(raw.lines), dtype=np.bool_)
    undecided = np.ones(len(raw.lines), dtype=np.bool_)
    for cells in raw.columns.values():
        texts = [str(text).strip().casefold() for text in cells.values.to_pylist()]
        hits = np.array([bool(text) and _fits(text, patterns) for text in texts], dtype=np.bool_)
        filled = ~cells.empty()[cells.codes]
        skipped |= undecided & filled & hits[cells.codes]
        undecided &= ~filled
        if not undecided.any():
            break
    return skipped


def _fits(text: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(text, pattern.strip().casefold()) for pattern in patterns)


def _renamed(raw: RawTable, source: Source, table: InputTable, file: str, mapping_file: str) -> dict[str, Cells]:
    """Put the names of the contract in place of the headings that the mapping names."""
    of_plain = {
        " ".join(plain_heading(heading.split("\0")[0]).split()): heading for heading in reversed(list(raw.columns))
    }
    column_of: dict[str, str] = {}
    for column, heading in source.columns.items():
        sent = of_plain.get(" ".join(plain_heading(heading).split()))
        if sent is None:
            raise BadInput(
                f"{mapping_file}, [{table.name}.columns] {column}",
                f"{file} has no heading '{heading}', only {', '.join(one.split(chr(0))[0] for one in raw.columns)}.",
                "Correct the heading, or say by header_row on which line the headings stand.",
            )
        column_of[column] = sent
    known = known_headings(table)
    taken = {*column_of, *source.constants}
    columns = {column: raw.columns[sent] for column, sent in column_of.items()}
    columns |= {column: constant_cells(text, len(raw.lines)) for column, text in source.constants.items()}
    for heading, cells in raw.columns.items():
        if heading in column_of.values():
            continue
        name = known.get(plain_heading(heading.split("\0")[0]))
        # What the mapping says comes before what a heading looks like; the other column is named as left out.
        columns[f"{heading} *" if name in taken else heading] = cells
    return columns


def _plain(raw: RawTable, source: Source, table: InputTable, packs: PackSizes) -> tuple[RawTable, Format]:
    """Write values, dates and numbers as the contract does."""
    known = known_headings(table)
    place = {known[plain_heading(heading)]: heading for heading in raw.columns if plain_heading(heading) in known}
    columns = {known.get(plain_heading(heading), heading): cells for heading, cells in raw.columns.items()}
    for name, texts in source.values.items():
        if name in place:
            columns[name] = replaced(columns[name], texts)
    kinds = {column.name: column.kind for column in table.columns if column.name in place}
    dated = [name for name, kind in kinds.items() if kind is Kind.DATE]
    numeric = [name for name, kind in kinds.items() if kind in _NUMERIC]
    dates, order = plain_dates({name: columns[name] for name in dated}, source.dates)
    numbers, sign = plain_numbers({name: columns[name] for name in numeric}, source.decimal, raw.delimiter)
    columns |= dates | numbers
    for name, unit in source.units.items():
        if name in place:
            columns[name] = times_packs(columns[name], unit, columns, packs)
    form = Format(raw.delimiter, sign, raw.encoding, order)
    return replace(raw, columns=columns), form


def _joined(parts: Sequence[tuple[str, RawTable]]) -> RawTable:
    """Put the parts of a table under each other."""
    if len(parts) == 1:
        return parts[0][1]
    headings = list(dict.fromkeys(heading for _, raw in parts for heading in raw.columns))
    columns = {}
    for heading in headings:
        cells = [raw.columns.get(heading) or constant_cells("", len(raw.lines)) for _, raw in parts]
        offsets = np.cumsum([0, *(len(one.values) for one in cells[:-1])])
        codes = [one.codes + np.int32(offset) for one, offset in zip(cells, offsets, strict=True)]
        values = pa.concat_arrays([one.values.cast(pa.large_string()) for one in cells])
        columns[heading] = Cells(values, np.concatenate(codes), np.concatenate([one.native for one in cells]))
    widths = [_widened(raw.n_fields, len(headings) - len(raw.columns)) for _, raw in parts]
    return RawTable(
        columns,
        np.concatenate([raw.lines for _, raw in parts]),
        np.concatenate(widths),
        parts[0][1].delimiter,
        parts[0][1].encoding,
        tuple(name for name, raw in parts for _ in range(len(raw.lines))),
        tuple(replace(one, file=name) for name, raw in parts for one in raw.oddities),
    )


def _distinct(raw: RawTable, table: InputTable) -> RawTable:
    """Keep the first of the rows that are alike in every column of the table."""
    frame = pd.DataFrame(
        {
            column.name: pc.utf8_trim_whitespace(raw.columns[column.name].values).to_numpy(zero_copy_only=False)[
                raw.columns[column.name].codes
            ]
            for column in table.columns
            if column.name in raw.columns
        }
    )
    return raw.take(~frame.duplicated().to_numpy(dtype=np.bool_))
