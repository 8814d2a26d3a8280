"""Bytes to UTF-8 text: the encoding is found by rule, never by likelihood."""

from __future__ import annotations

import codecs
import re

# Statistical guessing reads Danish Windows-1252 as Windows-1250 (ø becomes ř), so a fixed order decides.
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
MIXED = "utf-8, cp1252 in places"
TWICE = "utf-8 written as cp1252, twice"
_WRITTEN_TWICE = re.compile("[\u00c2\u00c3][\u0080-\u00bf\u0152-\u2122]")  # the å of "SÃ¥r": nobody writes so
_LETTER = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")  # begins a letter of UTF-8; Windows-1252 text has no such pair
_ODD = re.compile("[\udc80-\udcff]")  # a byte that is no part of UTF-8, as surrogateescape hands it over
_PIECE = 1 << 24  # bytes looked at in one go


def to_utf8(data: bytes, encoding: str = "") -> tuple[bytes, str]:
    r"""Rewrite a text file as UTF-8 without a mark, with one newline character a line.

    Parameters
    ----------
    data : bytes
        The file: UTF-16 with a byte order mark, UTF-8 with or without one, else Windows-1252. A file with at least
        as many letters of UTF-8 as other bytes beyond ASCII is UTF-8, and those bytes alone are Windows-1252. What
        was taken for Windows-1252 on the way and written as UTF-8 again is put right.
    encoding : str
        What it is in, where somebody said so.

    Returns
    -------
    tuple of bytes and str
        The text, and the name of the encoding found.

    Raises
    ------
    ValueError
        If the bytes are no text in any of them (UnicodeDecodeError is one), or hold NUL characters.

    Examples
    --------
    >>> to_utf8("Sårpleje;rød\r\n".encode("cp1252"))[0].decode()
    'Sårpleje;rød\n'
    """
    text, name = (data.decode(encoding).encode(), encoding) if encoding else _decoded(data)
    text = text.removeprefix(codecs.BOM_UTF8)
    if b"\0" in text:
        raise ValueError("the file holds NUL characters, so it is no text file")
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return text, name


def _decoded(data: bytes) -> tuple[bytes, str]:
    if data.startswith(_UTF16):
        return data.decode("utf-16").encode(), "utf-16"
    if data.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
        if not _is_utf8(data) and (mended := _mended(data)) is not None:
            return mended, MIXED
        data.decode("utf-8")
        return data, "utf-8-sig"
    if _is_utf8(data):
        once = _written_once(data)
        return (data, "utf-8") if once is None else (once, TWICE)
    if (mended := _mended(data)) is not None:
        return mended, MIXED
    return data.decode("cp1252").encode(), "cp1252"


def _written_once(data: bytes) -> bytes | None:
    """Undo a second encoding of a UTF-8 text, where every letter beyond ASCII comes of one; None where it doesn't."""
    if data.isascii() or (b"\xc3\x83" not in data and b"\xc3\x82" not in data):
        return None
    text = data.decode("utf-8")
    if _WRITTEN_TWICE.search(text) is None:
        return None
    try:
        once = text.encode("cp1252")
        once.decode("utf-8")
    except UnicodeError:
        return None
    return once


def _mended(data: bytes) -> bytes | None:
    """Read a text of UTF-8 with a few bytes of Windows-1252 in it; None if it is no such text."""
    if _LETTER.search(data) is None:
        return None
    text = data.decode("utf-8", "surrogateescape")
    odd = len(_ODD.findall(text))
    letters = len(text) - odd - len(text.encode("ascii", "ignore"))
    if letters < odd:
        return None
    return _ODD.sub(lambda one: bytes([ord(one[0]) - 0xDC00]).decode("cp1252", "replace"), text).encode()


def first_odd_line(data: bytes) -> tuple[int, int]:
    """Return the line of the first byte that is no UTF-8, and how many there are; (0, 0) if there is none."""
    text = data.decode("utf-8", "surrogateescape")
    found = _ODD.search(text)
    return (text.count("\n", 0, found.start()) + 1, len(_ODD.findall(text))) if found else (0, 0)


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(data)
    try:
        for start in range(0, len(view), _PIECE):
            decoder.decode(view[start : start + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
