"""Text tables as bytes."""

from __future__ import annotations

import csv
import gzip
import io

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from brikopt.world.rows import as_bytes, squeezed

# What Windows-1252 can write, among it everything that has to be quoted.
CELLS = st.text(alphabet='aæø,;"\n.1 ', max_size=6)


def _read(content: bytes, delimiter: str, encoding: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(encoding), newline=""), delimiter=delimiter))


@given(st.lists(st.tuples(CELLS, CELLS), max_size=8), st.sampled_from([(",", "utf-8"), (";", "cp1252")]))
def test_any_cells_come_back_as_they_were(rows, manner):
    """Read with Python's own csv module, whatever delimiters, quotes and line feeds they hold."""
    delimiter, encoding = manner
    frame = pd.DataFrame(rows, columns=["a", "b"], dtype="str")
    content = as_bytes(frame, delimiter=delimiter, encoding=encoding, heading=True)
    assert _read(content, delimiter, encoding) == [["a", "b"], *(list(row) for row in rows)]


def test_only_cells_that_need_it_are_quoted():
    """A comma needs quotes, a semicolon none, and a quote is written twice."""
    frame = pd.DataFrame({"a": ["x", "1,5", "1;5", 'say "no"', ""]})
    content = as_bytes(frame, delimiter=",", encoding="utf-8", heading=False)
    assert content == b'x\n"1,5"\n1;5\n"say ""no"""\n\n'


def test_squeezed_parts_are_one_file():
    """Two parts behind each other are read as one text, by Python and by pandas."""
    both = squeezed(b"a\n1\n") + squeezed(b"2\n")
    assert gzip.decompress(both) == b"a\n1\n2\n"
    assert pd.read_csv(io.BytesIO(both), compression="gzip")["a"].tolist() == [1, 2]


def test_squeezing_twice_gives_the_same_bytes():
    """No time of day is written into the header."""
    assert squeezed(b"the same")[4:8] == bytes(4)
    assert squeezed(b"the same") == squeezed(b"the same")
