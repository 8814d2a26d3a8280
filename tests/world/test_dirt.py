"""Rows broken on purpose, planned for a whole table and made part by part."""

from __future__ import annotations

import pandas as pd
import pytest

from brikopt.contract.tables import INPUTS
from brikopt.world.dirt import SLIPS, TWICE, add_broken_rows, plan_dirt


def _orders(n_rows: int) -> pd.DataFrame:
    columns = [column.name for table in INPUTS if table.name == "orders" for column in table.columns]
    return pd.DataFrame({name: [f"{name}{row}" for row in range(n_rows)] for name in columns}, dtype="str")


@pytest.mark.parametrize("cut", [1, 17, 99])
def test_two_parts_are_the_whole(cut):
    """100 rows with 20 broken ones: made in two parts, wherever they are cut, the same 120 rows."""
    text, dirt = _orders(100), plan_dirt("orders", 100, 0.19, seed=1)
    whole = add_broken_rows(text, dirt)
    parts = [
        add_broken_rows(text.iloc[start:stop].reset_index(drop=True), dirt.within(start, stop))
        for start, stop in ((0, cut), (cut, 100))
    ]
    assert len(whole) == 119
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), whole)


def test_the_list_names_the_line_of_each_broken_row():
    """The heading is line 1; on each named line stands the named value."""
    dirt = plan_dirt("orders", 100, 0.19, seed=1)
    broken = add_broken_rows(_orders(100), dirt)
    told = dirt.told()
    assert len(told) == 19
    for row in told[told["column"] != ""].itertuples():
        assert broken[row.column].iloc[row.line - 2] == row.value


def test_small_tables_and_clean_regions_have_no_broken_rows():
    """Below a dozen rows one broken row would be too large a share; of a dozen, one is broken."""
    broken = [len(plan_dirt("orders", rows, share, seed=0).source) for rows, share in ((11, 0.1), (12, 0.01), (99, 0))]
    assert broken == [0, 1, 0]


def test_every_slip_names_a_column_of_its_table():
    """Each of the tables has slips, and no slip writes into a column that isn't there."""
    for table in INPUTS:
        names = {column.name for column in table.columns}
        assert {slip.column for slip in SLIPS[table.name] if slip is not TWICE} <= names
