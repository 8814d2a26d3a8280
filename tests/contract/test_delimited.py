"""Text files: encodings, delimiters, quotes, and the physical line of every row."""

from __future__ import annotations

import pytest

from brikopt.contract.cells import OPEN_QUOTE, RawTable
from brikopt.contract.delimited import find_delimiter, read_delimited

KNOWN = {"varenr", "navn", "antal"}


def read(text: str, encoding: str = "utf-8") -> RawTable:
    """Read a text as a file in some encoding."""
    raw = read_delimited(text.encode(encoding), KNOWN)
    assert raw is not None
    return raw


def rows(raw: RawTable) -> list[list[str]]:
    """Return the rows as lists of text."""
    return [[cells.at(row) for cells in raw.columns.values()] for row in range(len(raw.lines))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_encoding_is_found(encoding: str) -> None:
    """Sårpleje, rød, with an opening quote of Word: the same text in each encoding."""
    raw = read("varenr;navn;antal\r\n1;Sårpleje, “rød”;2\r\n", encoding)
    assert rows(raw) == [["1", "Sårpleje, “rød”", "2"]]
    assert raw.encoding == encoding


def test_many_danish_rows_stay_western() -> None:
    """Thirty rows of ø in Windows-1252 never become the ř of Windows-1250."""
    raw = read("varenr,navn\n" + "1,Rød sprøjte æøå\n" * 30, "cp1252")
    assert {row[1] for row in rows(raw)} == {"Rød sprøjte æøå"}


def test_the_delimiter_is_that_of_the_known_headings() -> None:
    """A comma inside a quoted or a long heading does not make it a comma file."""
    assert find_delimiter('varenr;antal;"bemærkning, lang, meget lang"', KNOWN) == ";"
    assert find_delimiter("varenr,antal;stk,navn", KNOWN) == ","


def test_blank_lines_count_but_are_no_rows() -> None:
    """Rows on physical lines 4, 6 and 9; a line of delimiters alone is blank as well."""
    raw = read("\nvarenr,antal\n\n1,2\n   \n3,4\n,\n\n5,6")
    assert raw.lines.tolist() == [4, 6, 9]
    assert rows(raw) == [["1", "2"], ["3", "4"], ["5", "6"]]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_quoted_newline_moves_the_following_lines(newline: str) -> None:
    """The cell of line 2 runs over three lines, so the next row starts on line 5."""
    raw = read(newline.join(["varenr,navn,antal", '1,"Rød', "", 'lang",2', "3,Blå,4"]))
    assert raw.lines.tolist() == [2, 5]
    assert rows(raw) == [["1", "Rød\n\nlang", "2"], ["3", "Blå", "4"]]


def test_doubled_quotes_and_quotes_within_a_cell() -> None:
    """``"12"" slange"`` is 12" slange, and so is the cell without outer quotes."""
    raw = read('varenr,navn,antal\n1,"12"" slange",2\n3,12" slange,4\n')
    assert [row[1] for row in rows(raw)] == ['12" slange', '12" slange']


def test_rows_of_another_length_keep_their_line() -> None:
    """Line 3 has one field too few, line 4 two too many; lines 2 and 5 are whole."""
    raw = read("varenr,navn,antal\n1,Rød,2\n3,Blå\n4,a,5,6,7\n8,Grå,9\n")
    assert raw.lines.tolist() == [2, 3, 4, 5]
    assert raw.n_fields.tolist() == [3, 2, 5, 3]
    assert rows(raw)[1] == ["3", "Blå", ""]


@pytest.mark.parametrize("closed_later", [False, True])
def test_a_quote_that_is_never_closed_swallows_no_row(closed_later: bool) -> None:
    """The quote of line 3 costs that line alone, also where another stray quote follows on line 60."""
    lines = ["varenr,navn,antal", "1,Rød,2", '2,"Blå,3', *(f"{row},Grå,4" for row in range(4, 60))]
    lines.append('60,Grå",4' if closed_later else "60,Grå,4")
    raw = read("\n".join(lines))
    assert raw.lines.tolist() == list(range(2, 61))
    assert (raw.n_fields == OPEN_QUOTE).sum() == 1
    assert raw.n_fields[1] == OPEN_QUOTE


def test_repeated_headings_hide_nothing() -> None:
    """Two columns with one heading are two columns."""
    assert rows(read("varenr,x,x\n1,2,3\n")) == [["1", "2", "3"]]


def test_no_line_at_all_is_no_table() -> None:
    """An empty file, and one of blank lines."""
    assert read_delimited(b"", KNOWN) is None
    assert read_delimited(b"\n \n", KNOWN) is None
