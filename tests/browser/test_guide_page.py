"""The trimming guide on a screen, and printed from it."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader

from brikopt.reports.guide_html import guide_html
from tests.browser.accessibility import violations
from tests.reports.guides import guide, large_guide, position, thing

LONG = "Engangskateter med meget langt navn " * 6
PAGES = {
    "300 items": lambda: large_guide(300),
    "no items": lambda: guide([]),
    "long names": lambda: guide([position(name=LONG), position("b", name="W" * 200)], [thing("b")]),
    "20 items": lambda: large_guide(20),
    "English": lambda: large_guide(20, lang="en"),
    "out of date": lambda: guide([position(p_stale=0.9)], [thing(action="take_out", saving=0.0)]),
}


def printed(page):
    """The pages of a page printed as it asks to be."""
    return PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages


@pytest.mark.parametrize("name", PAGES)
def test_no_accessibility_rule_is_broken(name, open_page):
    """WCAG 2.1 A and AA: no violation."""
    # Contrast takes half a minute of 300 rows; 20 rows have the same colours.
    without = ("color-contrast",) if name == "300 items" else ()
    assert violations(open_page(guide_html(PAGES[name]())), without=without) == []


def test_the_page_follows_its_own_policy(open_page):
    """Shown under the policy that it carries, its style is used and nothing is blocked."""
    page = open_page("<!doctype html><title>wait</title>", scripts_of_tests=False)
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.set_content(guide_html(large_guide(5)))
    assert page.locator("table").first.evaluate("table => getComputedStyle(table).borderCollapse") == "collapse"
    assert said == []


def test_what_can_be_pressed_is_large_enough(open_page):
    """Links to rows and to the ward's page are at least 44 pixels high."""
    page = open_page(guide_html(large_guide(20)))
    heights = page.locator("a").evaluate_all("links => links.map(link => link.getBoundingClientRect().height)")
    assert len(heights) == 6
    assert min(heights) >= 44


@pytest.mark.parametrize("width", [1280, 360])
def test_a_narrow_screen_scrolls_the_table_alone(width, open_page):
    """On a telephone too, the page itself is no wider than the screen, and a name of 200 signs is broken."""
    page = open_page(guide_html(PAGES["long names"]()), width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cells = "cells => cells.every(cell => cell.scrollWidth <= cell.clientWidth + 1)"
    assert page.locator("tbody th, tbody td").evaluate_all(cells)


def test_the_keyboard_reaches_table_and_links(open_page):
    """Five links to rows, the code, then the two tables, which scroll."""
    page = open_page(guide_html(large_guide(20)))
    reached = []
    for _ in range(8):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.tagName"))
    assert reached == ["A"] * 6 + ["DIV"] * 2


def test_a_link_leads_to_its_row(open_page):
    """The first one to row 1."""
    page = open_page(guide_html(large_guide(60)))
    page.get_by_role("link").nth(1).click()
    assert re.search(r"#nr-\d+$", page.url)
    row = page.locator(f"#{page.url.rsplit('#')[-1]}")
    assert row.evaluate("row => Math.abs(row.getBoundingClientRect().top) < innerHeight")


def test_print_is_a4_lying_with_headings_and_numbers_on_every_page(open_page):
    """24 items: each page has the columns' heading, the causes, its number and the number of pages."""
    pages = printed(open_page(guide_html(large_guide(24))))
    count = len(pages)
    assert count > 3
    for number, page in enumerate(pages, start=1):
        assert [round(float(side)) for side in page.mediabox[2:]] == [842, 595]
        text = " ".join(page.extract_text().split())
        assert f"side {number} af {count}" in text
    headed = [page for page in pages if "Hvad og hvorfor" in page.extract_text()]
    assert len(headed) == sum("Varenr." in page.extract_text() for page in pages)
    assert all("ikke roteret" in page.extract_text() for page in headed)


def test_no_row_is_split_in_print(open_page):
    """A row's item number and its last box are on one page: as many of one as of the other on each."""
    for page in printed(open_page(guide_html(large_guide(24)))):
        text = page.extract_text()
        assert text.count("Varenr.") == text.count("Andet:")


def test_boxes_are_large_enough_for_a_pen(open_page):
    """5 mm are 18.9 pixels of 1/96 inch, in print as on the screen."""
    page = open_page(guide_html(large_guide(2)))
    page.emulate_media(media="print")
    sides = page.locator(".tick").evaluate_all("boxes => boxes.map(box => box.getBoundingClientRect().width)")
    assert min(sides) > 18.8
