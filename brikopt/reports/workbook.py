"""Write the lists for people as one Excel workbook; every id and text is text, never a formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from brikopt.contract.outputs import COVERAGE, OUTPUTS, TRIM_LIST, Column, Kind, Output
from brikopt.contract.rules import Language
from brikopt.reason import Reason
from brikopt.reports.cells import CellWriter, Formats, cell_width, fitting, header_height, line_height, row_height
from brikopt.reports.known_names import KnownNames
from brikopt.reports.sentences import Sentences, texts_of

WORKBOOK_FILE = "brikopt.xlsx"
# A hospital's lists are whole. A region's would be a workbook of 70 MB that no program opens with pleasure: its sheets
# hold what matters most of each list, and the tables beside the workbook hold everything.
MOST_ROWS = 12_000
# By what the rows of a long list are chosen: the largest stay, of the trim list the first of every ward.
_CHOSEN_BY = {
    "trim_list": ("rank", True),
    "expiry_flags": ("expected_expired_dkk", False),
    "transfers": ("expected_saved_dkk", False),
    "supply_risk": ("p_stockout", False),
    "dead_stock": ("value_dkk", False),
    "purchasing": ("saving_dkk_per_year", False),
    "out_of_date": ("value_dkk", False),
    "counts_worth_making": ("value_dkk_per_year", False),
    "levels": ("saving_dkk_per_year", False),
    "shifts": ("p_shift", False),
    "stock": ("on_hand_mean", False),
}
# Of these the most urgent rows stand first; the others have an order of their own.
_BY_URGENCY = ("expiry_flags", "out_of_date", "transfers", "supply_risk", "dead_stock", "counts_worth_making", "levels")
# What is printed of a list: the rows that somebody reads on paper. The sheet itself holds them all.
PRINTED_ROWS = 25
_CHART = {"x_scale": 1.0, "y_scale": 0.95, "x_offset": 12}
_FRONT_WIDTH = 74  # characters of the front sheet
_SECTION = Column("section", Kind.TEXT)
# The lists that somebody acts on come first.
_ORDER = (
    "trim_list",
    "out_of_date",
    "expiry_flags",
    "transfers",
    "supply_risk",
    "lenders",
    "dead_stock",
    "counts_worth_making",
    "purchasing",
    "shifts",
    "coverage",
    "review_plan",
    "climate_account",
    "levels",
    "cabinet_levels",
    "stock",
    "data_quality",
    "rejected_rows",
)


@dataclass(frozen=True, slots=True)
class Front:
    """What the front sheet and every footer say about the run.

    Attributes
    ----------
    run_id, version : str
        Which run of which brikopt.
    as_of : date
        Moment of decision.
    findings : sequence of str
        The main figures, a sentence each.
    bands : DataFrame, optional
        As from ``by_band``: what may expire, by how soon.
    names : KnownNames, optional
        What items and wards are called.
    """

    run_id: str
    version: str
    as_of: date
    findings: Sequence[str]
    bands: pd.DataFrame | None = None
    names: KnownNames | None = None


def write_workbook(
    tables: Mapping[str, pd.DataFrame],
    path: Path,
    lang: Language,
    front: Front,
    *,
    most_rows: int = MOST_ROWS,
) -> None:
    """Write a front sheet and a sheet for each list.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        By output name; the columns are those of the output, values unformatted as for ``write_table``.
    path : Path
        The ``.xlsx`` file.
    lang : {"da", "en"}
        Language of headings and code words.
    front : Front
        The run and its main figures.
    most_rows : int
        Rows on a sheet; of a longer list it holds those that matter most, in the order of the list, and a last line
        says so and where all are.

    Raises
    ------
    KeyError
        If a table is no output, or lacks a column.

    Notes
    -----
    The same tables give the same bytes: the file's date of creation is the moment of decision.
    """
    by_name = {output.name: output for output in OUTPUTS}
    outputs = sorted((by_name[name] for name in tables), key=_place_in_order)
    # Constant memory: rows go to the disk as they come, so a region's levels fit.
    with Workbook(path, {"constant_memory": True}) as book:
        book.set_properties({"title": "brikopt", "created": datetime.combine(front.as_of, time())})
        texts, formats = texts_of(lang), Formats.of(book)
        _write_front(book, tables, outputs, texts, front)
        for output in outputs:
            frame = _by_urgency(tables[output.name], output)
            sheet = book.add_worksheet(texts["sheets"][output.name][0])
            kept = _most_important(frame, output, most_rows)
            shown = _for_people(output, frame)
            if front.names is not None:
                shown, kept = front.names.beside(shown, kept)
            _write_list(sheet, kept, shown, CellWriter(texts, formats))
            sheet.print_area(0, 0, min(len(kept), PRINTED_ROWS), len(shown.columns) - 1)
            if len(kept) < len(frame):
                facts: dict[str, int | float | str | date | bool] = {
                    "shown": len(kept),
                    "rows": len(frame),
                    "file": f"{output.name}.csv",
                }
                sheet.write_string(len(kept) + 1, 0, Sentences(lang).say(Reason("sheet_shortened", facts)))
        for sheet in book.worksheets():
            _set_up_print(sheet, texts["front"], front)


def _by_urgency(frame: pd.DataFrame, output: Output) -> pd.DataFrame:
    """The rows with what matters most first, where the list has no order of its own."""
    name, smallest_first = _CHOSEN_BY.get(output.name, ("", True))
    if output.name not in _BY_URGENCY or name not in frame:
        return frame
    return frame.sort_values(name, ascending=smallest_first, kind="stable", na_position="last")


def _most_important(frame: pd.DataFrame, output: Output, most_rows: int) -> pd.DataFrame:
    """The rows of a list that its sheet has room for, in their order."""
    if len(frame) <= most_rows:
        return frame
    name, smallest_first = _CHOSEN_BY.get(output.name, ("", True))
    if name not in frame:
        return frame.iloc[:most_rows]
    by = frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
    chosen = np.argsort(by if smallest_first else -by, kind="stable")[:most_rows]
    return frame.iloc[np.sort(chosen)]


def _place_in_order(output: Output) -> int:
    return _ORDER.index(output.name) if output.name in _ORDER else len(_ORDER)


def _write_front(
    book: Workbook,
    tables: Mapping[str, pd.DataFrame],
    outputs: Sequence[Output],
    texts: Mapping[str, Any],
    front: Front,
) -> None:
    words, sheets = texts["front"], texts["sheets"]
    sheet = book.add_worksheet("brikopt")
    bold, large = book.add_format({"bold": True}), book.add_format({"bold": True, "font_size": 16})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, _FRONT_WIDTH)
    sheet.set_column(2, 2, 12)
    heading = [((words["title"], large),), (), ((words["findings"], bold),)]
    findings = [(("", wrapped), (line, wrapped)) for line in front.findings]
    soon = [] if front.bands is None else [(), *_bands(front.bands, texts, bold, wrapped)]
    run = [
        *soon,
        (),
        ((words["made_from"], bold),),
        ((words["as_of"], wrapped), (f"{front.as_of:%d-%m-%Y}", wrapped)),
        ((words["run_id"], wrapped), (front.run_id, wrapped)),
        ((words["version"], wrapped), (front.version, wrapped)),
        (),
        ((words["lists"], bold), ("", bold), (words["rows"], bold)),
    ]
    lists = [(*((text, wrapped) for text in sheets[o.name]), (len(tables[o.name]), wrapped)) for o in outputs]
    for row, line in enumerate(front.findings, start=len(heading)):
        sheet.set_row(row, line_height(line, _FRONT_WIDTH))
    first_list = len(heading) + len(findings) + len(run)
    for row, cells in enumerate([*heading, *findings, *run, *lists]):
        for column, (value, form) in enumerate(cells):
            if row >= first_list and column == 0:
                sheet.write_url(row, 0, f"internal:'{value}'!A1", string=value)
            elif isinstance(value, str):
                sheet.write_string(row, column, fitting(value), form)
            else:
                sheet.write_number(row, column, value, form)
    first_band = len(heading) + len(findings) + 2
    _draw(book, sheet, tables, texts, None if front.bands is None else (first_band, len(front.bands)))


def _draw(
    book: Workbook,
    sheet: Worksheet,
    tables: Mapping[str, pd.DataFrame],
    texts: Mapping[str, Any],
    bands: tuple[int, int] | None,
) -> None:
    """Two charts beside the main figures: kroner by how soon goods expire, and coverage against its target."""
    words = texts["front"]
    if bands is not None and bands[1]:
        first, last = bands[0], bands[0] + bands[1] - 1
        bars = book.add_chart({"type": "column"})
        bars.add_series({"categories": ["brikopt", first, 0, last, 0], "values": ["brikopt", first, 2, last, 2]})
        bars.set_title({"name": words["bands"], "name_font": {"size": 12}})
        bars.set_legend({"none": True})
        bars.set_y_axis({"num_format": "#,##0", "name": words["band_dkk"]})
        sheet.insert_chart(2, 4, bars, _CHART)
    covered = tables.get("coverage")
    if covered is None or not len(covered):
        return
    names = [column.name for column in COVERAGE.columns]
    name, rows = texts["sheets"]["coverage"][0], len(covered)
    shares = book.add_chart({"type": "bar"})
    for column in ("share", "target"):
        place = names.index(column)
        shares.add_series(
            {
                "name": texts["columns"][column],
                "categories": [name, 1, 0, rows, 1],
                "values": [name, 1, place, rows, place],
            }
        )
    shares.set_title({"name": texts["sheets"]["coverage"][0], "name_font": {"size": 12}})
    shares.set_x_axis({"num_format": "0%", "min": 0, "max": 1})
    shares.set_y_axis({"reverse": True})
    shares.set_legend({"position": "bottom"})
    sheet.insert_chart(18, 4, shares, _CHART)


def _bands(bands: pd.DataFrame, texts: Mapping[str, Any], bold: Format, wrapped: Format) -> list[tuple[Any, ...]]:
    """Rows of the front sheet: goods that may expire, and DKK, by how soon."""
    words = texts["front"]
    rows = [
        (
            (texts["bands"][row["band"]], wrapped),
            (words["band_counts"].format(positions=row["positions"], units=round(row["units"])), wrapped),
            (round(row["dkk"]), wrapped),
        )
        for row in bands.to_dict("records")
    ]
    return [((words["bands"], bold), ("", bold), (words["band_dkk"], bold)), *rows]


def _for_people(output: Output, frame: pd.DataFrame) -> Output:
    """The output's columns, the trim list's with the section of each line after its rank, where it is known."""
    if output is not TRIM_LIST or _SECTION.name not in frame:
        return output
    after = [column.name for column in output.columns].index("rank") + 1
    return Output(output.name, (*output.columns[:after], _SECTION, *output.columns[after:]))


def _write_list(sheet: Worksheet, frame: pd.DataFrame, output: Output, writer: CellWriter) -> None:
    headings = [writer.heading(column) for column in output.columns]
    sheet.set_row(0, header_height(headings, output.columns), None)
    for place, (heading, column) in enumerate(zip(headings, output.columns, strict=True)):
        sheet.write_string(0, place, heading, writer.formats.heading)
        sheet.set_column(place, place, cell_width(column), writer.format_of(column))
    columns = [writer.values(frame[column.name], column) for column in output.columns]
    writes = [writer.write_of(sheet, column) for column in output.columns]
    formats = [writer.format_of(column) for column in output.columns]
    for row, cells in enumerate(zip(*columns, strict=True), start=1):
        height = row_height(cells, output.columns)
        if height is not None:
            sheet.set_row(row, height)
        for place, value in enumerate(cells):
            if value is not None:
                writes[place](row, place, value, formats[place])
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(frame)), len(output.columns) - 1)
    sheet.repeat_rows(0)


def _set_up_print(sheet: Worksheet, words: Mapping[str, str], front: Front) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
    made = words["footer"].format(version=front.version, run_id=front.run_id, as_of=f"{front.as_of:%d-%m-%Y}")
    sheet.set_footer(f"&L{made.replace('&', '&&')}&R{words['page']} &P / &N")
