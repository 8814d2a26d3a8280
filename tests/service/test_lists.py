"""The lists: what the run wrote, in every form that somebody may want."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from brikopt.contract.outputs import TRIM_LIST
from brikopt.expiry.bands import band_of
from service.answers.forms import Form
from service.answers.sheets import Sheet, as_file, defused

NASTY = ["=1+1", "+45 12345678", "@SUM(A1)", "-2+3", "\tx", " =1", "＝1", "000050", "-5", "-2,5", 'Kanyle; "G" 24']


def nasty_sheet(lang="da") -> Sheet:
    """A trim list whose names try to become formulas."""
    empty = dict.fromkeys(column.name for column in TRIM_LIST.columns)
    rows = [{**empty, "item_id": "000050", "name": name, "rank": 1, "saving_dkk_per_year": -1234.5} for name in NASTY]
    return Sheet("trim_list-A1", "Trimliste A1", "Kørsel x", TRIM_LIST.columns, rows, lang)


def read_csv(content: bytes) -> list[dict[str, str]]:
    """Rows of a CSV as a Danish spreadsheet reads it."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_a_wards_trim_list_is_what_the_run_wrote(site):
    """Every line of the ward in the file, with its rank, in the same order; ids keep their zeros."""
    key = site.key("reader")
    for ward in site.wards:
        written = [row for row in site.rows("trim_list") if row["ward_id"] == ward["ward_id"]]
        answer = site.get(key, f"/wards/{ward['ward_id']}/trim-list?page_size=1000").json()
        assert answer["total"] == len(written)
        kept = ("cabinet_id", "item_id", "name", "action", "reason")
        assert [[row[name] for name in kept] for row in answer["items"]] == [[r[n] for n in kept] for r in written]
        assert [row["rank"] for row in answer["items"]] == list(range(1, len(written) + 1))


def test_the_levels_of_all_cabinets_are_those_of_the_run(site):
    """As many rows as levels.csv, each with its proposed max."""
    key = site.key("reader")
    written = {(row["cabinet_id"], row["item_id"]): int(row["new_max_level"]) for row in site.rows("levels")}
    shown = {}
    for cabinet in sorted({cabinet for cabinet, _ in written}):
        for row in site.get(key, f"/cabinets/{cabinet}/levels").json()["items"]:
            shown[row["cabinet_id"], row["item_id"]] = row["new_max_level"]
    assert shown == written


def test_expiring_goods_come_by_date_each_in_its_band(site):
    """All flags of the file, and the band fits the date."""
    key = site.key("reader")
    as_of = date.fromisoformat(site.get(site.key("admin"), "/runs").json()["items"][0]["as_of"])
    shown = []
    for ward in site.wards:
        rows = site.get(key, f"/wards/{ward['ward_id']}/expiring").json()["items"]
        dates = [row["earliest_expiry"] or "9999" for row in rows]
        assert dates == sorted(dates)
        days = [row["earliest_expiry"] and date.fromisoformat(row["earliest_expiry"]) for row in rows]
        assert [row["band"] for row in rows] == [band_of(day, as_of) for day in days]
        shown += rows
    assert len(shown) == len(site.rows("expiry_flags")) > 0


@pytest.mark.parametrize(
    ("days", "band"),
    [(-1, "overdue"), (0, "within_30"), (30, "within_30"), (31, "within_60"), (90, "within_90"), (180, "within_180")],
)
def test_a_band_ends_on_its_last_day(days, band):
    """Goods may be used on their date, so day 0 is not overdue."""
    assert band_of(date.fromordinal(date(2025, 3, 1).toordinal() + days), date(2025, 3, 1)) == band


def test_pages_follow_each_other_without_gap_or_overlap(site):
    """Wards two a page: 3 pages of 6 wards, and an empty fourth."""
    key = site.key("reader")
    pages = [site.get(key, f"/wards?page_size=2&page={number}").json() for number in (1, 2, 3, 4)]
    assert all(sorted(page) == ["items", "page", "page_size", "total"] for page in pages)
    assert [ward["ward_id"] for page in pages for ward in page["items"]] == [w["ward_id"] for w in site.wards]
    assert [len(page["items"]) for page in pages] == [2, 2, 2, 0]


