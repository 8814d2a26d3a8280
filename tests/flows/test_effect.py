"""The effect of reviews from extracts to pages."""

import re
from datetime import date

import pandas as pd
import pytest
from pypdf import PdfReader

from brikopt.flows.effect import effect_of_reviews
from brikopt.flows.progress import SilentProgress
from brikopt.world.files import write_extracts
from brikopt.world.region import simulate_region
from brikopt.world.settings import WorldSettings
from tests.worlds import tiny_hospital
from tests.worlds import write_extracts as write_tiny


def run(data, out, lang="da", as_of=None):
    """Do the work, and return the lines for the screen."""
    return effect_of_reviews(data, out, as_of=as_of, policy_file=None, lang=lang, progress=SilentProgress())


@pytest.fixture(scope="module")
def extracts(tmp_path_factory):
    """A simulated region of 24 wards in two units, in which a review changes nothing."""
    folder = tmp_path_factory.mktemp("region")
    write_extracts(simulate_region(WorldSettings(units=2, wards=24, positions=240, years=3, seed=5, dirty=0)), folder)
    return folder


@pytest.fixture(scope="module")
def result(extracts, tmp_path_factory):
    """Its pages, and the lines for the screen."""
    out = tmp_path_factory.mktemp("out") / "effect"
    return out, run(extracts, out)


def test_there_is_a_page_for_the_region_and_each_unit(result):
    """Two units and the region, each as HTML and as a PDF of one page."""
    out, lines = result
    pages = sorted(path.relative_to(out).as_posix() for path in out.rglob("*.html"))
    assert len(pages) == 3 and pages[0] == "effect.html"
    for page in pages:
        assert len(PdfReader((out / page).with_suffix(".pdf")).pages) == 1
    assert len(lines) == 4


def test_page_and_table_say_the_same(result):
    """The region's lines a month before the review stand in effect.csv and on the page, with a decimal comma."""
    out, _ = result
    figures = pd.read_csv(out / "effect.csv")
    lines = figures[(figures["unit"] == "*") & (figures["measure"] == "order_lines")].iloc[0]
    assert lines["low"] <= lines["change"] == pytest.approx(lines["after"] - lines["expected"], abs=2e-4)
    shown = f"{lines['before']:.1f}".replace(".", ",").removesuffix(",0")
    page = (out / "effect.html").read_text("utf-8")
    assert f"<td>{shown}</td>" in page
    assert shown in PdfReader(out / "effect.pdf").pages[0].extract_text()
    assert "<svg" in page and not re.search(r"""(src|href)=["']?http""", page)  # nothing is loaded from elsewhere


def test_the_same_extracts_give_the_same_bytes(extracts, result, tmp_path):
    """Pages, PDFs and figures; run.json has its timings."""
    out, _ = result
    run(extracts, tmp_path / "again")
    for path in out.rglob("*.*"):
        if path.name != "run.json":
            assert path.read_bytes() == (tmp_path / "again" / path.relative_to(out)).read_bytes(), path.name


def test_what_happens_later_changes_nothing(extracts, tmp_path):
    """As of 1 June 2024 with and without the records of later days."""
    early = tmp_path / "early"
    early.mkdir()
    for path in extracts.iterdir():
        table = pd.read_csv(path, dtype="str", keep_default_na=False)
        dated = [name for name in table.columns if name.endswith("_at")]
        table[(table[dated] < "2024-06-01").all(axis=1)].to_csv(early / f"{path.name.split('.')[0]}.csv", index=False)
    for data in (extracts, early):
        run(data, tmp_path / f"from-{data.name}", as_of=date(2024, 6, 1))
    one, other = ((tmp_path / f"from-{data.name}" / "effect.csv").read_bytes() for data in (extracts, early))
    assert one == other


@pytest.mark.parametrize(("lang", "words"), [("da", "Der er for lidt at gå ud fra"), ("en", "Too little to say")])
def test_too_few_reviews_are_said_to_be_too_few(tmp_path, lang, words):
    """Two wards and at most two reviews: a page that says so, without figures."""
    lines = run(write_tiny(tmp_path / "tiny", tiny_hospital()), tmp_path / "out", lang)
    assert words in lines[0]
    page = (tmp_path / "out" / "effect.html").read_text("utf-8")
    assert words in page and "<table>" not in page
    assert len(pd.read_csv(tmp_path / "out" / "effect.csv")) == 0
    assert words in PdfReader(tmp_path / "out" / "effect.pdf").pages[0].extract_text().replace("\n", " ")
