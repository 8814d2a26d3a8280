"""The guide as a page, as its text."""

import base64
import hashlib
import re

import pytest

from brikopt.reports.guide_html import guide_html, style_hash
from brikopt.reports.wording import LANGUAGES
from tests.reports.guides import guide, large_guide, position, thing

EVIL = '<script>alert("x")</script> & \'</style>'


def test_every_item_is_one_row_with_its_number():
    """300 items are 300 rows, numbered 1 to 300, over two tables."""
    page = guide_html(large_guide(300))
    assert re.findall(r'<tr id="nr-(\d+)">', page) == [str(number) for number in range(1, 301)]
    assert page.count("<table>") == 2
    assert page.count("<caption>") == 2


def test_names_are_escaped_wherever_they_stand():
    """A name that is a script, and a reason that ends the style, come out as text."""
    places = (("A<1", "S<1"),)
    positions = [position(name=EVIL, cabinet_id="S<1", item_id="<i>", reason=EVIL)]
    page = guide_html(guide(positions, [thing("<i>", "S<1", reason=EVIL)], places=places))
    assert "<script" not in page
    assert page.count("</style>") == 1
    assert page.count("&lt;script&gt;") == 3  # among the first, in the row, as the reason
    assert "S&lt;1" in page and "A&lt;1" in page and "&lt;i&gt;" in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_needs_nothing_from_elsewhere(lang):
    """No script, no attribute of style or event, and nothing that a browser would fetch."""
    page = guide_html(large_guide(3, lang=lang))
    assert page.startswith(f'<!doctype html>\n<html lang="{lang}">')
    assert not re.search(r"<script|<link|<img|<iframe|@import|url\(|\sstyle=|\son\w+=|\ssrc=", page)
    assert set(re.findall(r'href="([^"]+)"', page)) == {"#nr-1", "http://localhost:8000/afsnit/A1"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_policy_of_the_page_allows_its_own_style_alone(lang):
    """The style of every ward is the same, and its hash is the one named."""
    one, other = guide_html(large_guide(3, lang=lang)), guide_html(guide([], lang=lang))
    styles = {re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1] for page in (one, other)}
    assert len(styles) == 1
    digest = base64.b64encode(hashlib.sha256(styles.pop().encode()).digest()).decode()
    assert style_hash(lang) == f"sha256-{digest}"
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in one


def test_danish_signs_stay_as_they_are():
    """æøå, a subscript and a dash."""
    assert "CO₂-måler – blå, størrelse ÆØÅ" in guide_html(guide([position(name="CO₂-måler – blå, størrelse ÆØÅ")]))


def test_an_empty_ward_says_so_and_asks_for_nothing():
    """No table, no steps, no place to sign, but the run at the foot."""
    page = guide_html(guide([]))
    assert "Skabet er tomt: ingen varer uden brikker her." in page
    assert not re.search(r"<table|<ol|Gennemgået af", page)
    assert "kørsel 96fb492f5eb3" in page


def test_a_row_can_be_filled_in():
    """Five causes and three choices make eight boxes; the heading columns are ten."""
    page = guide_html(guide([position()]))
    assert page.count('class="tick"') == 8
    assert page.count('<th scope="col">') == 10
    assert page.count('<th scope="row">') == 1


def test_the_same_guide_gives_the_same_page():
    """To the last sign."""
    assert guide_html(large_guide(20)) == guide_html(large_guide(20))