@pytest.mark.parametrize(
    ("form", "media_type", "start"),
    [
        ("json", "application/json", b'{"items":'),
        ("csv", "text/csv; charset=utf-8", b"\xef\xbb\xbfunit;"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
        ("html", "text/html; charset=utf-8", b"<!doctype html>"),
        ("pdf", "application/pdf", b"%PDF-"),
    ],
)
def test_each_form_can_be_asked_for_in_two_ways(form, media_type, start, on_sqlite):
    """?format= and Accept give the same media type and beginning."""
    key, ward = on_sqlite.key("reader"), on_sqlite.wards[0]["ward_id"]
    by_query = on_sqlite.get(key, f"/wards/{ward}/trim-list?format={form}")
    by_header = on_sqlite.get(key, f"/wards/{ward}/trim-list", Accept=media_type.split(";")[0])
    for answer in (by_query, by_header):
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == media_type
        assert answer.content.startswith(start)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("*/*", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
        ("application/json;q=0.2, text/csv;q=0.9", "text/csv; charset=utf-8"),
        ("application/json;q=0, */*;q=0.1", "text/csv; charset=utf-8"),
        ("image/png", "application/problem+json"),
    ],
)
def test_the_form_liked_best_is_given(accept, expected, on_sqlite):
    """A range counts as its closest match; what nobody offers is 406."""
    key, ward = on_sqlite.key("reader"), on_sqlite.wards[0]["ward_id"]
    assert on_sqlite.get(key, f"/wards/{ward}/trim-list", Accept=accept).headers["Content-Type"] == expected


@pytest.mark.parametrize(("form", "start"), [("html", b"<!doctype html>"), ("pdf", b"%PDF-")])
def test_the_guide_is_the_runs_own_file(form, start, site):
    """Byte for byte; a ward without a guide is 404."""
    key = site.key("reader")
    guides = {path.stem: path for path in (site.result / "guide").glob(f"*.{form}")}
    for ward in site.wards:
        answer = site.get(key, f"/wards/{ward['ward_id']}/guide?format={form}")
        if ward["ward_id"] in guides:
            assert answer.content == guides[ward["ward_id"]].read_bytes()
            assert answer.content.startswith(start)
        else:
            assert answer.status_code == 404
    assert guides


def test_the_guides_own_style_is_the_only_one_allowed(on_sqlite):
    """Its policy names the style's SHA-256, and the page's own policy names the same."""
    ward = next((on_sqlite.result / "guide").glob("*.html")).stem
    answer = on_sqlite.get(on_sqlite.key("reader"), f"/wards/{ward}/guide?format=html")
    policy = answer.headers["Content-Security-Policy"]
    digest = policy.split("style-src '")[1].split("'")[0]
    assert digest.startswith("sha256-")
    assert digest in answer.text
    assert "unsafe" not in policy


def test_no_cell_of_a_csv_starts_a_formula():
    """Seven names get an apostrophe; an id, numbers and ordinary words stay as they are."""
    rows = read_csv(as_file(nasty_sheet(), Form.CSV).body)
    assert [row["name"] for row in rows] == [f"'{name}" for name in NASTY[:7]] + NASTY[7:]
    assert rows[0]["item_id"] == "000050"
    assert rows[0]["saving_dkk_per_year"] == "-1234,50"


def test_in_a_workbook_codes_and_texts_are_text():
    """No cell is a formula, zeros stay, and kroner are numbers."""
    book = load_workbook(io.BytesIO(as_file(nasty_sheet(), Form.XLSX).body))
    (sheet,) = book.worksheets
    cells = list(sheet.iter_rows(min_row=2))
    places = {column.name: place for place, column in enumerate(TRIM_LIST.columns)}
    assert [row[places["name"]].value for row in cells] == NASTY
    assert {cell.data_type for row in cells for cell in row} <= {"s", "n"}
    assert cells[0][places["item_id"]].value == "000050"
    assert cells[0][places["saving_dkk_per_year"]].value == -1234.5


def test_a_page_escapes_what_it_shows():
    """A name with a tag stands there as text, in the page and on paper."""
    sheet = nasty_sheet()
    sheet.rows[0]["name"] = "<script>x</script>"
    assert b"&lt;script&gt;x" in as_file(sheet, Form.HTML).body
    assert "<script>" in PdfReader(io.BytesIO(as_file(sheet, Form.PDF).body)).pages[0].extract_text()


@pytest.mark.parametrize("text", ["", "Kanyle", "12,5", "-5", "S10001"])
def test_an_ordinary_text_stays(text):
    """Nothing is put before it."""
    assert defused(text) == text


