"""A list as a file for people: CSV, workbook, page or print."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from babel.numbers import format_decimal, format_percent
from fastapi.responses import Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from brikopt.contract.outputs import Column, Kind
from brikopt.contract.rules import Language
from brikopt.reports import sentences
from brikopt.reports.cells import CellWriter, Formats, cell_width, header_height, is_share, row_height
from service.answers.forms import MEDIA_TYPES, Form
from service.answers.on_paper import Paper, PaperColumn, as_pdf
from service.texts import texts_of

# What a spreadsheet takes for the start of a formula; a plain negative number is none.
_FORMULA = re.compile(r"^[\s]*[=+\-@\t\r\n|%＝＋－＠]")
_NUMBER = re.compile(r"^-?\d+([.,]\d+)?$")
# Beside a share, a few decimals are all that anybody reads.
_READ_PLACES = {Kind.NUMBER: 1, Kind.RATE: 3}
_DECIMALS = {Kind.DKK: 2, Kind.NUMBER: 4, Kind.RATE: 6}
_LONG = ("reason", "detail", "advice", "effect", "rule", "cause")
_PAGES = Environment(
    loader=PackageLoader("service.answers", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list and what stands around it.

    Attributes
    ----------
    name : str
        File name without ending.
    title, made : str
        What it is, and from which run.
    columns : sequence of Column
        Names and kinds.
    rows : sequence of mapping
        Plain values by column.
    lang : {"da", "en"}
        Language of headings and code words.
    about : sequence of str
        By what the rows were chosen, when this was made and by whom.
    """

    name: str
    title: str
    made: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    lang: Language
    about: Sequence[str] = ()

    def heading(self, column: Column) -> str:
        """Return a column's heading."""
        return str(_texts(self.lang)["columns"].get(column.name, column.name))

    def word(self, value: object, column: Column) -> str:
        """Return a value as people read it."""
        if value is None:
            return ""
        if column.kind in _DECIMALS and isinstance(value, int | float):
            return str(format_decimal(value, format=f"0.{'0' * _DECIMALS[column.kind]}", locale=self.lang))
        if column.kind is Kind.DATE:
            return "-".join(reversed(str(value).split("-")))
        return str(_texts(self.lang)["values"].get(column.name, {}).get(value, value))

    def on_paper(self, value: object, column: Column) -> str:
        """Return a value as it is read on a page: 82 % for a share, no more decimals than anybody needs."""
        if isinstance(value, int | float) and column.kind is not Kind.TEXT:
            if column.kind is Kind.FLAG:
                return str(_texts(self.lang)["flags"]["yes" if value else "no"])
            if is_share(column):
                return str(format_percent(value, format="#,##0 %", locale=self.lang))
            places = 0 if column.kind in (Kind.UNITS, Kind.DKK) or abs(value) >= 100 else _READ_PLACES[column.kind]
            return str(format_decimal(value, format="#,##0." + "#" * places, locale=self.lang))
        return self.word(value, column)


def as_file(sheet: Sheet, form: Form) -> Response:
    """Make the file.

    Parameters
    ----------
    sheet : Sheet
    form : Form
        Any but JSON.

    Returns
    -------
    Response
        Saved under the sheet's name; a page is shown.
    """
    content = _MAKERS[form](sheet)
    shown = "inline" if form in (Form.HTML, Form.PDF) else "attachment"
    safe = re.sub(r"[^A-Za-z0-9_.-]", "_", sheet.name)
    headers = {"Content-Disposition": f'{shown}; filename="{safe}.{form}"', "Vary": "Accept, Accept-Language"}
    return Response(content, media_type=MEDIA_TYPES[form], headers=headers)


