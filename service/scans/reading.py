"""What a scanned code says: an item's number, a date, a lot; and the codes in a picture."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import zxingcpp
from biip import ParseError
from biip.gs1_element_strings import GS1ElementString
from biip.gs1_messages import GS1Message
from biip.gtin import Gtin
from PIL import Image

GTIN, LOT, EXPIRY = "01", "10", "17"
GTIN_DIGITS = 14
MOST_PIXELS = 4_000_000
_SEPARATOR = "\x1d"
# What a scanner says of the kind of code, before the code itself.
_SYMBOLOGY = re.compile(r"^\][A-Za-z]\d")
_DATE_ALONE = re.compile(rf"^{EXPIRY}\d{{6}}$")
_BRACKETS = re.compile(r"^\(\d{2,4}\)")
_LENGTHS = (8, 12, 13, 14)


@dataclass(frozen=True, slots=True)
class Scanned:
    """What one code says.

    Attributes
    ----------
    gtin : str or None
        The item's number, 14 digits, its check digit right.
    expiry : date or None
        The day until which the goods are good; a day of 00 is the last of the month.
    lot : str or None
    """

    gtin: str | None = None
    expiry: date | None = None
    lot: str | None = None


def read_code(text: str) -> Scanned:
    """Read a code: GS1 with or without a leading FNC1, in brackets or not, or a bare EAN, UPC or GTIN.

    Parameters
    ----------
    text : str
        As a scanner gives it; FNC1 is the sign GS (1D hexadecimal).

    Returns
    -------
    Scanned
        Nothing where the code says nothing of ours.

    Notes
    -----
    GS1 General Specifications, release 24, sections 3.2 (AI 01), 3.4.1 (AI 10), 3.4.5 (AI 17) and 7.8.5 (FNC1).

    Examples
    --------
    >>> read_code("]d20109506000134352172803001012345").expiry
    datetime.date(2028, 3, 31)
    >>> read_code("5701234567899").gtin
    '05701234567899'
    """
    code = _SYMBOLOGY.sub("", text.strip(" \t\r\n").lstrip(_SEPARATOR)).lstrip(_SEPARATOR)
    if code.isascii() and code.isdigit() and len(code) in _LENGTHS and not _DATE_ALONE.match(code):
        gtin = _gtin(code)
        if gtin is not None:
            return Scanned(gtin=gtin)
    return _of_elements(_elements(code))


def _of_elements(elements: Sequence[GS1ElementString]) -> Scanned:
    said = {one.ai.ai: one for one in elements}
    gtin, expiry, lot = (said.get(ai) for ai in (GTIN, EXPIRY, LOT))
    return Scanned(
        gtin=gtin.gtin.as_gtin_14() if gtin and gtin.gtin else None,
        expiry=expiry.date if expiry else None,
        lot=lot.value if lot else None,
    )


def codes_in(picture: bytes) -> list[str]:
    """Read the codes in a picture; it is kept nowhere.

    Parameters
    ----------
    picture : bytes
        JPEG or PNG, at most `MOST_PIXELS`.

    Returns
    -------
    list of str
        Each code as a scanner would give it, with FNC1 as GS; none where nothing could be read.
    """
    try:
        with Image.open(io.BytesIO(picture), formats=("JPEG", "PNG")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                return []
            grey = opened.convert("L")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return []
    found = zxingcpp.read_barcodes(grey, text_mode=zxingcpp.TextMode.Plain)
    return _once(one.symbology_identifier + one.bytes.decode("latin-1") for one in found if one.valid)


def _once(codes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(codes))


def _gtin(digits: str) -> str | None:
    try:
        return Gtin.parse(digits).as_gtin_14()
    except ParseError:
        return None


def _elements(code: str) -> Sequence[GS1ElementString]:
    try:
        message = GS1Message.parse_hri(code) if _BRACKETS.match(code) else GS1Message.parse(code)
    except ParseError:
        return ()
    return message.element_strings
