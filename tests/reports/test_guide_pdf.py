"""The guide on A4 paper, read back."""

import io
import re
from dataclasses import replace

import pytest
from pypdf import PdfReader

from brikopt.reports.guide_pdf import guide_pdf
from brikopt.reports.wording import LANGUAGES
from tests.reports.guides import guide, large_guide, position, thing


def pages_of(made):
    """The text of every page."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(guide_pdf(made))).pages]


def test_all_rows_are_there_under_a_heading_on_every_page():
    """60 items in two cabinets: each item number once, and the heading of the columns on each page but one of signs."""
    pages = pages_of(large_guide(60))
    assert sorted(re.findall(r"Varenr\. (\d{6})", "\n".join(pages))) == [f"{number:06d}" for number in range(60)]
    assert len(pages) > 3
    assert all("Hvad og hvorfor" in page for page in pages[:-1])


def test_rows_have_the_numbers_of_the_guide():
    """Number, then name: 1 Blærekateter CH 19 saves most of 20 items."""
    made = large_guide(20)
    text = " ".join("\n".join(pages_of(made)).split())
    for row in (row for cabinet in made.cabinets for row in cabinet.rows):
        assert f"{row.number} {row.name.rsplit(',', 1)[0]}" in text


def test_pages_are_counted_lying_on_a4():
    """Page 2 of n says so, at 842 by 595 points."""
    reader = PdfReader(io.BytesIO(guide_pdf(large_guide(40))))
    count = len(reader.pages)
    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [842, 595]
    second = " ".join(reader.pages[1].extract_text().split())
    forms = reader.pages[1]["/Resources"]["/XObject"]
    (total,) = [
        re.findall(r"\((\d+)\) Tj", one.get_object().get_data().decode("latin-1"))
        for name, one in forms.items()
        if "pages" in name
    ]
    assert "side 2 af" in second
    assert "kørsel 96fb492f5eb3" in second
    assert total == [str(count)]


def test_every_font_is_in_the_file_and_danish_signs_can_be_read():
    """DejaVu with its signs, so that any printer has them."""
    reader = PdfReader(io.BytesIO(guide_pdf(guide([position(name="CO₂-måler – blå, ÆØÅ")]))))
    text = " ".join(reader.pages[0].extract_text().split())
    assert "CO₂-måler – blå, ÆØÅ" in text
    fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]
    used = [font for font in fonts if "DejaVu" in font["/BaseFont"]]
    assert used and all("/FontFile2" in font["/FontDescriptor"].get_object() for font in used)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_guide_gives_the_same_bytes(lang):
    """Also after another guide was made in between, and the language is named."""
    first = guide_pdf(large_guide(12, lang=lang))
    guide_pdf(guide([position(name="Helt andre tegn: ½ ¾ €")]))
    assert guide_pdf(large_guide(12, lang=lang)) == first
    assert PdfReader(io.BytesIO(first)).trailer["/Root"]["/Lang"] == lang


def test_endless_names_and_reasons_fit_on_a_page():
    """200 signs without a space are broken; a reason of 2,000 words is cut; both rows are still one page long."""
    long = [
        position("a", name="W" * 200),
        position("b", name="Meget langt navn " * 12, reason="ord " * 2000),
    ]
    things = [thing("a", action=action, reason="ord " * 2000) for action in ("trim", "use_first", "move", "count")]
    text = "".join("".join(pages_of(guide(long, things))).split())
    assert "…" in text
    assert text.count("Varenr.a") == text.count("Varenr.b") == 1


def test_an_empty_ward_has_one_page_that_says_so():
    """No columns and no place to sign."""
    (page,) = pages_of(guide([]))
    assert "Skabet er tomt" in page
    assert "Gennemgået af" not in page
    assert "Årsag" not in page


def test_a_row_of_any_length_breaks_over_pages():
    """Reasons of 3,000 words and forty things to do for one item: all words are there, none twice."""
    reasons = [f"start{number} " + "ord " * (3000 if number == 0 else 60) + f"slut{number}" for number in range(40)]
    things = [thing("a", action="trim", rank=number, reason=reason) for number, reason in enumerate(reasons)]
    pages = pages_of(guide([position("a"), position("b")], things))
    text = " ".join(" ".join(pages).split())
    assert [text.count(f"start{number} ") for number in range(40)] == [1] * 40
    assert [len(re.findall(rf"slut{number}\b", text)) for number in range(40)] == [1] * 40
    assert text.count("Varenr. a") == text.count("Varenr. b") == 1
    assert text.count("fortsat") >= len(pages) - 2
    assert len(re.findall(r"\bord\b", text)) == 3000 + 39 * 60


def test_no_name_of_a_ward_costs_its_guide():
    """A ward whose id, name, hospital and cabinet have 3,000 signs: no code holds that, the pages are there."""
    one = guide([position("a", "S" * 3000, name="W" * 3000)], places=(("A" * 3000, "S" * 3000),))
    long = replace(one, ward_name="Afsnit " * 500, hospital="Hospital " * 500, stale="nr. " + "1, " * 3000)
    first = tuple((number, "Nr. 1 " + "lang " * 500) for number in range(5))
    text = " ".join(pages_of(replace(long, first=first)))
    assert "Varenr. a" in " ".join(text.split())


def test_signs_of_any_script_are_drawn():
    """Control signs, emoji, signs that take no room: a page, whatever the font has."""
    odd = "".join(map(chr, [*range(1, 0x250, 7), 0x200B, 0x202E, 0xFFFD, 0xFFFE, 0x1F600]))
    assert "Varenr. b" in " ".join("".join(pages_of(guide([position("b", name=odd, reason=odd * 40)]))).split())
