"""What is odd in the extracts, in words."""

from __future__ import annotations

import re

import pytest

from brikopt.contract.quality.oddities import Oddity
from brikopt.reports.data_quality import quality_table, write_quality_page
from brikopt.reports.sentences import Sentences, texts_of
from brikopt.reports.wording import LANGUAGES

FOUND = [
    Oddity("file_passed_over", "high", 0, 0, {"file": "counts <1>.csv", "table": "counts"}, "counts", "counts <1>.csv"),
    Oddity("levels_of_nothing", "low", 3, 7, {"rows": 3}, "positions", "positions.csv"),
]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_shows_every_finding_and_takes_no_name_for_markup(lang, tmp_path):
    """Two findings, the line of the second, and a file whose name looks like a tag."""
    write_quality_page(quality_table(FOUND, Sentences(lang)), tmp_path / "page.html", lang, "2025-03-01")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.count("<tr class=") == 2
    assert "counts &lt;1&gt;.csv" in page and "<1>" not in page
    assert re.search(r"positions\.csv, \w+ 7<", page)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_finding_has_a_word_and_two_sentences(lang):
    """Those that the sentences name, and no others, stand among the words."""
    texts = texts_of(lang)
    codes = {code.removeprefix("quality_").removesuffix("_advice") for code in texts["sentences"] if "quality_" in code}
    codes -= {code for code in codes if code.startswith("checked_")}
    assert codes <= set(texts["values"]["finding"])
    assert all({f"quality_{code}", f"quality_{code}_advice"} <= set(texts["sentences"]) for code in codes)
