"""Rows that are read as they are meant, and told; or that stop a run because nobody can tell."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from brikopt.contract.intake import Intake, read_extracts
from brikopt.contract.quality.oddities import Oddity
from brikopt.contract.rules import Rule
from brikopt.errors import BadInput
from tests.contract.test_damaged import sheets, with_text, without
from tests.worlds import tiny_hospital, write_extracts


def found(intake: Intake, code: str) -> Oddity:
    """The one finding of a kind."""
    (one,) = [oddity for oddity in intake.oddities if oddity.code == code]
    return one


def codes(intake: Intake) -> set[str]:
    """What was odd."""
    return {one.code for one in intake.oddities}


def deliveries(*rows: str, head: str = "delivered_at,cabinet_id,item_id,quantity,order_id,expiry_date") -> bytes:
    """A file of deliveries."""
    return "\n".join([head, *rows, ""]).encode()


PLAIN = [f"2025-01-{day:02},S2,000050,10,," for day in range(10, 20)]


def expiries(intake: Intake) -> list[str]:
    """Expiry dates of the deliveries read."""
    return intake.extract.before(intake.as_of).deliveries["expiry_date"].astype(str).tolist()


def quantities(intake: Intake) -> list[int]:
    """Units of the deliveries read."""
    return intake.extract.before(intake.as_of).deliveries["quantity"].tolist()


# B3 ordered 10 units for S2 on 3 February, B2 20 on 16 January.
@pytest.mark.parametrize(
    ("again", "left", "code"),
    [
        (["2025-02-05,S2,000050,10,B3,"] * 2, 1, "row_repeated"),
        (["2025-02-05,S2,000050,10,B3,"] * 3, 1, "row_repeated"),
        (["2025-01-20,S2,000050,10,B2,"] * 2, 2, ""),
        (["2025-02-05,S2,000050,10,,"] * 2, 2, "row_maybe_repeated"),
        (["2025-02-05,S2,000050,12,B3,"] * 2, 2, "row_maybe_repeated"),
    ],
)
def test_a_delivery_sent_twice_counts_once_where_the_order_tells(
    tmp_path: Path, again: list[str], left: int, code: str
) -> None:
    """Ordered once: the first stands. Two halves of an order both count; without an order number too, and told."""
    intake = with_text(tmp_path, "deliveries", deliveries(*PLAIN, *again))
    assert len(quantities(intake)) == 10 + left
    assert codes(intake) & {"row_repeated", "row_maybe_repeated"} == ({code} if code else set())
    assert len(intake.rejected) == len(again) - left


@pytest.mark.parametrize("times", [2, 3])
def test_a_file_put_together_twice_counts_once(tmp_path: Path, times: int) -> None:
    """Ten deliveries, twice or three times over, are ten; the worst kind of finding, and no stop."""
    intake = with_text(tmp_path, "deliveries", deliveries(*PLAIN * times))
    assert len(quantities(intake)) == 10
    odd = found(intake, "file_twice")
    assert (odd.severity, odd.rows, odd.line) == ("high", 10 * (times - 1), 12)


def test_order_lines_put_together_twice_count_once(tmp_path: Path) -> None:
    """Each row beside its twin: five of ten stay."""
    text = write_extracts(tmp_path, tiny_hospital())
    head, *rows = (text / "orders.csv").read_text().splitlines()
    (text / "orders.csv").write_text("\n".join([head, *(row for row in rows for _ in range(2))]))
    intake = read_extracts(tmp_path)
    assert len(intake.extract.before(intake.as_of).orders) == 5
    assert found(intake, "file_twice").table == "orders"


@pytest.mark.parametrize(
    ("written", "meant"),
    [("2026-02", "2026-02-28"), ("02/2028", "2028-02-29"), ("2026-04-00", "2026-04-30"), ("261200", "2026-12-31")],
)
def test_a_month_alone_means_its_last_day(tmp_path: Path, written: str, meant: str) -> None:
    """As on a pack."""
    intake = with_text(tmp_path, "deliveries", deliveries(*PLAIN, f"2025-02-05,S2,000050,10,,{written}"))
    assert expiries(intake)[-1] == meant
    assert found(intake, "month_only").line == 12


@pytest.mark.parametrize(
    ("expiry", "code"), [("2014-06-30", "expired"), ("2025-02-04", "expired"), ("2025-02-05", "expires")]
)
def test_a_date_before_the_delivery_is_unknown(tmp_path: Path, expiry: str, code: str) -> None:
    """Ten years or a day back it can't be right; on the very day it may, and is told."""
    intake = with_text(tmp_path, "deliveries", deliveries(*PLAIN, f"2025-02-05,S2,000050,10,,{expiry}"))
    assert str(expiries(intake)[-1]) == (expiry if code == "expires" else "nan")
    assert found(intake, f"{code}_on_arrival").line == 12


