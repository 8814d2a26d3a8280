"""Bytes to UTF-8 text: the encoding is found by rule, never by likelihood."""

from __future__ import annotations

import codecs

# Statistical guessing reads Danish Windows-1252 as Windows-1250 (ø becomes ř), so a fixed order decides.
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_PIECE = 1 << 24  # bytes looked at in one go


def to_utf8(data: bytes, encoding: str = "") -> tuple[bytes, str]:
    r"""Rewrite a text file as UTF-8 without a mark, with one newline character a line.

    Parameters
    ----------
    data : bytes
        The file: UTF-16 with a byte order mark, UTF-8 with or without one, else Windows-1252.
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
        data.decode("utf-8")
        return data, "utf-8-sig"
    if _is_utf8(data):
        return data, "utf-8"
    return data.decode("cp1252").encode(), "cp1252"


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