def defused(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would take for a formula.

    Examples
    --------
    >>> defused("=HYPERLINK(1)"), defused("-5"), defused("Kanyle")
    ("'=HYPERLINK(1)", '-5', 'Kanyle')
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.match(text) else text


def _csv(sheet: Sheet) -> bytes:
    """Semicolons and a byte order mark, as Danish spreadsheets open them; the contract's column names."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.name for column in sheet.columns])
    for row in sheet.rows:
        writer.writerow([_csv_cell(row.get(column.name), column, sheet.lang) for column in sheet.columns])
    return text.getvalue().encode("utf-8-sig")


def _csv_cell(value: object, column: Column, lang: Language) -> str:
    if value is None:
        return ""
    if column.kind in _DECIMALS:
        written = f"{value:.{_DECIMALS[column.kind]}f}"
        return written.replace(".", ",") if lang == "da" else written
    return defused(str(value))


def _xlsx(sheet: Sheet) -> bytes:
    content = io.BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        writer = CellWriter(_texts(sheet.lang), Formats.of(book))
        page = book.add_worksheet(_sheet_name(sheet.title))
        headings = [sheet.heading(column) for column in sheet.columns]
        page.set_row(0, header_height(headings, sheet.columns))
        columns = []
        for place, (heading, column) in enumerate(zip(headings, sheet.columns, strict=True)):
            page.write_string(0, place, heading, writer.formats.heading)
            page.set_column(place, place, cell_width(column), writer.format_of(column))
            columns.append(writer.values(pd.Series([row.get(column.name) for row in sheet.rows], dtype=object), column))
        for number, cells in enumerate(zip(*columns, strict=True), start=1):
            page.set_row(number, row_height(cells, sheet.columns))
            for place, (value, column) in enumerate(zip(cells, sheet.columns, strict=True)):
                if value is not None:
                    writer.write_of(page, column)(number, place, value, writer.format_of(column))
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, max(1, len(sheet.rows)), max(0, len(sheet.columns) - 1))
        page.repeat_rows(0)
        page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        page.set_footer(f"&L{_footer(sheet)}&R&P / &N")
        if sheet.about:
            _write_about(book.add_worksheet(texts_of(sheet.lang)["lists"]["about"]), sheet, writer.formats)
    return content.getvalue()


def _sheet_name(title: str) -> str:
    """Excel takes 31 signs, and seven of them nowhere in a name of a sheet.

    Examples
    --------
    >>> _sheet_name("Trimliste A:1"), _sheet_name("[?]*")
    ('Trimliste A-1', '----')
    """
    return re.sub(r"[\[\]:*?/\\]", "-", title).strip("'")[:31] or "-"


def _footer(sheet: Sheet) -> str:
    """A footer holds 255 signs, codes included."""
    return sheet.made.replace("&", "&&")[:200]


def _write_about(page: Worksheet, sheet: Sheet, formats: Formats) -> None:
    page.set_column(0, 0, 100)
    for row, line in enumerate((sheet.title, *sheet.about, sheet.made)):
        page.write_string(row, 0, line, formats.sentence)


def _html(sheet: Sheet) -> bytes:
    return _PAGES.get_template("list.html").render(sheet=sheet, rows=_words(sheet)).encode()


def _pdf(sheet: Sheet) -> bytes:
    columns = [
        PaperColumn(
            sheet.heading(column),
            cell_width(column) if column.kind is Kind.TEXT else 0,
            right=column.kind not in (Kind.TEXT, Kind.DATE, Kind.FLAG),
            long=column.name in _LONG,
        )
        for column in sheet.columns
    ]
    rows = [[sheet.on_paper(row.get(column.name), column) for column in sheet.columns] for row in sheet.rows]
    words = texts_of(sheet.lang)["lists"]
    return as_pdf(
        Paper(sheet.title, sheet.about, sheet.made, words["page_of"], words["shortened"], sheet.lang), columns, rows
    )


def _words(sheet: Sheet) -> list[list[str]]:
    return [[sheet.on_paper(row.get(column.name), column) for column in sheet.columns] for row in sheet.rows]


def _texts(lang: Language) -> dict[str, Any]:
    """The words of the run's own lists, and those that only the service has."""
    lists, own = sentences.texts_of(lang), texts_of(lang)
    values = {**lists["values"], **own["values"], "band": own["bands"]}
    return {**lists, "columns": {**lists["columns"], **own["columns"]}, "values": values}


_MAKERS = {Form.CSV: _csv, Form.XLSX: _xlsx, Form.HTML: _html, Form.PDF: _pdf}