@pytest.mark.parametrize("written", ["-5", "5-", "- 5"])
def test_a_return_is_rejected_and_told(tmp_path: Path, written: str) -> None:
    """Five units went back; the row can't be used, and the goods are still believed there."""
    intake = with_text(tmp_path, "deliveries", deliveries(*PLAIN, f"2025-02-05,S2,000050,{written},,"))
    odd = found(intake, "returns")
    assert (odd.severity, odd.line, odd.numbers["units"]) == ("middle", 12, 5.0)
    assert len(intake.rejected) == 1


@pytest.mark.parametrize(("quantity", "line"), [(57012345, 12), (500_000_001, 12), (581, 12), (580, 0)])
def test_a_barcode_in_the_quantity_is_a_bad_row(tmp_path: Path, quantity: int, line: int) -> None:
    """S2 holds 20 + a pack of 10 less 1, and its lines are 10: beyond 20 times 29, and 10 times 10, it is rejected."""
    intake = with_text(tmp_path, "deliveries", deliveries(*PLAIN, f"2025-02-05,S2,000050,{quantity},,"))
    assert intake.rejected["line"].tolist() == ([line] if line else [])
    assert ("quantity_impossible" in codes(intake)) == bool(line)


def test_lines_that_were_always_large_are_good(tmp_path: Path) -> None:
    """Levels were taken down after years of 600 at a time."""
    intake = with_text(
        tmp_path, "deliveries", deliveries(*PLAIN, *["2024-02-05,S2,000050,600,,", "2024-05-05,S2,000050,600,,"])
    )
    assert len(intake.rejected) == 0


def test_the_policy_says_what_is_too_much(tmp_path: Path) -> None:
    """Beyond once full stock and ten times the other lines."""
    (without(tmp_path, "deliveries") / "deliveries.csv").write_bytes(deliveries(*PLAIN, "2025-02-05,S2,000050,101,,"))
    assert len(read_extracts(tmp_path).rejected) == 0
    assert "deliveries.csv" in read_extracts(tmp_path, max_quantity_factor=1.0).rejected["file"].tolist()


@pytest.mark.parametrize(("yes", "no"), [("ja", "nej"), ("TRUE", "FALSE"), ("Sand", "Falsk"), ("x", "")])
def test_flags_in_words_are_read_and_told(tmp_path: Path, yes: str, no: str) -> None:
    """A whole column of words."""
    tables = tiny_hospital()
    tables["items"]["critical"] = [no, no, yes, no]
    intake = read_extracts(write_extracts(tmp_path, tables))
    assert intake.extract.before(intake.as_of).items["critical"].tolist() == [False, False, True, False]
    assert found(intake, "yes_no").severity == "low"


def test_one_word_among_numbers_is_a_slip(tmp_path: Path) -> None:
    """0, 0, ja, 0, 0, 0, 0: the row is rejected, as any other flag than 0 and 1."""
    items = ["item_id,name,pack_size,unit_price_dkk,critical", *(f"9{n},Vare,1,1.5,0" for n in range(8))]
    base = ["000050,A,10,4.58,0", "1706363,B,50,1,ja", "3383066,C,5,4,0", "8786254,D,5,1,0"]
    tables = write_extracts(tmp_path, tiny_hospital())
    (tables / "items.csv").write_text("\n".join([*items, *base]))
    for name in set(tiny_hospital()) - {"items"}:
        path = tables / f"{name}.csv"
        path.write_text("\n".join(row for row in path.read_text().splitlines() if "1706363" not in row))
    assert read_extracts(tmp_path).rejected[["column", "value"]].to_numpy().tolist() == [["critical", "ja"]]


@pytest.mark.parametrize("total", ["I alt,,,,{}", "Total;;;100", "Kilde: lageret", "SUM:,,,100"])
def test_a_total_under_the_table_stops_nothing(tmp_path: Path, total: str) -> None:
    """One good count and a total: half the rows of the file, and yet the count is used."""
    text = f"counted_at,cabinet_id,item_id,quantity\n2025-02-01,S1,000050,3\n{total}\n"
    intake = with_text(tmp_path, "counts", text.encode())
    assert intake.extract.before(intake.as_of).counts["quantity"].tolist() == [3]
    assert found(intake, "total_rows").line == 3


ITEMS = "item_id;name;pack_size;unit_price_dkk\n000050;A;10;{}\n1706363;B;50;{}\n3383066;C;5;{}\n8786254;D;5;{}\n"


