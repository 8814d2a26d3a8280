"""A report as a PDF, on A4 standing."""

from __future__ import annotations

import io
from collections.abc import Sequence

from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, SimpleDocTemplate, Spacer, Table

from brikopt.contract.rules import Language
from brikopt.reports.paper_cells import BODY, BOLD, HEADING, LEAD, TITLE, Face, Typeset, register_fonts
from service.unit_reports.words import Told

_MARGIN = 18 * mm
_WIDTH = A4[0] - 2 * _MARGIN - 12
_MOST_LINES = 40
_LINE = Color(0.72, 0.72, 0.72)


def report_pdf(report: Told, lang: Language) -> bytes:
    """Set a report.

    Parameters
    ----------
    report : Told
    lang : {"da", "en"}

    Returns
    -------
    bytes
        A PDF with its fonts in it; the same report gives the same bytes.
    """
    register_fonts()
    story: list[Flowable] = [_said(report.title, TITLE), Spacer(1, 2 * mm)]
    for line in report.lead:
        story += [_said(line, LEAD), Spacer(1, 1.5 * mm)]
    for part in report.parts:
        story += [Spacer(1, 4 * mm), _said(part.heading, HEADING)]
        for line in part.lines:
            story += [_said(line, BODY), Spacer(1, 1 * mm)]
        if part.table:
            story.append(_table(part.table))
    story += [Spacer(1, 6 * mm), _said(report.made, BODY)]
    content = io.BytesIO()
    document = SimpleDocTemplate(
        content,
        pagesize=A4,
        title=report.title,
        author="brikopt",
        lang=lang,
        invariant=1,
        **{f"{side}Margin": _MARGIN for side in ("left", "right", "top", "bottom")},
    )
    document.build(story)
    return content.getvalue()


def _said(text: str, face: Face) -> Typeset:
    return Typeset(text, face, _WIDTH, most=_MOST_LINES)


def _table(rows: Sequence[Sequence[str]]) -> Table:
    width = _WIDTH / len(rows[0])
    cells = [
        [Typeset(cell, BODY if number else BOLD, width - 8, most=_MOST_LINES) for cell in row]
        for number, row in enumerate(rows)
    ]
    style = [("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    return Table(cells, colWidths=[width] * len(rows[0]), repeatRows=1, style=style, hAlign="LEFT")
