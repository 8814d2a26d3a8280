"""What the reviews of a unit changed, on one page: HTML for the screen, PDF for the meeting."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from matplotlib.figure import Figure
from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Image, Paragraph, SimpleDocTemplate, Spacer, Table

from brikopt.contract.rules import Language
from brikopt.reports.charts import INK, OTHERS, OURS, as_svg, empty_plot
from brikopt.reports.paper_cells import BODY, BOLD, HEADING, LEAD, TITLE, Face, register_fonts
from brikopt.reports.sentences import texts_of
from brikopt.reports.wording import decimal

# Decimals of each row of the table.
PLACES = {
    "expired_dkk": 0,
    "expired_units": 1,
    "ordered_dkk": 0,
    "order_lines": 1,
    "urgent_lines": 2,
    "stock_dkk": 0,
}
DRAWN = ("expired_dkk", "ordered_dkk")  # month by month
FIGURES = ("before", "after", "expected", "change", "low", "high")
_MARGIN = 15 * mm
_DPI = 200


@dataclass(frozen=True, slots=True)
class EffectPage:
    """What a page says of one unit, or of the region.

    Parameters
    ----------
    name : str
        The unit.
    lead : sequence of str
        The finding, in a sentence or two.
    figures : DataFrame
        One row a measure: ``measure`` and `FIGURES`, per ward and kind; no rows where there is too little to go by.
    curves : mapping of str to DataFrame
        For each of `DRAWN`: ``month``, ``reviewed`` and ``others``, DKK a month around the reviews.
    notes : sequence of str
        How it was worked out, and what it can't show.
    facts : mapping of str to str
        What the page was made from, heading to value.
    """

    name: str
    lead: Sequence[str]
    figures: pd.DataFrame
    curves: Mapping[str, pd.DataFrame]
    notes: Sequence[str]
    facts: Mapping[str, str]


def effect_rows(page: EffectPage, lang: Language) -> list[list[str]]:
    """Put the figures into words.

    Parameters
    ----------
    page : EffectPage
        The page.
    lang : {"da", "en"}
        Language.

    Returns
    -------
    list of list of str
        A heading row, then one row a measure; the heading alone where there are no figures.
    """
    words = texts_of(lang)["effect"]
    heading = [words[name] for name in ("measure", "before", "after", "expected", "change", "range")]
    rows = []
    for row in page.figures.to_dict("records"):
        before, after, expected, change, low, high = (
            decimal(row[name], PLACES[row["measure"]], lang) for name in FIGURES
        )
        sign = "+" if not change.startswith("-") and change != "0" else ""
        between = f"{low} {words['to']} {high}"
        rows.append([words[f"measure_{row['measure']}"], before, after, expected, sign + change, between])
    return [heading, *rows]


def effect_html(page: EffectPage, lang: Language) -> str:
    """Set the page for a screen, in one file with nothing to load from elsewhere.

    Parameters
    ----------
    page : EffectPage
        What it says.
    lang : {"da", "en"}
        Language.

    Returns
    -------
    str
        HTML.
    """
    loader = PackageLoader("brikopt.reports", "pages")
    # By name alone jinja2 would take a file that ends in .j2 for plain text, and escape nothing.
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    heading, *rows = effect_rows(page, lang)
    drawn = Markup("\n").join(Markup(as_svg(_figure(page, one, lang))) for one in DRAWN if rows)  # noqa: S704 - drawn here
    template = environment.get_template("effect.html.j2")
    return template.render(page=page, heading=heading, rows=rows, svg=drawn, lang=lang, words=texts_of(lang)["effect"])


def _figure(page: EffectPage, measure: str, lang: Language) -> Figure:
    """Draw a measure month by month; a month stands at its middle."""
    words, curve = texts_of(lang)["effect"], page.curves[measure]
    figure, axes = empty_plot(words["months"], words[f"drawn_{measure}"])
    middle = curve["month"] + 0.5
    axes.plot(middle, curve["others"], marker="s", linestyle="--", color=OTHERS[0], label=words["others"])
    axes.plot(middle, curve["reviewed"], marker="o", linestyle="-", color=OURS, label=words["reviewed"])
    axes.axvline(0, color=INK, linewidth=1, linestyle=":")
    axes.margins(y=0.1)
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False, fontsize=8)
    return figure


def effect_pdf(page: EffectPage, lang: Language) -> bytes:
    """Set the page on A4, standing.

    Parameters
    ----------
    page : EffectPage
        What it says.
    lang : {"da", "en"}
        Language.

    Returns
    -------
    bytes
        A PDF with its fonts in it; the same bytes for the same page.
    """
    register_fonts()
    words = texts_of(lang)["effect"]
    title = f"{words['title']}: {page.name}"
    paper = io.BytesIO()
    document = SimpleDocTemplate(
        paper,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=title,
        author="brikopt",
        lang=lang,
        invariant=1,
    )
    story: list[Flowable] = [_said(title, TITLE), *(_said(line, LEAD) for line in page.lead)]
    heading, *rows = effect_rows(page, lang)
    if rows:
        story += [_said(words["table"], HEADING), _table(heading, rows)]
        story += [_said(words["plot"], HEADING), _pictures(page, lang), _said(words["caption"], BODY)]
    story += [_said(words["notes"], HEADING), *(_said(f"• {note}", BODY) for note in page.notes), Spacer(1, 4 * mm)]
    story.append(_said(" · ".join(f"{heading}: {value}" for heading, value in page.facts.items()), BODY))
    document.build(story)
    return paper.getvalue()


def _said(text: str, face: Face) -> Paragraph:
    style = ParagraphStyle(
        face.font, fontName=face.font, fontSize=face.size, leading=face.leading, spaceBefore=2 * mm, spaceAfter=1 * mm
    )
    return Paragraph(escape(text), style)


def _table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    width = A4[0] - 2 * _MARGIN - 12  # the frame's own padding
    cells = [[_said(cell, BOLD) for cell in heading], *([_said(cell, BODY) for cell in row] for row in rows)]
    lines = [("LINEBELOW", (0, 0), (-1, -1), 0.4, Color(0.6, 0.6, 0.6)), ("VALIGN", (0, 0), (-1, -1), "BOTTOM")]
    parts = (0.30, 0.11, 0.11, 0.16, 0.12, 0.20)
    return Table(cells, colWidths=[width * part for part in parts], style=lines)


def _pictures(page: EffectPage, lang: Language) -> Table:
    return Table([[_picture(page, measure, lang) for measure in DRAWN]], hAlign="LEFT")


def _picture(page: EffectPage, measure: str, lang: Language) -> Image:
    drawn = io.BytesIO()
    _figure(page, measure, lang).savefig(drawn, format="png", dpi=_DPI, metadata={"Software": None})
    drawn.seek(0)
    return Image(drawn, width=85 * mm, height=59 * mm)


def write_effect_page(page: EffectPage, stem: Path, lang: Language) -> None:
    """Write both forms of a page.

    Parameters
    ----------
    page : EffectPage
        What it says.
    stem : Path
        Where it goes, without ``.html`` and ``.pdf``.
    lang : {"da", "en"}
        Language.
    """
    stem.with_name(f"{stem.name}.html").write_text(effect_html(page, lang), encoding="utf-8")
    stem.with_name(f"{stem.name}.pdf").write_bytes(effect_pdf(page, lang))
