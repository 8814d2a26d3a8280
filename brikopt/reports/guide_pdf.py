"""The trimming guide on A4 paper: the rows, numbers and tick boxes of the page, as PDF."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby

import segno
from reportlab.lib.colors import Color, black
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, LongTable, SimpleDocTemplate, Spacer, Table

from brikopt.reports.guide import Guide, GuideCabinet, GuideRow, lettered_causes
from brikopt.reports.paper_cells import (
    BODY,
    BOLD,
    HEADING,
    LEAD,
    LEAD_BOLD,
    SMALL,
    TITLE,
    Face,
    Strip,
    Typeset,
    pieces,
    register_fonts,
)
from brikopt.reports.paper_marks import Blank, Marks, Paper, Tick
from brikopt.reports.sentences import texts_of

_PAGE = landscape(A4)
_SIDE, _TOP, _BOTTOM = 8 * mm, 10 * mm, 14 * mm
_WIDTH = _PAGE[0] - 2 * _SIDE
# Columns in the order of the page; they fill the width of the paper.
_COLUMNS = tuple(width * mm for width in (8, 39, 15, 31, 30, 29, 63, 13, 23, 30))
_CODE = 24 * mm
_PADDING = 1 * mm
_FRAME = 6.0  # what reportlab keeps clear inside its margins
_GREY = Color(0.9, 0.9, 0.9)  # behind headings; light enough for black text in any print
_BARE = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    *((f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")),
]
_QUIET_MODULES = 4  # white around the code, as its standard wants
# A row that is taller goes on in rows of its own, so that a page can end between them.
_TALLEST = 0.5 * (_PAGE[1] - _TOP - _BOTTOM)


def guide_pdf(guide: Guide) -> bytes:
    """Set the guide of a ward on A4, lying.

    Parameters
    ----------
    guide : Guide
        What it says.

    Returns
    -------
    bytes
        A PDF with its fonts in it; the same bytes for the same guide.
    """
    register_fonts()
    words = texts_of(guide.edition.lang)["guide"]
    paper = io.BytesIO()
    document = SimpleDocTemplate(
        paper,
        pagesize=_PAGE,
        leftMargin=_SIDE - _FRAME,
        rightMargin=_SIDE - _FRAME,
        topMargin=_TOP - _FRAME,
        bottomMargin=_BOTTOM,
        title=f"{words['title']}: {guide.ward_name} ({guide.ward_id})",
        author="brikopt",
        lang=guide.edition.lang,
        invariant=1,
    )
    foot = partial(_draw_foot, guide=guide)
    story = [_head(guide), *(part for cabinet in guide.cabinets for part in _cabinet(cabinet, guide))]
    if not guide.is_empty:
        story.append(_signature(guide))
    document.build(story, onFirstPage=foot, onLaterPages=foot, canvasmaker=Paper)
    return paper.getvalue()


def _draw_foot(canvas: Paper, _document: object, *, guide: Guide) -> None:
    words = texts_of(guide.edition.lang)["guide"]
    canvas.saveState()
    canvas.setFont(SMALL.font, SMALL.size)
    if not guide.is_empty:
        causes = ", ".join(f"{letter} {cause}" for letter, cause in lettered_causes(guide.edition.lang))
        canvas.drawString(_SIDE, _BOTTOM - 4 * mm, f"{words['thrown']}, {words['cause'].lower()}: {causes}.")
    canvas.drawString(_SIDE, _BOTTOM - 8 * mm, guide.edition.foot)
    ward = Typeset(f"{guide.ward_name} ({guide.ward_id})", SMALL, 90 * mm, most=1).lines
    canvas.drawRightString(_PAGE[0] - _SIDE - 32 * mm, _BOTTOM - 8 * mm, ward[0] if ward else "")
    # The number of pages is known only at the end; it starts where this text ends.
    end = _PAGE[0] - _SIDE - 6 * mm
    canvas.drawRightString(end, _BOTTOM - 8 * mm, f"{words['page']} {canvas.getPageNumber()} {words['of']} ")
    canvas.translate(end, _BOTTOM - 8 * mm)
    canvas.place_page_count()
    canvas.restoreState()


def _head(guide: Guide) -> Flowable:
    """Heading, what to look at first, what to do, and the code of the ward's page."""
    words = texts_of(guide.edition.lang)["guide"]
    code_width = 44 * mm
    width = _WIDTH - code_width - 4 * mm
    about = f"{words['about']}. {guide.hospital}, {guide.unit}. {words['as_of']}: {guide.edition.as_of_text}."
    title = f"{words['title']}: {guide.ward_name} ({guide.ward_id})"
    left: list[Flowable] = [
        Typeset(title, TITLE, width, most=2),
        Typeset(about, LEAD, width, most=2),
        Spacer(0, 2 * mm),
    ]
    if not guide.is_empty:
        help_columns = [[_first(guide, 0.44 * width), _steps(guide, 0.53 * width)]]
        left.append(Table(help_columns, colWidths=[0.46 * width, 0.54 * width], style=_BARE))
    right = [
        _Code(guide.address),
        Typeset(f"{words['scan']} {guide.address}", SMALL, code_width, most=8),
    ]
    return Table([[left, right]], colWidths=[_WIDTH - code_width, code_width], style=_BARE)


