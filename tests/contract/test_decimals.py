"""Decimal signs are found per file, and thousands separators must agree with them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from brikopt.contract.cells import text_cells
from brikopt.contract.decimals import DecimalSign, find_decimal_sign, parse_numbers


@pytest.mark.parametrize(
    ("texts", "delimiter", "sign"),
    [
        (["1", "12,5"], ",", ","),
        (["1", "0.038"], ";", "."),
        (["1.234,5"], ",", ","),
        (["1.234.567"], ",", ","),
        (["1,234,567"], ";", "."),
        (["1234.567"], ";", "."),
        (["1.234", "20"], ";", ","),  # may be a group: the delimiter decides
        (["1,234", "20"], ",", "."),
        (["1,5", "2,5", "3.5"], ",", ","),  # most cells
        (["ukendt", "", "1.2.3"], ";", ","),
    ],
)
def test_cells_that_can_mean_one_thing_decide(texts: list[str], delimiter: str, sign: str) -> None:
    """Only where none decides does the delimiter."""
    assert find_decimal_sign([text_cells(pa.chunked_array([texts]))], delimiter) == sign


@pytest.mark.parametrize(
    ("text", "comma", "point"),
    [
        ("1.234,5", 1234.5, None),
        ("1.234", 1234.0, 1.234),
        ("1,234", 1.234, 1234.0),
        ("12.5", None, 12.5),  # never 125
        ("12,5", 12.5, None),
        ("1.23.456", None, None),
        ("0.038", None, 0.038),
        (" 20 ", 20.0, 20.0),
        ("-4", -4.0, -4.0),
        ("1e3", None, None),
        ("nan", None, None),
        ("inf", None, None),
        ("٣", None, None),
        ("0x1F", None, None),
        ("1 234", None, None),
    ],
)
def test_a_number_is_read_with_the_sign_of_its_file(text: str, comma: float | None, point: float | None) -> None:
    """A separator that does not fit makes it no number, instead of another number."""

    def read(sign: DecimalSign) -> float | None:
        number = float(parse_numbers(pa.array([text]), np.zeros(1, dtype=bool), sign)[0])
        return None if np.isnan(number) else number

    assert (read(","), read(".")) == (comma, point)
