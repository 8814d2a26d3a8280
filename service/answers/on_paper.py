"""A list as a PDF that one would hand on: numbers whole and flush right, headings and run on each page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, LongTable, SimpleDocTemplate, Spacer

from brikopt.contract.rules import Language
from brikopt.reports.paper_cells import BODY, BOLD, LEAD, TITLE, Face, Typeset, register_fonts, text_width

_MARGIN = 12 * mm
_SIZE = landscape(A4)
# Paper for a thousand rows is a book already; the other files hold them all.
MOST_ROWS = 2_000
_PADDING = 8.0  # points in a cell, left and right together
_LEAST, _MOST = 34.0, 150.0  # width of a column of short texts, points
_LINE = Color(0.72, 0.72, 0.72)
_BAND = Color(0.95, 0.96, 0.97)
_MOST_LINES = 12


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands around a list.

    Attributes
    ----------
    title : str
    about : sequence of str
        By what its rows were chosen, when it was made and by whom.
    made : str
        From which run.
    page_of, shortened : str
        How pages are counted (``{page}`` of ``{pages}``), and how it says that paper holds only ``{shown}`` of
        ``{rows}`` rows.
    lang : {"da", "en"}
    """

    title: str
    about: Sequence[str]
    made: str
    page_of: str
    shortened: str
    lang: Language


@dataclass(frozen=True, slots=True)
class PaperColumn:
    """One column: its heading, its usual width in signs (0: as wide as its widest value), and how it is set."""

    heading: str
    signs: int
    right: bool
    long: bool


class _Counted(Canvas):  # type: ignore[misc]
    """A canvas whose pages say how many there are."""

    def __init__(self, *arguments: object, paper: Paper, **named: object) -> None:
        super().__init__(*arguments, **named)
        self._paper = paper
        self._kept: list[dict[str, object]] = []

    def showPage(self) -> None:  # noqa: N802 - as reportlab calls it
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for number, state in enumerate(self._kept, start=1):
            self.__dict__.update(state)
            self.setFont(BODY.font, BODY.size)
            self.drawString(_MARGIN, 7 * mm, self._paper.made)
            told = self._paper.page_of.format(page=number, pages=len(self._kept))
            self.drawRightString(_SIZE[0] - _MARGIN, 7 * mm, told)
            super().showPage()
        super().save()


def as_pdf(paper: Paper, columns: Sequence[PaperColumn], rows: Sequence[Sequence[str]]) -> bytes:
    """Set a list on A4, lying.

    Parameters
    ----------
    paper : Paper
    columns : sequence of PaperColumn
    rows : sequence of sequence of str
        The words of each row, one a column.

    Returns
    -------
    bytes
        A PDF with its fonts in it. Of a very long list it holds the first rows, and says so.
    """
    register_fonts()
    shown = rows[:MOST_ROWS]
    widths = _widths(columns, shown)
    lines = [_cells([c.heading for c in columns], columns, widths, BOLD)]
    lines += [_cells(row, columns, widths, BODY) for row in shown]
    style = [
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
        ("BACKGROUND", (0, 0), (-1, 0), _BAND),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), _PADDING / 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING / 2),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ]
    wide = _SIZE[0] - 2 * _MARGIN - 12
    story: list[Flowable] = [Typeset(paper.title, TITLE, wide, most=2)]
    if paper.about:
        story.append(Typeset(" · ".join(paper.about), LEAD, wide, most=4))
    if len(shown) < len(rows):
        story.append(Typeset(paper.shortened.format(shown=len(shown), rows=len(rows)), LEAD, wide, most=2))
    story += [Spacer(1, 3 * mm), LongTable(lines, colWidths=widths, repeatRows=1, style=style, hAlign="LEFT")]
    content = io.BytesIO()
    document = SimpleDocTemplate(
        content,
        pagesize=_SIZE,
        title=paper.title,
        author="brikopt",
        lang=paper.lang,
        invariant=1,
        **{f"{side}Margin": _MARGIN for side in ("left", "right", "top", "bottom")},
    )
    document.build(story, canvasmaker=partial(_Counted, paper=paper))
    return content.getvalue()


def _cells(row: Sequence[str], columns: Sequence[PaperColumn], widths: Sequence[float], face: Face) -> list[Typeset]:
    parts = zip(row, columns, widths, strict=True)
    return [
        Typeset(text, face, width - _PADDING, most=_MOST_LINES, right=column.right) for text, column, width in parts
    ]


def _widths(columns: Sequence[PaperColumn], rows: Sequence[Sequence[str]]) -> list[float]:
    """Give short columns what their widest value needs, so that no number is broken, and the rest to the sentences."""
    wide = _SIZE[0] - 2 * _MARGIN - 12
    needs = [_need(column, [row[place] for row in rows]) for place, column in enumerate(columns)]
    long = [place for place, column in enumerate(columns) if column.long]
    left = wide - sum(need for place, need in enumerate(needs) if place not in long)
    least = 110.0 * len(long)
    if long and left >= least:
        return [left / len(long) if place in long else need for place, need in enumerate(needs)]
    # More columns than a page is wide: names give way first, as they can be broken, and then everything a little.
    fixed = [place for place, column in enumerate(columns) if column.right]
    room = wide - sum(needs[place] for place in fixed)
    others = sum(110.0 if place in long else needs[place] for place in range(len(columns)) if place not in fixed)
    if room > 0.35 * wide and others:
        scale = room / others
        return [
            need if place in fixed else scale * (110.0 if place in long else need) for place, need in enumerate(needs)
        ]
    if not long and sum(needs) <= wide:
        return needs
    total = sum(110.0 if place in long else need for place, need in enumerate(needs))
    return [wide / total * (110.0 if place in long else need) for place, need in enumerate(needs)]


def _need(column: PaperColumn, values: Sequence[str]) -> float:
    if column.long:
        return 0.0
    words = max((text_width(word, BOLD) for word in column.heading.split()), default=0.0)
    widest = max((text_width(value, BODY) for value in values), default=0.0)
    whole = max(words, widest) + _PADDING + 1.0
    return whole if column.right else min(max(whole, _LEAST), _MOST)