def _first(guide: Guide, width: float) -> list[Flowable]:
    words = texts_of(guide.edition.lang)["guide"]
    lines: list[Flowable] = [Typeset(words["first"], HEADING, width)]
    if guide.stale:
        lines.append(Typeset(guide.stale, LEAD_BOLD, width, most=5))
    if guide.first:
        lines += [
            Typeset(words["worth"], LEAD, width),
            *(Typeset(line, LEAD, width, most=3) for _, line in guide.first),
        ]
    else:
        lines.append(Typeset(words["first_none"], LEAD, width))
    return lines


def _steps(guide: Guide, width: float) -> list[Flowable]:
    words = texts_of(guide.edition.lang)["guide"]
    steps = (f"{number}. {step}" for number, step in enumerate(words["steps"], start=1))
    return [Typeset(words["steps_heading"], HEADING, width), *(Typeset(step, LEAD, width) for step in steps)]


def _cabinet(cabinet: GuideCabinet, guide: Guide) -> list[Flowable]:
    words = texts_of(guide.edition.lang)["guide"]
    heading = [Spacer(0, 3 * mm), Typeset(f"{words['cabinet']} {cabinet.cabinet_id}", HEADING, _WIDTH, most=2)]
    if not cabinet.rows:
        return [*heading, Typeset(words["empty"], LEAD, _WIDTH)]
    names = ("number", "item", "counted", "expiry", "habit", "level", "to_do", "per_minute", "decision", "thrown")
    head = [[Typeset(words[name], BOLD, _inner(place))] for place, name in enumerate(names)]
    rows, together = [_strip(head, _GREY)], []
    for section, items in groupby(cabinet.rows, key=lambda row: row.section):
        if section:  # stays with the row below
            together.append(("NOSPLIT", (0, len(rows)), (0, len(rows) + 1)))
            rows.append(Strip([[Typeset(section, BOLD, _WIDTH - 2 * _PADDING)]], [_WIDTH], _PADDING, _GREY))
        rows += [_strip(part) for row in items for part in _row_parts(row, guide)]
    # One column of strips: the table only repeats the headings and breaks between rows.
    table = LongTable([[row] for row in rows], colWidths=[_WIDTH], repeatRows=1, style=[*_BARE, *together])
    return [*heading, Typeset(cabinet.summary, LEAD, _WIDTH), Spacer(0, 1 * mm), table]


def _strip(cells: Sequence[Sequence[Flowable]], shade: Color | None = None) -> Strip:
    return Strip(cells, _COLUMNS, _PADDING, shade)


def _inner(column: int) -> float:
    return float(_COLUMNS[column] - 2 * _PADDING)