def test_a_limited_purchaser_reads_of_own_wards_alone(on_sqlite):
    """All findings without limits; with one ward those that name it, whole only where they name no other."""
    written = on_sqlite.rows("purchasing")
    everything = on_sqlite.get(on_sqlite.key("purchasing"), "/purchasing?page_size=1000").json()["items"]
    assert len(everything) == len(written)
    ward = next(row["wards"].split(";")[0] for row in written if ";" in row["wards"])
    key = on_sqlite.key("purchasing", wards=ward)
    own = on_sqlite.get(key, "/purchasing?page_size=1000").json()["items"]
    assert {row["wards"] for row in own} == {ward}
    assert len(own) == sum(ward in row["wards"].split(";") for row in written)
    assert [row for row in own if row["detail"] is not None] == [row for row in everything if row["wards"] == ward]
    told = on_sqlite.get(key, "/purchasing?format=csv").content.decode("utf-8-sig")
    told += on_sqlite.call(key, "GET", "/indkoeb").text
    others = {one["ward_id"] for one in on_sqlite.wards} - {ward}
    assert not {one for one in others if f"{one};" in told or f";{one}" in told or f">{one}<" in told}


def test_the_review_plan_keeps_to_the_scope(site):
    """All of the file for the region; only own wards for a limited grant."""
    ward = site.rows("review_plan")[0]["ward_id"]
    assert site.get(site.key("programme"), "/review-plan").json()["total"] == len(site.rows("review_plan"))
    own = site.get(site.key("logistics", wards=ward), "/review-plan").json()["items"]
    assert {row["ward_id"] for row in own} == {ward}


ACROSS = {
    "expiring": "expiry_flags",
    "supply-risk": "supply_risk",
    "dead-stock": "dead_stock",
    "out-of-date": "out_of_date",
    "counts-worth-making": "counts_worth_making",
}


@pytest.mark.parametrize(("path", "name"), ACROSS.items())
def test_a_list_across_wards_holds_every_row_in_reach(path, name, site):
    """All rows of the run with the ward and the item of each; of one unit those of its wards, by grant or by filter."""
    written = site.rows(name)
    rows = site.get(site.key("reader"), f"/{path}?page_size=1000").json()
    assert rows["total"] == len(written) > 0
    places = {(row["cabinet_id"], row["item_id"]) for row in written}
    assert {(row["cabinet_id"], row["item_id"]) for row in rows["items"]} == places
    assert all(row["ward_id"] == site.ward_of(row["cabinet_id"]) and row["name"] for row in rows["items"])
    unit = site.wards[0]["unit"]
    wards = {ward["ward_id"] for ward in site.wards if ward["unit"] == unit}
    own = [row for row in rows["items"] if row["ward_id"] in wards]
    by_grant = site.get(site.key("reader", units=unit), f"/{path}?page_size=1000").json()["items"]
    by_filter = site.get(site.key("reader"), f"/{path}?page_size=1000&unit={unit}").json()["items"]
    assert by_grant == by_filter == own
    other = next(ward["unit"] for ward in site.wards if ward["unit"] != unit)
    assert site.get(site.key("reader", units=unit), f"/{path}?unit={other}").json()["total"] == 0


def test_a_list_across_wards_is_filtered_and_sorted(on_sqlite):
    """By chance and kroner, the dearest first; the same rows in the file; an unknown column is refused by name."""
    key = on_sqlite.key("reader")
    asked = "/expiring?page_size=1000&min_probability=0.5&min_dkk=5&sort=-expected_expired_dkk"
    rows = on_sqlite.get(key, asked).json()["items"]
    flags = on_sqlite.rows("expiry_flags")
    wanted = [row for row in flags if float(row["p_expire"]) >= 0.5 and float(row["expected_expired_dkk"]) >= 5]
    assert len(rows) == len(wanted) > 1
    dkk = [row["expected_expired_dkk"] for row in rows]
    assert dkk == sorted(dkk, reverse=True)
    file = read_csv(on_sqlite.get(key, f"{asked}&format=csv").content)
    assert [row["item_id"] for row in file] == [row["item_id"] for row in rows]
    refused = on_sqlite.get(key, "/expiring?sort=colour")
    assert (refused.status_code, refused.json()["errors"][0]["where"]) == (422, "query.sort")


def test_a_list_across_wards_tells_critical_items_apart(on_sqlite):
    """Critical ones and others make up all."""
    key = on_sqlite.key("reader")
    totals = [on_sqlite.get(key, f"/dead-stock{asked}").json()["total"] for asked in ("", "?critical=1", "?critical=0")]
    assert totals[0] == totals[1] + totals[2]
