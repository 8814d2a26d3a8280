"""Names for people: letters in one form of Unicode, and single blanks of one kind."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

# Blanks of every width, the one that doesn't break a line, and signs without any width.
_BLANKS = "[\\s\u00a0\u1680\u2000-\u200d\u2028\u2029\u202f\u205f\u2060\u3000\ufeff]+"


def plain_names(values: pa.Array) -> pa.Array:
    r"""Write names so that those that look alike are alike.

    Parameters
    ----------
    values : pyarrow.Array of string, shape (n,)
        As sent.

    Returns
    -------
    pyarrow.Array of string, shape (n,)
        In NFC, with single blanks and none at the ends.

    Examples
    --------
    >>> plain_names(pa.array(["Bo\u0308rn\u00a0 2 "])).to_pylist()
    ['Börn 2']
    """
    composed = pc.utf8_normalize(values, form="NFC")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(composed, _BLANKS, " "))
