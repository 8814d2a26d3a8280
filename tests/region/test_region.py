"""Regions with broken rows, and with items that lie in hundreds of cabinets, through run, publish, pages and exports.

Run before each release by ``make test-region``, with ``POSITIONS=230000`` for a whole region; no part of ``make test``.
"""

from __future__ import annotations

import csv
import io
import os
from collections import Counter
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from brikopt.contract.outputs import OUTPUTS
from brikopt.flows.progress import SilentProgress
from brikopt.flows.simulate import simulate
from brikopt.reports.file_names import file_stem
from brikopt.reports.ward_guides import MOST_MOVES
from service.db.database import Database
from service.db.migrate import migrate
from service.runs.folder import open_run
from service.runs.publish import publish
from service.settings import Settings
from tests.service.sites import Site
from tests.whole.regions import AS_OF
from tests.whole.results import good_rows, place_of, record_of, rows, start

pytestmark = pytest.mark.region

POSITIONS = int(os.environ.get("REGION_POSITIONS", "900"))
WARDS = max(12, POSITIONS // 5 if POSITIONS <= 5000 else POSITIONS // 190)
# Seed, share of broken rows, and items in all: with so few, each lies in a hundred cabinets and more.
REGIONS = {"many items": (1, 0.01, None), "few items": (3, 0.01, 6), "clean": (5, 0.0, None)}
PAGES = ("/", "/afsnit", "/daekning", "/indkoeb", "/flytninger", "/koersler", "/?lang=en")
FORMS = ("json", "csv", "xlsx")


@pytest.fixture(scope="module", params=REGIONS)
def world(request, tmp_path_factory) -> Path:
    """Extracts of a region, and its result by a process of its own."""
    seed, dirty, items = REGIONS[request.param]
    folder = tmp_path_factory.mktemp("region")
    size = {"units": 5, "wards": WARDS, "positions": POSITIONS, "items": items, "years": 2}
    simulate(folder / "extracts", **size, seed=seed, dirty=dirty, progress=SilentProgress())
    options = ("--data", folder / "extracts", "--out", folder / "result", "--as-of", AS_OF)
    with start("run", *options, cwd=folder) as process:
        told, errors = process.communicate()
    assert process.returncode == 0, errors
    (folder / "told.txt").write_text(told, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def site(world, tmp_path_factory) -> Site:
    """A service in which the result is published."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("service"), DATABASE_URL="")
    database = Database(settings.url)
    migrate(database)
    publish(database, open_run(world / "result"), settings, by="test")
    database.close()
    return Site(settings, world / "result")


def test_nothing_is_left_out_and_every_position_is_there(world):
    """Each good row of the positions has its row in stock and levels; the record tells of nothing missing."""
    out = world / "result"
    places = {place_of(row) for row in good_rows(world / "extracts", out, "positions")}
    assert {place_of(row) for row in rows(out / "levels.csv")} == places
    assert {place_of(row) for row in rows(out / "stock.csv")} == places
    assert record_of(out)["left_out"] == []


def test_every_ward_without_cards_has_its_guide_to_the_last_row(world):
    """Page and PDF of each; the longest PDF names every item of its ward's cabinets without cards."""
    out = world / "result"
    extracts = world / "extracts"
    open_cabinets = {
        row["cabinet_id"]: row["ward_id"] for row in good_rows(extracts, out, "cabinets") if row["kind"] == "non_brik"
    }
    stems = {file_stem(ward) for ward in open_cabinets.values()}
    made = {path.name for path in (out / "guide").iterdir()}
    assert made == {f"{stem}.{form}" for stem in stems for form in ("html", "pdf")}
    counted = Counter(
        open_cabinets[row["cabinet_id"]] for row in rows(out / "levels.csv") if _is_in(row, open_cabinets)
    )
    ward, items = counted.most_common(1)[0]
    text = " ".join(page.extract_text() for page in PdfReader(out / "guide" / f"{file_stem(ward)}.pdf").pages)
    assert text.count("Varenr.") == items


def test_an_item_goes_to_many_cabinets_where_it_lies_in_many(world):
    """A giver of many moves once made a row taller than a page; the world of few items has one."""
    moves = Counter((row["from_cabinet_id"], row["item_id"]) for row in rows(world / "result" / "transfers.csv"))
    lies = Counter(row["item_id"] for row in rows(world / "result" / "stock.csv"))
    if lies.most_common(1)[0][1] < 100:
        pytest.skip("a world of many items")
    assert moves.most_common(1)[0][1] > MOST_MOVES


def test_the_workbook_opens_with_every_list(world):
    """A sheet a list, and the front sheet."""
    book = load_workbook(world / "result" / "brikopt.xlsx", read_only=True)
    assert len(book.sheetnames) >= len(OUTPUTS) + 1
    book.close()


def test_all_pages_and_files_answer(site):
    """Pages of the region; the ward and the cabinet with most to do, in every form."""
    admin, logistics = site.key("admin"), site.key("logistics")
    things = site.rows("trim_list")
    ward = Counter(row["ward_id"] for row in things).most_common(1)[0][0]
    cabinet = Counter(row["cabinet_id"] for row in things).most_common(1)[0][0]
    for path in (*PAGES, f"/afsnit/{ward}", f"/skab/{cabinet}"):
        key = admin if path == "/koersler" else site.key("purchasing") if path == "/indkoeb" else logistics
        assert site.call(key, "GET", path).status_code == 200, path
    for form in FORMS:
        for path in (f"/wards/{ward}/trim-list", f"/wards/{ward}/expiring", f"/cabinets/{cabinet}/levels", "/expiring"):
            assert site.get(logistics, f"{path}?format={form}").status_code == 200, path
    exported = site.get(logistics, f"/wards/{ward}/trim-list?format=csv").text
    lines = list(csv.reader(io.StringIO(exported.lstrip("\ufeff"))))
    assert len(lines) == 1 + sum(row["ward_id"] == ward for row in things)


def test_the_published_lists_are_those_of_the_run(site):
    """Totals of the lists across wards, and a ward's guide byte for byte."""
    key = site.key("admin")
    assert site.get(key, "/expiring").json()["total"] == len(site.rows("expiry_flags"))
    assert site.get(key, "/dead-stock").json()["total"] == len(site.rows("dead_stock"))
    guide = next(path for path in sorted((site.result / "guide").iterdir()) if path.suffix == ".pdf")
    assert site.get(key, f"/wards/{guide.stem}/guide?format=pdf").content == guide.read_bytes()


def _is_in(row: dict[str, str], cabinets: dict[str, str]) -> bool:
    return row["cabinet_id"] in cabinets
