"""Reading extracts and saying what is in them."""

import json
from datetime import date

import pytest

from brikopt.errors import BadInput
from brikopt.flows.check import check
from brikopt.flows.progress import SilentProgress

EXTRACTS = {
    "wards": "ward_id,ward_name,hospital,unit\nW1,Kirurgisk,Nord,Øst\n",
    "cabinets": "cabinet_id,ward_id,kind\nC1,W1,brik\n",
    "items": "item_id,name,pack_size,unit_price_dkk\n0050,Kompres,10,1.5\n",
    "positions": "cabinet_id,item_id,min_level,max_level,brik_qty,brik_count\nC1,0050,10,20,10,2\n",
    "orders": "order_id,ordered_at,cabinet_id,item_id,quantity,floor\n"
    + "".join(f"B{day},2025-01-{day:02d},C1,0050,10,1\n" for day in range(1, 10))
    + "B10,2025-01-10,C1,0050,-10,1\nB11,2025-03-01,C1,0050,10,1\n",
}


@pytest.fixture
def data(tmp_path):
    """Lay nine good order lines, a negative one and one of 1 March."""
    folder = tmp_path / "data"
    folder.mkdir()
    for name, text in EXTRACTS.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def checked(data, out=None, **options):
    """Check as of 1 March 2025, in silence."""
    return check(data, out, as_of=date(2025, 3, 1), progress=SilentProgress(), **options)


def test_each_table_has_its_line(data):
    """Eleven order lines: nine good, one rejected, one set aside; the column that nobody knows is named."""
    lines = checked(data, lang="en")
    assert "orders.csv: 11 rows, of which 9 good and 1 rejected" in lines
    assert "orders.csv: 1 row dated on or after the moment of decision set aside" in lines
    assert "orders.csv: unknown columns are left out: floor" in lines
    assert "discards: no file" in lines


def test_danish_is_the_language_unless_told_otherwise(data):
    """The same line, as the logistics worker reads it."""
    assert "orders.csv: 11 rækker, heraf 9 gode og 1 afvist" in checked(data)


def test_the_rejected_row_and_the_record_are_written(data, tmp_path):
    """Line 11 has the negative quantity; the record counts it and knows the policy."""
    checked(data, tmp_path / "out")
    header, row = (tmp_path / "out" / "rejected_rows.csv").read_text(encoding="utf-8").splitlines()
    assert header == "file,line,column,value,rule,advice"
    assert row.startswith("orders.csv,11,quantity,-10,")
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert (record["as_of"], record["rejected_rows"], record["set_aside_rows"]) == ("2025-03-01", 1, 1)
    assert record["policy"]["cost"]["order_line"] == 18.0
    assert record["inputs"]["orders"]["unknown_columns"] == ["floor"]


def test_a_check_without_out_writes_nothing(data, tmp_path):
    """Only the extracts are there afterwards."""
    checked(data)
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_later_rows_change_neither_the_run_id_nor_the_rejected_rows(data, tmp_path):
    """A line of 2 March, and a broken one, are set aside as if they weren't there."""
    checked(data, tmp_path / "before")
    with (data / "orders.csv").open("a") as file:
        file.write("B12,2025-03-02,C1,0050,10,1\nB13,2025-03-02,C9,0050,-1,1\n")
    checked(data, tmp_path / "after")
    records = [json.loads((tmp_path / name / "run.json").read_text("utf-8")) for name in ("before", "after")]
    assert records[0]["run_id"] == records[1]["run_id"]
    assert [record["set_aside_rows"] for record in records] == [1, 3]
    bytes_of = [(tmp_path / name / "rejected_rows.csv").read_bytes() for name in ("before", "after")]
    assert bytes_of[0] == bytes_of[1]


def test_an_earlier_row_or_another_policy_is_another_run(data, tmp_path):
    """One more order line before the moment of decision, then a dearer order line."""
    ids = []
    for number in range(3):
        if number == 1:
            (data / "orders.csv").write_text(EXTRACTS["orders"] + "B14,2025-02-01,C1,0050,10,1\n")
        if number == 2:
            (data / "policy.toml").write_text("[cost]\norder_line = 19")
        checked(data, tmp_path / str(number))
        ids.append(json.loads((tmp_path / str(number) / "run.json").read_text("utf-8"))["run_id"])
    assert len(set(ids)) == 3


def test_a_wrong_policy_stops_before_anything_is_written(data, tmp_path):
    """The policy beside the extracts counts, and an earlier result stays as it is."""
    checked(data, tmp_path / "out")
    earlier = (tmp_path / "out" / "run.json").read_bytes()
    (data / "policy.toml").write_text("[cost]\norder_line = -1")
    with pytest.raises(BadInput, match=r"policy.toml, \[cost\] order_line"):
        checked(data, tmp_path / "out")
    assert (tmp_path / "out" / "run.json").read_bytes() == earlier


def test_the_data_folder_is_no_place_for_the_result(data):
    """Nothing is read or written then."""
    with pytest.raises(BadInput, match="data folder"):
        checked(data, data)
    assert sorted(path.name for path in data.iterdir()) == sorted(f"{name}.csv" for name in EXTRACTS)
