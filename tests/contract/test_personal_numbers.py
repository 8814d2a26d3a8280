"""Personal numbers refuse a file; item numbers, GTINs and SOR codes never do."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from brikopt.contract.cells import text_cells
from brikopt.contract.personal_numbers import holds_personal_numbers
from brikopt.contract.tables import Kind
from brikopt.errors import BadInput
from tests.contract.spoiled import take_in, with_row
from tests.worlds import tiny_hospital

MADE_UP = "290200-1234"  # a day that exists, a number nobody has


@pytest.mark.parametrize(
    ("texts", "kind", "refused"),
    [
        (["ingen", "", f"til {MADE_UP}, stue 4"], Kind.TEXT, True),
        (["ingen", MADE_UP], None, True),
        (["ingen", "310200-1234"], Kind.TEXT, False),  # no 31 February
        (["ingen", f"X{MADE_UP}"], Kind.TEXT, False),  # part of a longer code
        (["B1", "B2", MADE_UP], Kind.ID, False),  # one lot that looks so
        (["B1", MADE_UP], Kind.ID, True),
        (["2902001234", "", "ingen"], Kind.TEXT, True),
        (["2902001234", "ingen", "ingen"], None, False),
        (["2902001234", "0101901233"], Kind.ID, False),  # ten digits with dates, but no check digits
        (["0101900002"] * 9 + ["B1"], Kind.ID, True),  # 3*1 + 7*1 + 6*9 + 1*2 = 66 = 6 * 11
        (["6369117916512", "2463585135504"], Kind.ID, False),
        (["02164729130054", "05837137629049"], None, False),
        ([], None, False),
    ],
)
def test_a_column_is_judged_by_what_it_should_hold(texts: list[str], kind: Kind | None, refused: bool) -> None:
    """One hyphened number in a text is enough; in ids there must be many."""
    assert holds_personal_numbers(text_cells(pa.chunked_array([texts], pa.string())), kind) is refused


def test_the_message_names_the_column_and_never_the_number(tmp_path: Path) -> None:
    """An unknown column with one number refuses the file, also where the row lies after the moment."""
    tables = with_row(tiny_hospital(), "orders", bemærkning=f"se {MADE_UP}", ordered_at="2199-01-01")
    with pytest.raises(BadInput, match=r"orders\.csv, column bemærkning") as stop:
        take_in(tmp_path, tables)
    assert MADE_UP not in str(stop.value)


def test_a_number_in_a_rejected_cell_is_hidden(tmp_path: Path) -> None:
    """One order line with a person's number as its item is a bad row, shown without it."""
    tables = with_row(tiny_hospital(), "orders", item_id=MADE_UP)
    assert take_in(tmp_path, tables).rejected["value"].tolist() == ["(personnummer)"]
