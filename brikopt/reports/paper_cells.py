"""Text in the cells of a page on paper: fonts, and lines broken to the width of a cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, chain
from pathlib import Path

import matplotlib as mpl
from reportlab.lib.colors import Color
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.textobject import PDFTextObject
from reportlab.platypus import Flowable

_CUT = "…"
MOST_LINES = 10  # of a text that isn't set in pieces
_ENDLESS = 1_000_000
_LINE_WIDTH = 0.4  # points


@dataclass(frozen=True, slots=True)
class Face:
    """A font with its size and the distance between lines, in points."""

    font: str
    size: float
    leading: float


# DejaVu has every sign that a name of goods may hold, and comes with matplotlib.
_REGULAR, _STRONG = "DejaVuSans", "DejaVuSans-Bold"
TITLE = Face(_STRONG, 14.0, 18.0)
HEADING = Face(_STRONG, 10.0, 14.0)
LEAD, LEAD_BOLD = Face(_REGULAR, 8.5, 11.5), Face(_STRONG, 8.5, 11.5)
BOLD = Face(_STRONG, 7.5, 9.4)
BODY = Face(_REGULAR, 7.5, 9.4)
SMALL = Face(_REGULAR, 7.0, 8.8)


@cache
def register_fonts() -> None:
    """Make the fonts known to reportlab, once a process; they are put into every file."""
    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    for name in (_REGULAR, _STRONG):
        pdfmetrics.registerFont(TTFont(name, folder / f"{name}.ttf"))


def broken(text: str, face: Face, width: float, most: int) -> list[str]:
    """Break a text into lines.

    Parameters
    ----------
    text : str
        White space parts its words; a word that is wider than a line is cut.
    face : Face
        A registered font.
    width : float
        Of a line, points.
    most : int
        Lines; what is longer ends in an ellipsis.

    Returns
    -------
    list of str
    """
    lines: list[str] = []
    line, used = "", 0.0
    space = text_width(" ", face)
    for word in chain.from_iterable(_parts(whole, face, width) for whole in text.split()):
        wide = text_width(word, face)
        if line and used + space + wide > width:
            lines.append(line)
            line, used = word, wide
        else:
            line, used = (f"{line} {word}", used + space + wide) if line else (word, wide)
    lines += [line] if line else []
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], lines[most - 1][:-1] + _CUT]


def _parts(word: str, face: Face, width: float) -> Iterator[str]:
    """Cut a word that is wider than a line."""
    while word and text_width(word, face) > width:
        fits = max(1, int(len(word) * width / text_width(word, face)))
        while fits > 1 and text_width(word[:fits], face) > width:
            fits -= 1
        yield word[:fits]
        word = word[fits:]
    if word:
        yield word


@lru_cache(maxsize=50_000)  # the same few thousand words make up all guides
def text_width(word: str, face: Face) -> float:
    """Return the width of a text that isn't broken, points."""
    return float(pdfmetrics.stringWidth(word, face.font, face.size))


class Typeset(Flowable):
    """A text broken into lines.

    Parameters
    ----------
    text : str
        What it says.
    face : Face
        How it looks.
    width : float
        Of a line, points.
    most : int
        Lines.
    right : bool
        Flush right, for numbers.
    lines : list of str, optional
        The text where it is broken already.
    """

    def __init__(
        self,
        text: str,
        face: Face,
        width: float,
        *,
        most: int = MOST_LINES,
        right: bool = False,
        lines: list[str] | None = None,
    ) -> None:
        super().__init__()
        self.face, self.right = face, right
        self.lines = broken(text, face, width, most) if lines is None else lines
        self.width, self.height = width, face.leading * len(self.lines)

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Return the size, points."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw the lines from the top."""
        text = self.canv.beginText()
        self.write(text, 0.0, 0.0)
        self.canv.drawText(text)

    def write(self, text: PDFTextObject, x: float, y: float) -> None:
        """Add the lines to a text, with the lower left corner at a point."""
        face = self.face
        text.setFont(face.font, face.size, face.leading)
        top = y + self.height - face.leading + 0.25 * face.size
        if self.right:
            for number, line in enumerate(self.lines):
                text.setTextOrigin(x + self.width - text_width(line, face), top - number * face.leading)
                text.textOut(line)
        else:
            text.setTextOrigin(x, top)
            for line in self.lines:
                text.textLine(line)


class Strip(Flowable):
    """One row of a table with lines around its cells.

    A table of reportlab draws every cell, and every part in it, as a drawing of its own, which took most of the time
    of a guide; a strip writes all texts of a row as one.

    Parameters
    ----------
    cells : sequence of sequence of Flowable
        From the left; the parts of each from the top.
    widths : sequence of float
        Of the columns, points.
    padding : float
        Kept clear within the lines, points.
    shade : Color, optional
        Behind the cells.
    """

    def __init__(
        self,
        cells: Sequence[Sequence[Flowable]],
        widths: Sequence[float],
        padding: float,
        shade: Color | None = None,
    ) -> None:
        super().__init__()
        self.cells, self.widths, self.padding, self.shade = cells, widths, padding, shade
        self.width = sum(widths)
        self.height = 2 * padding + max(sum(part.height for part in cell) for cell in cells)

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Return the size, points."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw the lines, then what is in the cells."""
        canvas = self.canv
        edges = [0.0, *accumulate(self.widths)]
        if self.shade is not None:
            canvas.saveState()
            canvas.setFillColor(self.shade)
            canvas.rect(0, 0, self.width, self.height, stroke=0, fill=1)
            canvas.restoreState()
        canvas.setLineWidth(_LINE_WIDTH)
        canvas.lines([(x, 0, x, self.height) for x in edges] + [(0, y, self.width, y) for y in (0, self.height)])
        text = canvas.beginText()
        for left, cell in zip(edges, self.cells, strict=False):
            y = self.height - self.padding
            for part in cell:
                y -= part.height
                if isinstance(part, Typeset):
                    part.write(text, left + self.padding, y)
                else:
                    part.drawOn(canvas, left + self.padding, y)
        canvas.drawText(text)


def pieces(text: str, face: Face, width: float) -> list[Flowable]:
    """Set a text of any length in pieces of `MOST_LINES` lines, between which a page may end.

    Parameters
    ----------
    text, face, width
        As for `Typeset`.

    Returns
    -------
    list of Typeset
        From the top; nothing of the text is cut off.
    """
    lines = broken(text, face, width, _ENDLESS)
    return [Typeset("", face, width, lines=lines[at : at + MOST_LINES]) for at in range(0, len(lines), MOST_LINES)]
