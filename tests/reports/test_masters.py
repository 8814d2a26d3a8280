"""Names and places beside the lists, so that a result can be read without its extracts."""

from __future__ import annotations

import json
from datetime import date

import pytest

from brikopt.contract.intake import read_extracts
from brikopt.reports.masters import write_masters
from tests.worlds import tiny_hospital, write_extracts


@pytest.fixture
def written(tmp_path):
    """Write the masters of the tiny hospital as of a day, and read them back as text."""
    data = write_extracts(tmp_path / "data", tiny_hospital())

    def write(as_of: date) -> str:
        tables = read_extracts(data, as_of=as_of, lang="da").extract.before(as_of)
        write_masters(tables, tmp_path / "masters.json")
        return (tmp_path / "masters.json").read_text("utf-8")

    return write


def test_they_hold_every_ward_cabinet_and_item(written):
    """2 wards, 3 cabinets and 4 items; ids keep their zeros, and a blank cell is null."""
    masters = json.loads(written(date(2025, 3, 1)))
    assert [len(masters[name]) for name in ("wards", "cabinets", "items", "reviews")] == [2, 3, 4, 2]
    known = {"item_id": "000050", "name": "Sprøjte 10 ml", "gtin": None, "pack_size": 10, "critical": False}
    assert masters["items"][0] == known | {"category": None}
    assert masters["wards"][1]["sor_code"] is None
    assert masters["cabinets"][0] == {"cabinet_id": "S1", "ward_id": "A1", "kind": "brik"}


def test_a_review_on_the_day_itself_is_not_known_yet(written):
    """Reviewed on 2024-11-05 and 2025-01-14: as of 2025-01-14, one."""
    assert [one["reviewed_at"] for one in json.loads(written(date(2025, 1, 14)))["reviews"]] == ["2024-11-05"]


def test_nobody_who_reviewed_is_named_and_the_bytes_are_the_same(written):
    """The extracts name gruppe 1."""
    text = written(date(2025, 3, 1))
    assert "gruppe 1" not in text
    assert written(date(2025, 3, 1)) == text
