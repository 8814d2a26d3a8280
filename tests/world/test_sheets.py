"""Tables made part by part are the tables made whole."""

from __future__ import annotations

import gzip
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from brikopt.world import files, lives
from brikopt.world.files import bind, extract_pages, press, truth_pages
from brikopt.world.lives import batches, live_through, together
from brikopt.world.sheets import extract_sheets, truth_sheets


@pytest.fixture(scope="module")
def lived(region):
    """The days of the region, lived through as one batch."""
    return together(map(live_through, batches(region.stage)))


def test_shelves_live_alike_in_any_batch(region, lived, monkeypatch):
    """In batches of 50 of more than 240 shelves the events and the use are the very same."""
    monkeypatch.setattr(lives, "BATCH", 50)
    work = batches(region.stage)
    assert [len(batch.shelves) for batch in work[:-1]] == [50] * (len(work) - 1)
    parts = together(map(live_through, work))
    assert np.array_equal(parts.events, lived.events)
    assert np.array_equal(parts.usage, lived.usage)


def test_read_only_arrays_are_lived_through_too(region, lived):
    """As they come from another process."""
    batch = batches(region.stage)[0]
    for array in (batch.shelves, batch.visits, batch.ward_days.busy):
        array.flags.writeable = False
    try:
        assert np.array_equal(live_through(batch).events, lived.events)
    finally:
        for array in (batch.visits, batch.ward_days.busy):
            array.flags.writeable = True


def test_no_shelves_have_no_events():
    """Nothing put together is nothing."""
    assert len(together([]).events) == 0


def test_parts_of_a_sheet_are_the_whole(region, lived):
    """Every table cut into three parts and put together again, truth and extracts."""
    for sheet in [*extract_sheets(region.stage, lived), *truth_sheets(region.stage, lived)]:
        cuts = [0, sheet.n_rows // 7, sheet.n_rows // 2, sheet.n_rows]
        parts = [sheet.part(start, stop)() for start, stop in pairwise(cuts)]
        whole = sheet.part(0, sheet.n_rows)()
        assert len(whole) == sheet.n_rows
        pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), whole)


def test_files_hold_the_same_however_many_pages_they_have(region, lived, monkeypatch, tmp_path):
    """Pages of 700 rows, or one page a file; broken rows, headings and all."""
    texts = {}
    for page, name in ((700, "small"), (10**9, "large")):
        monkeypatch.setattr(files, "PAGE", page)
        folder = tmp_path / name
        folder.mkdir()
        pages, broken = extract_pages(extract_sheets(region.stage, lived), region.stage.settings)
        bind(pages, map(press, pages), folder)
        hidden = truth_pages([s for s in truth_sheets(region.stage, lived) if s.name != "positions"], broken)
        bind(hidden, map(press, hidden), folder)
        texts[name] = {path.name: gzip.decompress(path.read_bytes()) for path in folder.iterdir()}
    assert texts["small"] == texts["large"]
    assert texts["large"]["orders.csv.gz"].count(b"order_id") == 1