def _row_parts(row: GuideRow, guide: Guide) -> Iterator[list[list[Flowable]]]:
    """Rows of the table that one item takes: one, and more where there is more to do than half a page holds."""
    first, *others = _stacks(_tasks(row))
    yield _cells(row, guide, first)
    words = texts_of(guide.edition.lang)["guide"]
    for stack in others:
        again = [Typeset(row.name, BOLD, _inner(1), most=2), Typeset(words["continued"], SMALL, _inner(1))]
        number = [Typeset(str(row.number), BODY, _inner(0), right=True)]
        yield [number, again, [], [], [], [], stack, [], [], []]


def _stacks(parts: Sequence[Flowable]) -> list[list[Flowable]]:
    """Stack parts, each stack as high as a row may be."""
    stacks: list[list[Flowable]] = [[]]
    height = 0.0
    for part in parts:
        if stacks[-1] and height + part.height > _TALLEST:
            stacks.append([])
            height = 0.0
        stacks[-1].append(part)
        height += part.height
    return stacks


def _cells(row: GuideRow, guide: Guide, tasks: list[Flowable]) -> list[list[Flowable]]:
    lang = guide.edition.lang
    words = texts_of(lang)["guide"]
    new = Typeset(f"{words['level_new']} {row.new_level_text or words['unchanged']}", _weight(row), _inner(5))
    letters = tuple(Tick(letter, inside=True) for letter, _ in lettered_causes(lang))
    other = words["other"]
    choices = ((Tick(words["yes"]), Tick(words["no"])), (Tick(other.rstrip(":")),))
    return [
        [Typeset(str(row.number), BODY, _inner(0), right=True)],
        [Typeset(row.name, BOLD, _inner(1)), Typeset(f"{words['item_id']} {row.item_id}", SMALL, _inner(1))],
        [],
        [Typeset(row.expiry_text, BODY, _inner(3)), Marks((Blank(words["read"], 17 * mm),))],
        [Typeset(row.habit_text, BODY, _inner(4))],
        [
            Typeset(f"{words['level_today']} {row.level_text}", BODY, _inner(5)),
            new,
            Marks((Blank(other, 7.5 * mm, "–"), Blank("", 7.5 * mm))),
        ],
        tasks,
        [Typeset(row.worth_text, BODY, _inner(7), right=True)],
        [Marks(*choices)],
        [Marks((Blank("", 12 * mm, after=words["units"]),), letters)],
    ]


def _weight(row: GuideRow) -> Face:
    return BOLD if row.new_level_text else BODY


def _tasks(row: GuideRow) -> list[Flowable]:
    return [
        part
        for task in row.tasks
        for part in (
            Typeset(f"{task.word[:1].upper()}{task.word[1:]}.", BOLD, _inner(6)),
            *pieces(task.why, BODY, _inner(6)),
        )
    ]


def _signature(guide: Guide) -> Flowable:
    words = texts_of(guide.edition.lang)["guide"]
    names = (Blank(f"{words['signed_by']}: ", 80 * mm), Blank(f"   {words['signed_on']}: ", 40 * mm))
    return KeepTogether([Spacer(0, 6 * mm), Marks(names)])


class _Code(Flowable):
    """The QR code of an address, with its quiet edge."""

    def __init__(self, address: str) -> None:
        super().__init__()
        # No code holds an address of some thousand signs; it stands in words below.
        try:
            self.modules = tuple(segno.make(address, error="m", micro=False).matrix)
        except segno.DataOverflowError:
            self.modules = ()

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Return the size, points."""
        return _CODE, _CODE

    def draw(self) -> None:
        """Draw the dark modules of each row, those side by side as one."""
        side = _CODE / (len(self.modules) + 2 * _QUIET_MODULES)
        canvas = self.canv
        canvas.setFillColor(black)
        for down, row in enumerate(self.modules, start=1):
            y = _CODE - (down + _QUIET_MODULES) * side
            for start, length in _runs(row):
                canvas.rect((start + _QUIET_MODULES) * side, y, length * side, side, stroke=0, fill=1)


def _runs(row: bytearray) -> Iterator[tuple[int, int]]:
    """Where dark modules begin, and how many lie side by side."""
    start = 0
    for dark, run in groupby(row):
        length = len(list(run))
        if dark:
            yield start, length
        start += length