@pytest.mark.parametrize("prices", [("2.375", "11.250", "1.000", "3.333"), ("2.375", "", "11.250", "1.500")])
def test_thousands_or_three_decimals_stop_the_run(tmp_path: Path, prices: tuple[str, ...]) -> None:
    """2.375 with semicolons: nobody can tell, and a thousandfold price would be in every figure."""
    with pytest.raises(BadInput, match=r"items\.csv, line 2, column unit_price_dkk: .*2\.375"):
        with_text(tmp_path, "items", ITEMS.format(*prices).encode())


@pytest.mark.parametrize(
    ("prices", "first"), [(("2.375", "0.875", "1", "2"), 2.375), (("2.375", "11,25", "1", "2"), 2375.0)]
)
def test_one_number_that_is_clear_decides(tmp_path: Path, prices: tuple[str, ...], first: float) -> None:
    """0.875 can only be decimals; 11,25 makes the points thousands."""
    intake = with_text(tmp_path, "items", ITEMS.format(*prices).encode())
    assert intake.extract.before(intake.as_of).items["unit_price_dkk"].iloc[0] == first


def test_whole_prices_beside_thousands_are_told(tmp_path: Path) -> None:
    """12 and 1.250: read as thousands, and the worst kind of finding."""
    intake = with_text(tmp_path, "items", ITEMS.format("1.250", "12", "7", "2").encode())
    assert found(intake, "thousands_or_decimals").severity == "high"


def test_dates_that_a_spreadsheet_swapped_stop_the_run(tmp_path: Path) -> None:
    """3, 5 and 11 as real dates, 13 to 20 January as text: day and month of the real ones are swapped."""
    rows: list[list[object]] = [["counted_at", "cabinet_id", "item_id", "quantity"]]
    rows += [[date(2024, day, 1), "S1", "000050", 3] for day in (3, 5, 11)]
    rows = [rows[0], *([date(2024, 1, day), "S1", "000050", 3] for day in (3, 5, 11))]
    rows += [[f"{day}-01-2024", "S1", "000050", 3] for day in range(13, 21)]
    sheets(without(tmp_path, "counts") / "counts.xlsx", rows)
    with pytest.raises(BadInput, match=r"counts\.xlsx, line 2, column counted_at: .*12th"):
        read_extracts(tmp_path)


def test_real_dates_of_the_whole_month_are_no_doubt(tmp_path: Path) -> None:
    """The 3rd and the 25th as real dates beside text: somebody typed some of them."""
    rows: list[list[object]] = [["counted_at", "cabinet_id", "item_id", "quantity"]]
    rows += [[date(2024, 1, day), "S1", "000050", 3] for day in (3, 5, 25)]
    rows += [[f"{day}-01-2024", "S1", "000050", 3] for day in range(13, 21)]
    sheets(without(tmp_path, "counts") / "counts.xlsx", rows)
    assert not codes(read_extracts(tmp_path)) & {"dates_maybe_swapped", "dates_both_ways"}


@pytest.mark.parametrize(("days", "severity"), [(range(1, 8), "high"), (range(1, 4), "middle")])
def test_dates_that_can_be_read_both_ways_are_told(tmp_path: Path, days: range, severity: str) -> None:
    """No day above the 12th in the whole file; seven of them are hardly chance."""
    rows = [f"{day:02}-10-2024,S1,000050,3" for day in days]
    intake = with_text(tmp_path, "counts", "\n".join(["counted_at,cabinet_id,item_id,quantity", *rows]).encode())
    odd = found(intake, "dates_both_ways")
    assert (odd.severity, odd.numbers["example"]) == (severity, "01-10-2024")


def test_one_day_above_the_twelfth_settles_the_order(tmp_path: Path) -> None:
    """The 25th can only be a day."""
    rows = [f"{day:02}-10-2024,S1,000050,3" for day in (1, 2, 3, 4, 5, 6, 25)]
    intake = with_text(tmp_path, "counts", "\n".join(["counted_at,cabinet_id,item_id,quantity", *rows]).encode())
    assert "dates_both_ways" not in codes(intake)


@pytest.mark.parametrize("other", ["Mo\u0308lleby Nord", "M\u00f6lleby\u00a0Nord", " M\u00f6lleby  Nord"])
def test_one_name_in_two_forms_is_one_name(tmp_path: Path, other: str) -> None:
    """Two wards of one hospital, however its name was typed."""
    wards = f"ward_id,ward_name,hospital,unit\nA1,X,M\u00f6lleby Nord,K\nA2,Y,{other},K\n"
    intake = with_text(tmp_path, "wards", wards.encode())
    assert intake.extract.before(intake.as_of).wards["hospital"].tolist() == ["M\u00f6lleby Nord"] * 2
    assert "names_alike" in codes(intake)


