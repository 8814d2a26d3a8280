"""The page on the effect of reviews."""

import pandas as pd
import pytest
from pypdf import PdfReader

from brikopt.reason import Reason
from brikopt.reports.effect_page import DRAWN, EffectPage, effect_html, effect_rows, write_effect_page
from brikopt.reports.sentences import Sentences
from brikopt.reports.wording import LANGUAGES

PAGE = EffectPage(
    name="Kirurgi <Nord> & Syd",
    lead=["Efter en gennemgang kasseres der for 300 kr. mindre."],
    figures=pd.DataFrame(
        [
            ("expired_dkk", 1200.4, 700.0, 1000.0, -300.0, -450.2, -149.8),
            ("order_lines", 4.0, 4.26, 4.0, 0.26, -0.1, 0.62),
        ],
        columns=["measure", "before", "after", "expected", "change", "low", "high"],
    ),
    curves={
        measure: pd.DataFrame({"month": [-1, 0], "reviewed": [1200.0, 700.0], "others": [1100.0, 1000.0]})
        for measure in DRAWN
    },
    notes=["Et afsnit tæller én gang."],
    facts={"Udtræk": "region"},
)


def test_a_change_has_its_sign_and_its_range():
    """300 DKK less, between 450 and 150; 0.3 lines more, from -0.1 to 0.6."""
    assert effect_rows(PAGE, "da")[1:] == [
        ["Kasseret, udløbet (kr.)", "1.200", "700", "1.000", "-300", "-450 til -150"],
        ["Ordrelinjer", "4", "4,3", "4", "+0,3", "-0,1 til 0,6"],
    ]


def test_a_units_name_is_text_wherever_it_stands(tmp_path):
    """Signs that mean something in HTML, or in the PDF's own markup, are shown as they are."""
    assert "Kirurgi &lt;Nord&gt; &amp; Syd" in effect_html(PAGE, "da")
    write_effect_page(PAGE, tmp_path / "page.v1", "da")
    document = PdfReader(tmp_path / "page.v1.pdf")
    assert "Kirurgi <Nord> & Syd" in document.pages[0].extract_text()
    assert document.metadata.title == "Effekt af gennemgang: Kirurgi <Nord> & Syd"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "code", [f"effect{what}_{end}" for what in ("", "_stock") for end in ("less", "more", "unclear")]
)
def test_every_finding_names_its_range(code, lang):
    """150 to 450 DKK stands in each of the three sentences."""
    said = Sentences(lang).say(Reason(code, {"change": -300.0, "size": 300.0, "low": 150.0, "high": 450.0}))
    assert "150" in said and "450" in said and "300" in said and said.endswith(".")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", ["in_time", "late", "overdue", "beyond", "no_hours"])
def test_every_reason_of_the_plan_names_its_work_and_its_saving(code, lang):
    """12 goods, 1.5 hours and 1,234 DKK are read in each sentence, and it is not too long for a list."""
    numbers = {
        "positions": 12,
        "hours": 1.5,
        "saving_dkk": 1234.0,
        "hospital": "Mølleby",
        "deadline": pd.Timestamp("2025-02-28"),
        "broken": 8,
        "mended": 7,
    }
    said = Sentences(lang).say(Reason(f"review_{code}", numbers))
    assert "12 " in said and ("1,5" in said or "1.5" in said) and ("1.234" in said or "1,234" in said)
    assert "8" in said and "7" in said
    assert said.endswith(".") and len(said) < 260
