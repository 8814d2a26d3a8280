"""The guides of a run, as files."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace

import pytest

from brikopt.errors import BadInput
from brikopt.flows import guides
from brikopt.flows import run as flow
from brikopt.flows.guides import write_guides
from brikopt.flows.progress import SilentProgress
from brikopt.flows.run import run
from tests.reports.guides import guide, position
from tests.worlds import tiny_hospital, write_extracts


def run_on(data, out, **options):
    """Do the main job in this process."""
    usual = {"as_of": None, "jobs": 1, "backend": "loky", "policy_file": None, "lang": "da"}
    run(data, out, **(usual | options), progress=SilentProgress())
    return out


@pytest.fixture(scope="module")
def extracts(tmp_path_factory):
    """Five positions: S2 in ward A1 holds two without cards, S3 in ward A2 one; S4 in ward Æ/3 is empty."""
    tables = tiny_hospital()
    tables["wards"].loc[2] = ["Æ/3", "<b>Ny</b>", "Mølleby", "Kirurgi", "1", "1", "", ""]
    tables["cabinets"].loc[3] = ["S4", "Æ/3", "non_brik", ""]
    return write_extracts(tmp_path_factory.mktemp("extracts") / "data", tables)


@pytest.fixture(scope="module")
def result(extracts, tmp_path_factory):
    """The result of a run."""
    return run_on(extracts, tmp_path_factory.mktemp("result") / "out")


def text_of(result, name):
    """A guide as text."""
    return (result / "guide" / name).read_text(encoding="utf-8")


def test_every_ward_with_a_cabinet_without_cards_has_a_page_and_a_pdf(result):
    """Three wards; the one named Æ/3 has a name that every disk takes."""
    stems = ("A1", "A2", "%C3%86%2F3")
    assert {path.name for path in (result / "guide").iterdir()} == {
        f"{stem}.{kind}" for stem in stems for kind in ("html", "pdf")
    }
    assert all((result / "guide" / f"{stem}.pdf").read_bytes().startswith(b"%PDF-") for stem in stems)


def test_a_guide_lists_the_goods_without_cards_alone(result):
    """S2 holds 000050 and 1706363; 3383066 lies in S1 of the same ward, which has cards."""
    assert sorted(re.findall(r"Varenr\. (\d+)", text_of(result, "A1.html"))) == ["000050", "1706363"]
    assert re.findall(r"Varenr\. (\d+)", text_of(result, "A2.html")) == ["8786254"]


def test_the_habit_is_that_of_the_order_lines(result):
    """000050 in S2 was ordered twice, 20 and 10 units; 1706363 never, though 50 units were delivered."""
    page = text_of(result, "A1.html")
    assert "kun 2 ordrelinjer: 15 stk., senest 03-02-2025" in page
    assert "ingen bestilling på varenummeret i data" in page


def test_an_empty_cabinet_says_so(result):
    """S4 holds nothing, and the ward's name is text."""
    page = text_of(result, "%C3%86%2F3.html")
    assert "Skabet er tomt" in page
    assert "&lt;b&gt;Ny&lt;/b&gt;" in page


def test_the_record_and_the_pages_name_the_same_run(result):
    """The record lists every guide; each page has the run's id at its foot."""
    record = json.loads((result / "run.json").read_text(encoding="utf-8"))
    assert {"guide", "guide/A1.html", "guide/A1.pdf"} <= set(record["files"])
    assert f"kørsel {record['run_id']}," in text_of(result, "A1.html")


def test_two_processes_write_the_same_bytes(extracts, result, tmp_path):
    """And the earlier result is replaced whole, with its guides."""
    out = tmp_path / "out"
    shutil.copytree(result, out)
    (out / "guide" / "A1.html").write_text("spoiled", encoding="utf-8")
    run_on(extracts, out, jobs=2)
    names = sorted(path.name for path in (out / "guide").iterdir())
    assert names == sorted(path.name for path in (result / "guide").iterdir())
    assert [n for n in names if (out / "guide" / n).read_bytes() != (result / "guide" / n).read_bytes()] == []


