"""Extracts with names of their own, sent with a mapping: kept, read by it, and merged with what was decided."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest

from brikopt.contract.intake import read_extracts
from service.flowback.gather import Decided
from service.flowback.merge import with_decisions
from service.refusals import WrongType
from service.runs.archives import Budget
from service.runs.uploads import Sent, keep_extracts
from tests.contract.stranger import write_stranger
from tests.contract.test_mapping import BY_HAND, frames_of
from tests.service.uploads import EXTRACTS, zipped
from tests.worlds import tiny_hospital, write_extracts

ORDERS = "Skrevet ut\nBestilling;Dato;Skap;Vare;Pakker\n1;06.01.2025;S1;000050;1\n"
MAPPING = b"""[orders]
file = "Bestillinger_*.csv"
header_row = 2
dates = "DD.MM.YYYY"
columns = { order_id = "Bestilling", ordered_at = "Dato", cabinet_id = "Skap", item_id = "Vare", quantity = "Pakker" }
units.quantity = "packs"
"""


def theirs() -> dict[str, bytes]:
    files = {name: content for name, content in EXTRACTS.items() if name != "orders.csv"}
    return {"Bestillinger_2025 (1).csv": ORDERS.encode(), **files, "mapping.toml": MAPPING}


@pytest.mark.parametrize("zip_it", [False, True])
def test_files_with_other_names_are_kept_beside_their_mapping(tmp_path, zip_it):
    """One pack of ten is one order of ten, whatever the order in which the files come."""
    files = {"all.zip": zipped(theirs())} if zip_it else theirs()
    sent = [Sent(name, io.BytesIO(content)) for name, content in files.items()]
    kept = keep_extracts(sent, tmp_path / "in", Budget(10**8, 200))
    assert "bestillinger_2025 (1).csv" in [one["name"] for one in kept]
    assert frames_of(read_extracts(tmp_path / "in"))["orders"]["quantity"].tolist() == [10]


def test_without_a_mapping_other_names_are_refused(tmp_path):
    """As before."""
    sent = [Sent(name, io.BytesIO(content)) for name, content in theirs().items() if name != "mapping.toml"]
    with pytest.raises(WrongType):
        keep_extracts(sent, tmp_path / "in", Budget(10**8, 200))


def test_what_was_decided_joins_extracts_of_other_names(tmp_path):
    """A count typed in the service stands beside those of the stranger; every other row is what it was."""
    folder = write_stranger(tmp_path / "in", tiny_hospital())
    (folder / "mapping.toml").write_text(BY_HAND, encoding="utf-8")
    intake = read_extracts(folder)
    count = {"counted_at": date(2025, 2, 27), "cabinet_id": "S2", "item_id": "000050", "quantity": 12}
    decided = Decided(levels=(), rows={"counts": [count]})
    told = with_decisions(folder, tmp_path / "out", tmp_path / "report.json", intake, decided)
    assert told["counts"] == 1
    merged = frames_of(read_extracts(tmp_path / "out"))
    ours = frames_of(read_extracts(write_extracts(tmp_path / "plain", tiny_hospital())))
    assert merged["counts"]["quantity"].tolist() == [*ours["counts"]["quantity"], 12]
    for name in ours.keys() - {"counts"}:
        assert merged[name].to_csv() == ours[name].to_csv(), name


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_merged_folder_needs_no_mapping(tmp_path):
    """Its tables have the names of the contract."""
    folder = write_stranger(tmp_path / "in", tiny_hospital())
    (folder / "mapping.toml").write_text(BY_HAND, encoding="utf-8")
    with_decisions(folder, tmp_path / "out", tmp_path / "report.json", read_extracts(folder), Decided((), {}))
    assert names_in(tmp_path / "out") == sorted(f"{name}.csv" for name in tiny_hospital())
