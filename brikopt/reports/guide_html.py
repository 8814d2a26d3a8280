"""The trimming guide as a page: one file with nothing to load, for the screen and for A4 paper."""

from __future__ import annotations

import base64
import hashlib
from functools import cache

import segno
from jinja2 import Environment, PackageLoader, StrictUndefined, Template, select_autoescape
from markupsafe import Markup

from brikopt.contract.rules import Language
from brikopt.reports.guide import Guide, lettered_causes
from brikopt.reports.sentences import texts_of

_QUIET_MODULES = 4  # white around the code, as its standard wants


def guide_html(guide: Guide) -> str:
    """Write the guide of a ward as a page.

    Parameters
    ----------
    guide : Guide
        What it says.

    Returns
    -------
    str
        HTML in the edition's language, without scripts; every text from the extracts is escaped.
    """
    lang = guide.edition.lang
    return _template("guide.html.j2").render(
        guide=guide,
        as_of=guide.edition.as_of_text,
        foot=guide.edition.foot,
        words=texts_of(lang)["guide"],
        causes=lettered_causes(lang),
        code=Markup(_drawn_code(guide.address)),  # noqa: S704 - drawn here
        style=Markup(_style(lang)),  # noqa: S704 - no text from the extracts in it
        style_hash=style_hash(lang),
        lang=lang,
    )


def style_hash(lang: Language) -> str:
    """Name the style of all guides of a language, for a content security policy.

    Parameters
    ----------
    lang : {"da", "en"}
        Language.

    Returns
    -------
    str
        A source expression such as ``sha256-...=``, without quotes.
    """
    return f"sha256-{base64.b64encode(hashlib.sha256(_style(lang).encode()).digest()).decode()}"


@cache
def _style(lang: Language) -> str:
    return _template("guide.css.j2").render(words=texts_of(lang)["guide"])


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=PackageLoader("brikopt.reports", "pages"),
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    return environment.get_template(name)


def _drawn_code(address: str) -> str:
    """The QR code as an ``<svg>`` element; a shape needs no words, for the link around it has them."""
    try:
        code = segno.make(address, error="m", micro=False)
    except segno.DataOverflowError:  # no code holds some thousand signs; the address stands in words below
        return ""
    drawn = code.svg_inline(border=_QUIET_MODULES, svgclass=None, lineclass=None, omitsize=True)
    return str(drawn).replace("<svg ", '<svg aria-hidden="true" ', 1)
