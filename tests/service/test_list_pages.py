"""Lists across wards as pages and files: both show the same rows, and neither shows what lies out of reach."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from starlette.datastructures import QueryParams

from service.web.listed import BY_NAME, LISTED

PLACES = [listed.path for listed in LISTED]


def texts_of(page):
    """The words of a page, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


def file_of(site, key, page, form):
    """What the button of a page fetches."""
    (address,) = re.findall(rf'href="(/api/v1/[^"]*format={form}[^"]*)"', page)
    answer = site.call(key, "GET", unescape(address))
    assert answer.status_code == 200, answer.text
    return answer.content


# In this small world no use has changed: its list of shifts is empty.
FILLED = [listed for listed in LISTED if listed.name != "shifts"]


@pytest.mark.parametrize("listed", FILLED, ids=lambda listed: listed.name)
def test_a_file_holds_exactly_what_the_page_shows(listed, on_sqlite):
    """Narrowed to a unit: the same rows in the same order on the page, in CSV, workbook and PDF; each says by what."""
    key, unit = on_sqlite.key("reader"), on_sqlite.wards[0]["unit"]
    page = on_sqlite.call(key, "GET", f"{listed.path}?unit={unit}&sort=name").text
    items = re.findall(r"<small>Varenr. ([^<]*)</small>", page)
    total = int(re.search(r"<strong>([\d.]+) i alt</strong>", page)[1].replace(".", ""))
    assert 0 < total == len(items)
    rows = list(csv.DictReader(io.StringIO(file_of(on_sqlite, key, page, "csv").decode("utf-8-sig")), delimiter=";"))
    assert tuple(sorted(rows[0])) == tuple(sorted(listed.shown))
    names = {one["item_id"]: one["name"] for one in on_sqlite.masters["items"]}
    assert [row["name"] for row in rows] == [names[item] for item in items]
    book = load_workbook(io.BytesIO(file_of(on_sqlite, key, page, "xlsx")))
    assert book.worksheets[0].max_row == total + 1
    said = " ".join(cell.value for (cell,) in book["Om listen"].iter_rows())
    assert f"Enhed: {unit}" in said
    assert re.search(r"Udskrevet \d\d-\d\d-\d{4} \d\d.\d\d af key \d+", said)
    paper = PdfReader(io.BytesIO(file_of(on_sqlite, key, page, "pdf")))
    assert f"Enhed: {unit}" in paper.pages[0].extract_text()
    assert f"Side 1 af {len(paper.pages)}" in paper.pages[0].extract_text()


@pytest.mark.parametrize("role", ["logistics", "purchasing", "programme", "reader"])
def test_no_list_shows_what_lies_out_of_reach(role, on_sqlite):
    """Roles × lists × (page, API, CSV): a grant of one ward finds its rows, and no other ward's, also when it asks."""
    mine, *others = on_sqlite.wards
    key = on_sqlite.key(role, wards=mine["ward_id"])
    for listed in LISTED:
        for asked in ("", f"?ward={others[0]['ward_id']}"):
            told = on_sqlite.call(key, "GET", f"{listed.path}{asked}").text
            rows = on_sqlite.get(key, f"{listed.api}{asked}").json()
            assert {row["ward_id"] for row in rows["items"]} <= {mine["ward_id"]}
            assert rows["total"] == 0 or not asked
            told += on_sqlite.get(key, f"{listed.api}{asked}", Accept="text/csv").text
            assert not [one for one in others if f"({one['ward_id']})" in told or f";{one['ward_id']};" in told]


def test_pages_follow_each_other_in_the_database(site):
    """Levels of all 90 positions, 40 a page by name: every position once, in the order of the names."""
    key = site.key("reader")
    pages = [site.get(key, f"/levels?page_size=40&page={number}&sort=name").json() for number in (1, 2, 3)]
    rows = [row for page in pages for row in page["items"]]
    assert pages[0]["total"] == len(rows) == len(site.rows("levels"))
    assert len({(row["cabinet_id"], row["item_id"]) for row in rows}) == len(rows)


def test_goods_are_found_by_a_part_of_their_name_and_by_their_number(on_sqlite):
    """Letters of any case; a per cent sign stands for itself."""
    key, row = on_sqlite.key("reader"), on_sqlite.rows("levels")[0]
    names = {one["item_id"]: one["name"] for one in on_sqlite.masters["items"]}
    part = names[row["item_id"]].split()[0]
    found = on_sqlite.get(key, f"/levels?text={part.upper()}&page_size=1000").json()["items"]
    assert found
    assert all(part.lower() in one["name"].lower() for one in found)
    assert on_sqlite.get(key, f"/levels?text={row['item_id']}").json()["total"] > 0
    assert on_sqlite.get(key, "/levels?text=%25").json()["total"] == 0


def test_goods_are_found_by_their_category(on_sqlite):
    """Each category of the run's items: together all of the list."""
    key = on_sqlite.key("reader")
    categories = {one["category"] for one in on_sqlite.masters["items"]}
    totals = [on_sqlite.get(key, f"/levels?category={one}").json()["total"] for one in categories]
    assert len(categories) > 1
    assert sum(totals) == len(on_sqlite.rows("levels"))


def test_a_page_forgives_what_an_address_cannot_mean():
    """Empty fields of a form, words for numbers and unknown columns are left out; good ones count."""
    listed = BY_NAME["expiring"]
    asked = QueryParams("unit=&min_dkk=mange&min_probability=7&sort=-colour&column=colour&critical=x&ward=A1")
    wanted = listed.filter_of(asked)
    assert (wanted.unit, wanted.min_dkk, wanted.min_probability, wanted.critical) == (None, 0.0, 1.0, None)
    assert (wanted.ward, wanted.sort, wanted.columns) == ("A1", listed.sort, listed.shown)
    assert listed.filter_of(QueryParams(wanted.as_query())) == wanted
    assert listed.filter_of(QueryParams("min_dkk=2,5")).min_dkk == 2.5


def test_far_in_a_list_the_rows_are_the_same(site, monkeypatch):
    """Sorted by their numbers alone, a page holds what it holds otherwise."""
    key, asked = site.key("reader"), "/levels?page_size=7&page=5&sort=-saving_dkk_per_year"
    usual = site.get(key, asked).json()
    monkeypatch.setattr("service.lists.across._DEEP", 0)
    assert site.get(site.key("reader"), asked).json() == usual
    assert len(usual["items"]) == 7
