"""Names for people: letters in one form of Unicode, and single blanks of one kind."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

_UNSEEN = "[\u00ad\u200b-\u200f\u2060\ufeff]"  # signs without any width, also within a word
# Blanks of every width, and the one that doesn't break a line.
_BLANKS = "[\\s\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+"


def plain_names(values: pa.Array) -> pa.Array:
    r"""Write names so that those that look alike are alike.

    Parameters
    ----------
    values : pyarrow.Array of string, shape (n,)
        As sent.

    Returns
    -------
    pyarrow.Array of string, shape (n,)
        In NFC, with single blanks and none at the ends, and without signs that nobody sees.

    Examples
    --------
    >>> plain_names(pa.array(["Bo\u0308rn\u00a0 2 "])).to_pylist()
    ['Börn 2']
    """
    composed = pc.replace_substring_regex(pc.utf8_normalize(values, form="NFC"), _UNSEEN, "")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(composed, _BLANKS, " "))
