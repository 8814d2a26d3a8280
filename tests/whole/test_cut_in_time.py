"""What is dated on the moment of decision or later changes nothing but the counts in ``run.json``."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from brikopt.contract.extract import DATED_BY
from tests.whole.regions import AS_OF, RegionFolders, input_names
from tests.whole.results import Row, bytes_of, different, rows, run_on


def as_they_came(table: str, known: list[Row], later: list[Row]) -> list[Row]:
    """What the region really saw afterwards."""
    del table, known
    return later


def multiplied_and_shifted(table: str, known: list[Row], later: list[Row]) -> list[Row]:
    """Three times over, a hundred years later, and with ten times the units."""
    del known
    column = DATED_BY[table]
    far = [{**row, column: f"{int(row[column][:4]) + 100}-03-01"} for row in later]
    return [*later, *far, *({**row, "quantity": f"{row['quantity']}0"} for row in far if "quantity" in row)]


def garbled(table: str, known: list[Row], later: list[Row]) -> list[Row]:
    """Earlier rows once more, dated on the moment of decision or a day later, whole and broken in every cell."""
    column, days = DATED_BY[table], [AS_OF.isoformat(), (AS_OF + timedelta(days=1)).isoformat()]
    again = [{**row, column: days[number % 2]} for number, row in enumerate(known[:40])]
    broken = [
        {**row, name: value}
        for row in again[:2]
        for name in row
        if name != column
        for value in ("", "-5", "1.234,5", "ti stk", "S99999", "31/12/2025", "=1+1")
    ]
    return [*again, *broken, *later]


CHANGES = [as_they_came, multiplied_and_shifted, garbled]


def with_later_rows(
    region: RegionFolders, data: Path, change: Callable[[str, list[Row], list[Row]], list[Row]]
) -> dict[str, int]:
    """Write the extracts with later rows behind those that count, and say how many."""
    data.mkdir()
    added = {}
    for table in input_names():
        source = region.history / f"{table}.csv.gz"
        text = gzip.decompress(source.read_bytes()).decode("utf-8")
        if table in DATED_BY:
            more = change(table, rows(source), region.later(table).to_dict("records"))
            text += as_csv(more, text.splitlines()[0].split(","))
            added[table] = len(more)
        (data / source.name).write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))
    return added


def as_csv(found: list[Row], header: list[str]) -> str:
    """Write rows without their header."""
    file = io.StringIO()
    csv.DictWriter(file, header, lineterminator="\n").writerows(found)
    return file.getvalue()


@pytest.mark.parametrize("change", CHANGES)
def test_later_rows_change_no_byte(change, region, result, tmp_path):
    """Tables and workbook are those of the extracts that end the day before; the record counts what was set aside."""
    added = with_later_rows(region, tmp_path / "data", change)
    assert sum(added.values()) > 100
    out = run_on(tmp_path / "data", tmp_path / "out")
    assert different(bytes_of(out), bytes_of(result)) == []
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert {name: record["inputs"][name]["set_aside"] for name in added} == added
    assert record["set_aside_rows"] == sum(added.values())


def test_a_later_row_in_front_claims_no_key(region, result, tmp_path):
    """Order lines of 1 March with the numbers of earlier ones, first in the file: the earlier ones still stand."""
    data = tmp_path / "data"
    data.mkdir()
    for source in region.history.iterdir():
        (data / source.name).write_bytes(source.read_bytes())
    header, *lines = gzip.decompress((data / "orders.csv.gz").read_bytes()).decode("utf-8").splitlines()
    stolen = [{**row, "ordered_at": AS_OF.isoformat()} for row in rows(data / "orders.csv.gz")[:100]]
    text = "\n".join([header, *as_csv(stolen, header.split(",")).splitlines(), *lines, ""])
    (data / "orders.csv.gz").write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))
    out = run_on(data, tmp_path / "out")
    # The rejected rows name lines of the file, and those have moved.
    moved = ("rejected_rows.csv", "brikopt.xlsx")
    assert different(bytes_of(out, leave_out=moved), bytes_of(result, leave_out=moved)) == []


def test_a_row_of_the_day_before_does_count(region, result, tmp_path):
    """The counter-example: a count of 28 February moves the stock, and so the tests above could fail."""
    counted = rows(result / "stock.csv")[0]
    data = tmp_path / "data"
    data.mkdir()
    for source in region.history.iterdir():
        (data / source.name).write_bytes(source.read_bytes())
    text = gzip.decompress((data / "counts.csv.gz").read_bytes()).decode("utf-8")
    row = {"cabinet_id": counted["cabinet_id"], "item_id": counted["item_id"], "quantity": "77"}
    row |= {"counted_at": (AS_OF - timedelta(days=1)).isoformat()}
    text += as_csv([row], text.splitlines()[0].split(","))
    (data / "counts.csv.gz").write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))
    found = rows(run_on(data, tmp_path / "out") / "stock.csv")[0]
    assert (found["evidence"], counted["evidence"]) != ("brik", "count")
    assert found["evidence"] == "count"
    assert int(found["on_hand_low"]) <= 77 <= int(found["on_hand_high"])
    assert date.fromisoformat(found["last_movement"]) < AS_OF
