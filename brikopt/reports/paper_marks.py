"""What people fill in on paper: boxes to tick, blanks to write on; and the paper that draws each kind once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from brikopt.reports.paper_cells import BODY, SMALL, text_width

TICK: float = 5 * mm  # a box that a pen hits
_MARK_HEIGHT: float = TICK + 0.8 * mm
_GAP: float = 1 * mm
_NEXT_BOX: float = TICK + 0.2 * mm
_PAGES = "pages"  # the form that holds the number of pages


@dataclass(frozen=True, slots=True)
class Tick:
    """A box to tick, with its words behind it, or a letter in it."""

    label: str
    inside: bool = False

    def draw(self, canvas: Canvas, x: float) -> float:
        """Draw it at ``x`` and return where it ends."""
        canvas.rect(x, 0, TICK, TICK)
        if self.inside:
            canvas.drawCentredString(x + TICK / 2, TICK / 2 - 0.36 * BODY.size, self.label)
            return x + _NEXT_BOX
        canvas.drawString(x + TICK + _GAP, TICK / 2 - 0.36 * BODY.size, self.label)
        return x + TICK + 2.5 * _GAP + text_width(self.label, BODY)


@dataclass(frozen=True, slots=True)
class Blank:
    """A line of a length in points to write on, with words before and after it."""

    label: str
    length: float
    after: str = ""

    def draw(self, canvas: Canvas, x: float) -> float:
        """Draw it at ``x`` and return where it ends."""
        canvas.drawString(x, _GAP, self.label)
        start = x + (text_width(self.label, BODY) + 0.5 * _GAP if self.label else 0.0)
        canvas.line(start, 0.5 * _GAP, start + self.length, 0.5 * _GAP)
        canvas.drawString(start + self.length + 0.5 * _GAP, _GAP, self.after)
        return start + self.length + _GAP + text_width(self.after, BODY)


MarkRows = tuple[tuple[Tick | Blank, ...], ...]


class Marks(Flowable):
    """Rows of boxes to tick and blanks to write on.

    Parameters
    ----------
    *rows : tuple of Tick or Blank
        From the top, each from the left.
    """

    def __init__(self, *rows: tuple[Tick | Blank, ...]) -> None:
        super().__init__()
        self.rows = rows
        self.height = _MARK_HEIGHT * len(rows)

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Return the size, points."""
        return width, self.height

    def draw(self) -> None:
        """Place the stamp of these rows."""
        self.canv.stamp(self.rows)


class Paper(Canvas):
    """Canvas that draws the marks that many rows share once, and knows at the end how many pages there were."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - as the canvas takes them
        super().__init__(*arguments, **options)
        self._stamps: dict[MarkRows, str] = {}

    def stamp(self, rows: MarkRows) -> None:
        """Place rows of marks; they are drawn when the paper is saved."""
        self.doForm(self._stamps.setdefault(rows, f"marks{len(self._stamps)}"))

    def place_page_count(self) -> None:
        """Leave room for the number of pages."""
        self.doForm(_PAGES)

    def save(self) -> None:
        """Draw what was only placed so far."""
        pages = self.getPageNumber() - 1
        with self._form(_PAGES):
            self.setFont(SMALL.font, SMALL.size)
            self.drawString(0, 0, str(pages))
        for rows, name in self._stamps.items():
            with self._form(name):
                self._draw_marks(rows)
        super().save()

    @contextmanager
    def _form(self, name: str) -> Iterator[None]:
        self.beginForm(name)
        yield
        self.endForm()

    def _draw_marks(self, rows: MarkRows) -> None:
        self.setFont(BODY.font, BODY.size)
        self.setLineWidth(0.9)
        self.translate(0, len(rows) * _MARK_HEIGHT)
        for row in rows:
            self.translate(0, -_MARK_HEIGHT)
            x = 0.0
            for mark in row:
                x = mark.draw(self, x)
