"""One file of extracts, with some cells changed, some rows blanked and some added; every line keeps its number."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from brikopt.contract.cells import RawTable
from brikopt.contract.dates import DateOrder, find_date_style
from brikopt.contract.files import read_sent
from brikopt.contract.headings import match_headings
from brikopt.contract.tables import InputTable, Kind

Row = dict[str, Any]
Place = tuple[str, str]


def write_with(
    sent: Path | RawTable | None,
    table: InputTable,
    out: Path,
    added: Sequence[Row],
    changed: Mapping[Place, Mapping[str, int] | None] | None = None,
) -> None:
    """Write an extract as CSV, with what flowed back.

    Parameters
    ----------
    sent : Path, RawTable or None
        The file as sent, or its rows where a mapping gave them other names; None where there is none.
    table : InputTable
        What it holds.
    out : Path
        The file to write: UTF-8, the delimiter and the order of dates as sent.
    added : sequence of dict
        Rows by column; dates as date, None is blank.
    changed : mapping of (cabinet_id, item_id) to mapping, optional
        New whole numbers by column for the first row of a place; None blanks every row of it.

    Notes
    -----
    A row stays on the physical line on which it was sent, so that what is said about line 418 is true of the file
    that people have.
    """
    raw = read_sent(sent, table).raw if isinstance(sent, Path) else sent
    if raw is None:
        names = [column.name for column in table.columns]
        raw = RawTable({}, _NO_LINES, _NO_LINES)
        of_column = dict(zip(names, names, strict=True))
        order: DateOrder = "YYYY-MM-DD"
        headings = names
    else:
        name = sent.name if isinstance(sent, Path) else out.name
        of_column = dict(match_headings(list(raw.columns), table, name).of_column)
        needed = sorted({name for row in added for name, value in row.items() if value is not None} - of_column.keys())
        of_column |= {name: name for name in needed}
        headings = [*raw.columns, *needed]
        order = _order_of(raw, table, of_column)
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=raw.delimiter or ",", lineterminator="\n")
    writer.writerow([heading.split("\0")[0] for heading in headings])
    _write_sent(text, writer, raw, of_column, changed or {}, len(headings) - len(raw.columns))
    place_of = {heading: place for place, heading in enumerate(headings)}
    for row in added:
        cells = [""] * len(headings)
        for name, value in row.items():
            if value is not None:
                cells[place_of[of_column[name]]] = _written(value, order)
        writer.writerow(cells)
    out.write_text(text.getvalue(), encoding="utf-8", newline="")


_NO_LINES: Any = ()


def _order_of(raw: RawTable, table: InputTable, of_column: Mapping[str, str]) -> DateOrder:
    dates = (
        of_column[column.name] for column in table.columns if column.kind is Kind.DATE and column.name in of_column
    )
    return find_date_style(raw.columns[heading] for heading in dates if heading in raw.columns).order


def _write_sent(
    text: io.StringIO,
    writer: Any,  # noqa: ANN401 - csv names no public type
    raw: RawTable,
    of_column: Mapping[str, str],
    changed: Mapping[Place, Mapping[str, int] | None],
    more: int,
) -> None:
    line = 2
    done: set[Place] = set()
    for row, (cells, number, n_fields) in enumerate(zip(_rows(raw), raw.lines, raw.n_fields, strict=True)):
        # The header stands on line 1 here; where blank lines came before it, they come after it.
        text.write("\n" * (int(number) - line))
        line = max(line, int(number))
        place = _place(raw, row, of_column) if changed else ("", "")
        if place in changed and changed[place] is None:
            continue
        if place in changed and place not in done:
            done.add(place)
            for name, value in (changed[place] or {}).items():
                cells[list(raw.columns).index(of_column[name])] = str(value)
        before = text.tell()
        writer.writerow(_fields(cells, int(n_fields)) + [""] * more)
        line += text.getvalue()[before:].count("\n") if _breaks(cells) else 1


def _rows(raw: RawTable) -> Iterator[list[str]]:
    columns = [[str(value) for value in cells.values.to_pylist()] for cells in raw.columns.values()]
    codes = [cells.codes.tolist() for cells in raw.columns.values()]
    for row in range(len(raw.lines)):
        yield [values[code[row]] for values, code in zip(columns, codes, strict=True)]


def _fields(cells: list[str], n_fields: int) -> list[str]:
    """As many fields as were sent: a row with too many or too few stays the bad row that it is."""
    wanted = n_fields if n_fields >= 0 else len(cells) + 1
    return [*cells[:wanted], *[""] * (wanted - len(cells))]


def _breaks(cells: Sequence[str]) -> bool:
    return any("\n" in cell for cell in cells)


def _place(raw: RawTable, row: int, of_column: Mapping[str, str]) -> Place:
    cabinet, item = (raw.columns[of_column[name]].at(row).strip() for name in ("cabinet_id", "item_id"))
    return cabinet, item


def _written(value: object, order: DateOrder) -> str:
    if isinstance(value, date):
        return value.isoformat() if order == "YYYY-MM-DD" else f"{value:%d-%m-%Y}"
    return str(value)
