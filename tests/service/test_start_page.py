"""The start page by role, and what a passed deadline is called."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest

from service.web.coverage_pages import lacking_apart, standing_words
from service.web.words import Speech


def shown(site, key, path):
    """The words of a page."""
    answer = site.call(key, "GET", path)
    assert answer.status_code == 200, answer.text
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.text)).split())


@pytest.mark.parametrize(
    ("role", "says", "silent"),
    [
        (
            "logistics",
            ("er sandsynligvis for", "ting at gøre ved skabene"),
            ("forslag er ikke afgjort", "gennemgået, mål"),
        ),
        ("purchasing", ("forslag er ikke afgjort",), ("ting at gøre ved skabene", "gennemgået, mål")),
        ("programme", ("Brikskabe:", "gennemgået, mål 90 %", "den sidste uge"), ("ting at gøre ved skabene",)),
        ("admin", ("Tallene er pr.", "dage siden"), ("ting at gøre ved skabene",)),
    ],
)
def test_each_role_is_told_what_waits_for_it(role, says, silent, on_sqlite):
    """Its own tasks and no other role's; every task leads to a page that answers."""
    key = on_sqlite.key(role)
    text = shown(on_sqlite, key, "/")
    assert all(one in text for one in says), text[:1500]
    assert not any(one in text for one in silent)
    page = on_sqlite.call(key, "GET", "/").text
    tasks = re.findall(r'<ul class="tasks">(.*?)</ul>', page, flags=re.DOTALL)
    paths = {unescape(path) for part in tasks for path in re.findall(r'href="([^"]+)"', part)}
    assert paths
    for path in paths:
        assert on_sqlite.call(key, "GET", path).status_code == 200, path


def row(**known):
    """A row of the coverage: 9 of 11 wards, target 90 % by the end of February 2025."""
    usual = {
        "unit": "*",
        "kind": "brik",
        "wards_in_scope": 11,
        "wards_reviewed": 9,
        "share": 9 / 11,
        "target": 0.9,
        "deadline": "2025-02-28",
        "gap_wards": 1,
        "projected_share": 9 / 11,
        "projected_reach_date": "2025-06-01",
        "p_reach_target": 0.0,
    }
    return usual | known


@pytest.mark.parametrize(
    ("known", "as_of", "says"),
    [
        ({}, date(2025, 2, 28), "Mål 90 % senest 28-02-2025. Der mangler 1 afsnit."),
        ({}, date(2025, 3, 1), "Fristen 28-02-2025 er passeret, og målet er ikke nået: da var 82 % gennemgået"),
        (
            {"wards_reviewed": 10, "share": 10 / 11, "gap_wards": 0},
            date(2026, 12, 1),
            "målet blev ikke nået til tiden: da var 82 % gennemgået (mål 90 %). Siden er det nået",
        ),
        (
            {"gap_wards": 0, "p_reach_target": 1.0, "projected_share": 10 / 11},
            date(2026, 12, 1),
            "Målet blev nået: ved fristen 28-02-2025 var 90,9 % gennemgået",
        ),
        ({"wards_in_scope": 0}, date(2026, 12, 1), "Målet omfatter ingen afsnit her."),
    ],
)
def test_a_passed_deadline_is_called_passed(known, as_of, says):
    """On the day before it what may come; after it what became of it, and nothing is met that was met too late."""
    assert says in standing_words(row(**known), as_of, Speech("da"))


def test_what_the_units_lack_is_told_apart_from_what_the_region_lacks():
    """The region lacks 1 and its units 2: a sentence says so; where both lack as many there is none."""
    rows = [row(), row(unit="Medicin", gap_wards=2), row(unit="Kirurgi", gap_wards=0)]
    (line,) = lacking_apart(rows, Speech("da"))
    assert "mangler 1, mens enhederne hver for sig mangler 2 tilsammen: Medicin (2)." in line
    assert not list(lacking_apart([row(), row(unit="Medicin", gap_wards=1)], Speech("da")))


def test_coverage_leads_to_the_wards_of_a_unit(on_sqlite):
    """Each ward of the unit with its link, and of no other; charts with target and deadline."""
    key, unit = on_sqlite.key("programme"), on_sqlite.wards[0]["unit"]
    page = on_sqlite.call(key, "GET", f"/daekning?unit={unit}").text
    (part,) = re.findall(r'<section aria-labelledby="unit">(.*?)</section>', page, flags=re.DOTALL)
    linked = set(re.findall(r'href="/afsnit/([^"]+)"', part))
    assert linked == {ward["ward_id"] for ward in on_sqlite.wards if ward["unit"] == unit}
    assert "chart-deadline" in page
    assert "Mål 90 %" in page
    assert "Dagen kunne ikke læses" in on_sqlite.call(key, "GET", "/daekning?as_of=i+dag").text


def test_everybody_may_read_how_accessible_the_pages_are(on_sqlite):
    """Without a key, in both languages, and linked from the foot of pages."""
    assert "WCAG 2.1" in on_sqlite.client.get("/tilgaengelighed").text
    assert "Accessibility statement" in on_sqlite.client.get("/tilgaengelighed?lang=en").text
    assert 'href="/tilgaengelighed"' in on_sqlite.call(on_sqlite.key("reader"), "GET", "/").text