def test_ids_stay_as_they_are(tmp_path: Path) -> None:
    """Blanks at the ends go; those within an id are part of it."""
    wards = "ward_id,ward_name,hospital,unit\n A1 ,X,M,K\nA2,Y,M,K\nA  3,Z,M,K\n"
    intake = with_text(tmp_path, "wards", wards.encode())
    assert intake.extract.before(intake.as_of).wards["ward_id"].tolist() == ["A1", "A2", "A  3"]


def test_good_extracts_have_hardly_anything_odd(tmp_path: Path) -> None:
    """In the format of the contract, whatever file they come in."""
    for suffix in (".csv", ".xlsx", ".parquet"):
        intake = read_extracts(write_extracts(tmp_path / suffix, tiny_hospital(), suffix=suffix))
        # But for one count of 1,200 in a place for 100.
        assert [one.code for one in intake.oddities if one.severity != "low"] == ["counted_above"]


@pytest.mark.parametrize(
    ("dates", "read", "told"),
    [
        (["28/01/2024"] * 6, 6, True),
        (["05/01/2024", *["28/01/2024"] * 5], 6, True),
        (["28/01/2024"], 0, False),
        (["05/01/2024"] * 2, 0, False),
        (["01/28/2024"] * 2, 0, False),
    ],
    ids=["all", "one settles the others", "a slip", "both ways", "month first"],
)
def test_another_form_of_dates_is_read_where_it_is_certain(
    tmp_path: Path, dates: list[str], read: int, told: bool
) -> None:
    """Beside 30 dates with the year first; what isn't certain, or is rare, is a bad row."""
    rows = [f"2024-01-{day:02},S1,000050,3" for day in range(1, 31)] + [f"{one},S1,000050,3" for one in dates]
    intake = with_text(tmp_path, "counts", "\n".join(["counted_at,cabinet_id,item_id,quantity", *rows]).encode())
    assert len(intake.extract.before(intake.as_of).counts) == 30 + read
    assert ("dates_other_form" in codes(intake), len(intake.rejected)) == (told, len(dates) - read)


@pytest.mark.parametrize(
    "names",
    [
        "Så".encode() + b",1,1\nI2,B\xe5re,1,1\n",
        "SÃ¥,1,1\nI2,BÃ¥re,1,1\n".encode(),
        "S\u200bå,1,1\nI2,Bå\u00adre,1,1\n".encode(),
    ],
    ids=["one odd byte beside one letter", "encoded twice", "signs that nobody sees"],
)
def test_letters_that_went_astray_are_put_right_and_told(tmp_path: Path, names: bytes) -> None:
    """Så and Båre."""
    head = b"item_id,name,pack_size,unit_price_dkk\n000050,x,10,1\n1706363,x,50,1\n3383066,x,5,1\n8786254,x,5,1\nI1,"
    intake = with_text(tmp_path, "items", head + names)
    assert intake.extract.before(intake.as_of).items["name"].tolist()[-2:] == ["Så", "Båre"]
    assert codes(intake) & {"odd_bytes", "encoded_twice", "names_alike"} or "\u200b".encode() in names


def test_lost_letters_are_told(tmp_path: Path) -> None:
    """S\ufffdr on line 3, and no way back."""
    wards = "ward_id,ward_name,hospital,unit\nA1,X,M,K\nA2,S\ufffdr,M,K\n"
    odd = found(with_text(tmp_path, "wards", wards.encode()), "letters_lost")
    assert (odd.rows, odd.line) == (1, 3)


def test_scans_that_all_stand_twice_are_told_as_the_worst_kind(tmp_path: Path) -> None:
    """Four scans and the same again; two of one day alone may be two units."""
    head, scans = "used_at,cabinet_id,item_id,quantity", [f"2025-01-0{day},S1,000050,1" for day in (1, 2, 3, 4)]
    intake = with_text(tmp_path, "uses", "\n".join([head, *scans, *scans]).encode())
    assert (found(intake, "uses_twice").severity, found(intake, "uses_twice").rows) == ("high", 4)
    once = with_text(tmp_path / "once", "uses", "\n".join([head, *scans, scans[0]]).encode())
    assert not codes(once) & {"row_maybe_repeated", "uses_twice"}


@pytest.mark.parametrize(
    ("written", "rule"),
    [("50", "ALIKE_ID"), ("000050\u200b", "ALIKE_ID"), ("0000050", "ALIKE_ID"), ("51", "UNKNOWN_ID")],
)
def test_ids_that_are_nearly_known_say_so(tmp_path: Path, written: str, rule: str) -> None:
    """000050 without its zeros, with a sign that nobody sees, with one zero more; and another number."""
    intake = with_text(tmp_path, "deliveries", deliveries(*PLAIN, f"2025-02-05,S2,{written},10,,"))
    assert intake.rejected["rule"].tolist() == [Rule[rule].sentence("items", "en")[0]]