def test_something_foreign_among_the_guides_is_kept(extracts, tmp_path):
    """A guide that somebody has scanned back and laid beside ours stops the next run."""
    out = run_on(extracts, tmp_path / "out")
    (out / "guide" / "A1-scanned.pdf").write_bytes(b"mine")
    with pytest.raises(BadInput, match=r"guide/A1-scanned\.pdf, which brikopt did not make"):
        run_on(extracts, out)
    assert (out / "guide" / "A1-scanned.pdf").read_bytes() == b"mine"


def test_the_guide_speaks_english_and_follows_the_policy(extracts, tmp_path):
    """Another language, another address, a blind count."""
    (tmp_path / "p.toml").write_text('[guide]\nbase_url = "https://b.dk"\nblind_count = true\n', encoding="utf-8")
    page = text_of(run_on(extracts, tmp_path / "out", lang="en", policy_file=tmp_path / "p.toml"), "A1.html")
    assert '<html lang="en">' in page
    assert 'href="https://b.dk/afsnit/A1"' in page
    assert "on the shelf" not in page.split("<tbody>")[1].replace("earliest date on the shelf", "").replace(
        "money on the shelf", ""
    ).replace("label on the shelf", "")


def test_a_region_without_such_cabinets_has_no_folder(tmp_path):
    """No guide, no folder; one guide, one folder."""
    assert write_guides([], tmp_path / "none", jobs=1) == []
    assert write_guides([guide([position()])], tmp_path / "one", jobs=1) == []
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def test_a_page_that_cannot_be_drawn_is_told_and_costs_no_other(tmp_path):
    """The first guide lacks a text: neither of its files is there, both of the other's are."""
    broken = replace(guide([position()]), ward_id="A9", address=None)
    left_out = write_guides([broken, guide([position()])], tmp_path / "guide", jobs=1)
    assert [one.what for one in left_out] == ["guide/A9.html", "guide/A9.pdf"]
    assert sorted(path.name for path in (tmp_path / "guide").iterdir()) == ["A1.html", "A1.pdf"]


def test_a_run_tells_what_is_left_out_and_writes_the_rest(extracts, tmp_path, monkeypatch):
    """A chance that became infinite, a guide and a workbook that can't be drawn: told, and all else is there."""
    real = flow.output_tables

    def spoiled(*arguments):
        lists = real(*arguments)
        lists["stock"].loc[0, "on_hand_mean"] = float("inf")
        return lists

    monkeypatch.setattr(flow, "output_tables", spoiled)
    monkeypatch.setattr(guides, "guide_pdf", lambda made: bytes(1 // (made.ward_id != "A1")))
    monkeypatch.setattr(flow, "write_workbook", lambda *_: 1 // 0)
    usual = {"as_of": None, "jobs": 1, "backend": "loky", "policy_file": None, "lang": "da"}
    found = run(extracts, tmp_path / "out", **usual, progress=SilentProgress())
    told = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))["left_out"]
    assert [one["what"] for one in told] == ["guide/A1.pdf", "stock.csv", "brikopt.xlsx"]
    assert found.lines("da")[-1].startswith("Kunne ikke tegnes og er udeladt: guide/A1.pdf, i alt 3;")
    rows = (tmp_path / "out" / "stock.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 1 + 4
    assert (tmp_path / "out" / "guide" / "A2.pdf").exists()


def test_a_full_disk_ends_the_run(extracts, tmp_path, monkeypatch):
    """Nothing is left out where nothing more could be written anyway."""

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(flow, "write_workbook", full)
    with pytest.raises(OSError, match="No space left"):
        run_on(extracts, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_medicine_cabinet_speaks_of_the_pharmacy(tmp_path):
    """S3 is one: the guide of its ward names the pharmacy, that of A1 doesn't."""
    tables = tiny_hospital()
    tables["cabinets"]["kind"] = ["brik", "non_brik", "medicin"]
    result = run_on(write_extracts(tmp_path / "data", tables), tmp_path / "out")
    assert "apoteket" in text_of(result, "A2.html")
    assert "apoteket" not in text_of(result, "A1.html")
