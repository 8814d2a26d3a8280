"""The pages for people: what they show, to whom, in which language, and how names and refusals look on them."""

from __future__ import annotations

import doctest
import re
from datetime import UTC, date, datetime
from html import unescape
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

import service
from service.lists.tables import ListRow
from service.places.tables import Item
from service.runs.store import served_run
from service.web.bars import share_bar
from service.web.expiry_bands import bands_of
from service.web.figures import figures_of_wards, total_of
from service.web.paper_numbers import paper_numbers
from service.web.words import Speech, page_texts

EVERYBODYS = ("/", "/afsnit", "/afsnit/{ward}", "/skab/{cabinet}")
NASTY = '<script>alert("x")</script> & {name} % {{ 7*7 }}'


def shown(site, key, path, **headers):
    """The text of a page, with what stands between the tags alone."""
    answer = site.call(key, "GET", path, **headers)
    assert answer.status_code == 200, answer.text
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.text)).split())


def filled(site, path):
    """A path of a ward with cards."""
    row = site.rows("trim_list")[0]
    return path.format(ward=row["ward_id"], cabinet=row["cabinet_id"])


def test_the_first_page_adds_up_the_lists_of_the_run(site):
    """As many things to do as the trim list has lines, and the sum of what they save."""
    rows = site.rows("trim_list")
    saved = sum(float(row["saving_dkk_per_year"]) for row in rows)
    text = shown(site, site.key("logistics"), "/")
    assert f"{len(rows)} ting at gøre" in text
    assert f"Det {Speech('da').saves(saved)} om året" in text
    likely = [row for row in site.rows("expiry_flags") if float(row["p_expire"]) >= 0.5]
    assert f"{len(likely)} varer ventes at udløbe" in text
    assert f"{len(site.rows('out_of_date'))} varer er sandsynligvis for gamle" in text


def test_the_figures_of_wards_are_those_of_their_lists(site):
    """Each ward's lines and kroner, and their sum over two wards."""
    with site.database.reading() as session:
        run = served_run(session)
        figures = figures_of_wards(session, run)
    for ward in site.wards:
        lines = [row for row in site.rows("trim_list") if row["ward_id"] == ward["ward_id"]]
        assert figures[ward["ward_id"]].things == len(lines)
        expected = sum(float(row["saving_dkk_per_year"]) for row in lines)
        assert figures[ward["ward_id"]].saving_dkk == pytest.approx(expected)
    for ward in site.wards:
        gone = [
            row for row in site.rows("trim_list") if (row["ward_id"], row["action"]) == (ward["ward_id"], "take_out")
        ]
        assert figures[ward["ward_id"]].out_of_date == len(gone)
    broken = [row for row in site.rows("levels") if float(row["fill_rate"]) < float(row["min_fill_rate"])]
    mended = [row for row in broken if float(row["new_fill_rate"]) >= float(row["min_fill_rate"])]
    total = total_of(figures, figures)
    assert (total.broken, total.mended) == (len(broken), len(mended))
    assert len(mended) > 0
    two = [ward["ward_id"] for ward in site.wards[:2]]
    assert total_of(figures, [*two, "x"]).things == sum(figures[ward].things for ward in two)


def test_a_ward_shows_every_line_of_its_trim_list_under_its_number(site):
    """In cabinets with cards the number is the rank; the item and its reason stand beside it."""
    key = site.key("reader")
    kinds = {row["cabinet_id"]: row["kind"] for row in site.masters["cabinets"]}
    for ward in site.wards:
        text = shown(site, key, f"/afsnit/{ward['ward_id']}")
        for row in site.rows("trim_list"):
            if row["ward_id"] == ward["ward_id"]:
                assert " ".join(row["reason"].split()) in text
                if kinds[row["cabinet_id"]] == "brik":
                    assert f"{row['rank']} {row['name']}" in text


def test_without_cards_the_numbers_are_those_of_the_guide(site):
    """Each row of each printed guide has its number on the screen: 1, 2, 3 … through all cabinets of the ward."""
    key, found = site.key("reader"), 0
    for ward in site.wards:
        guide = site.get(key, f"/wards/{ward['ward_id']}/guide?format=html")
        if guide.status_code == 200:
            text, names = shown(site, key, f"/afsnit/{ward['ward_id']}"), item_names(site)
            numbers = paper_numbers(guide.text, "da")
            assert sorted(numbers.values()) == list(range(1, len(numbers) + 1))
            for (cabinet, item), number in numbers.items():
                assert f"{number} {names[item]}" in text
                assert f"Varenr. {item} · Skab {cabinet}" in text
                found += 1
    assert found > 10


def item_names(site):
    """Item to name, in one line."""
    return {row["item_id"]: " ".join(row["name"].split()) for row in site.masters["items"]}


def test_a_page_never_shows_a_ward_out_of_scope(site):
    """A reader of one ward: no other ward's name or id on any page, and 403 on the others' own pages."""
    own, *others = site.wards
    key = site.key("reader", wards=own["ward_id"])
    cabinet = next(row["cabinet_id"] for row in site.masters["cabinets"] if row["ward_id"] == own["ward_id"])
    for path in EVERYBODYS:
        answer = site.call(key, "GET", path.format(ward=own["ward_id"], cabinet=cabinet))
        assert answer.status_code == 200
        # A line of the trim list may name the ward that goods should be moved to: that is what it says.
        text = re.sub(r"<strong>Flyt\.</strong>.*?</p>", "", answer.text, flags=re.DOTALL)
        assert not [one["ward_id"] for one in others if one["ward_id"] in text or one["ward_name"] in text], path
    for other in others:
        strange = next(row["cabinet_id"] for row in site.masters["cabinets"] if row["ward_id"] == other["ward_id"])
        refused = site.call(key, "GET", f"/afsnit/{other['ward_id']}"), site.call(key, "GET", f"/skab/{strange}")
        assert [one.status_code for one in refused] == [403, 403]
        assert other["ward_name"] not in refused[0].text


def test_a_unit_sees_its_own_coverage_and_plan(site):
    """A key of one unit: its bars, not the other unit's, nor the region's."""
    units = sorted({ward["unit"] for ward in site.wards})
    text = shown(site, site.key("programme", units=units[0]), "/daekning")
    assert units[0] in text
    assert units[1] not in text
    assert "Hele regionen" not in text
    assert "Hele regionen" in shown(site, site.key("programme"), "/daekning")


def test_purchasing_of_a_unit_names_its_own_wards(site):
    """The other unit's wards are named in no finding."""
    units = sorted({ward["unit"] for ward in site.wards})
    page = site.call(site.key("purchasing", units=units[0]), "GET", "/indkoeb").text
    cells = re.findall(r'<span class="meta">(.*?)</span>', page)
    allowed = {ward["ward_id"] for ward in site.wards if ward["unit"] == units[0]}
    named = {one for cell in cells for one in re.findall(r"\((\w+)\)", cell.split(" · ")[-1])}
    assert named
    assert named <= allowed


@pytest.mark.parametrize("lang", ["da", "en"])
def test_names_are_text_whatever_they_hold(lang, on_sqlite):
    """An item named like a script stands on each page as letters; no page holds such an element."""
    with on_sqlite.database.writing() as session:
        session.execute(update(Item).values(name=NASTY))
        for row in session.scalars(select(ListRow).where(ListRow.name == "trim_list")):
            row.cells = {**row.cells, "name": NASTY, "reason": NASTY}
    paths = [filled(on_sqlite, path) for path in ("/afsnit/{ward}", "/skab/{cabinet}", "/flytninger", "/indkoeb")]
    keys = [on_sqlite.key("logistics")] * 3 + [on_sqlite.key("purchasing")]
    for key, path in zip(keys, paths, strict=True):
        answer = on_sqlite.call(key, "GET", f"{path}?lang={lang}")
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
        assert "&lt;script&gt;alert" in answer.text


def test_what_somebody_types_into_a_filter_is_text(on_sqlite):
    """It comes back in the field, escaped."""
    answer = on_sqlite.call(on_sqlite.key("reader"), "GET", '/afsnit?text="><script>x</script>')
    assert "<script>x" not in answer.text
    assert "0 afsnit" in answer.text


def test_the_filter_of_wards_narrows(on_sqlite):
    """By name one, by hospital those of it, by review as many as the API says."""
    key, first = on_sqlite.key("reader"), on_sqlite.wards[0]
    assert "1 afsnit" in shown(on_sqlite, key, f"/afsnit?text={first['ward_id']}")
    here = sum(ward["hospital"] == first["hospital"] for ward in on_sqlite.wards)
    assert f"{here} afsnit" in shown(on_sqlite, key, f"/afsnit?hospital={first['hospital']}")
    left = on_sqlite.get(key, "/wards?reviewed=false").json()["total"]
    assert f"{left} afsnit" in shown(on_sqlite, key, "/afsnit?reviewed=no")


def test_danish_comes_first_and_a_choice_is_remembered(on_sqlite):
    """Danish even for a browser that asks for English; after ?lang=en English, until ?lang=da."""
    key, client = on_sqlite.key("reader"), on_sqlite.client
    asked = ["/", "/?lang=en", "/", "/?lang=xx", "/?lang=da", "/"]
    found = []
    for path in asked:
        page = on_sqlite.call(key, "GET", path, Accept_Language="en").text
        found.append(re.search(r'<html lang="(..)"', page)[1])
    client.cookies.clear()
    assert found == ["da", "en", "en", "en", "da", "da"]


def test_both_languages_have_the_same_texts_with_the_same_gaps():
    """Every key of one stands in the other, and a sentence names the same facts in both."""

    def flat(part, place=""):
        if isinstance(part, dict):
            return {k: v for name, one in part.items() for k, v in flat(one, f"{place}.{name}").items()}
        return {place: sorted(re.findall(r"{(\w*)}", part)) if isinstance(part, str) else len(part)}

    assert flat(page_texts("da")) == flat(page_texts("en"))
    assert all(text for text in re.findall(r'= "(.*)"', str(page_texts("da"))))


def test_every_change_that_is_logged_has_words():
    """At least 15 kinds of entries in the code, each with a name on the page of the log."""
    code = "".join(path.read_text("utf-8") for path in Path(service.__path__[0]).rglob("*.py"))
    kinds = set(re.findall(r'\brecord\([^")]*"([a-z]+\.[a-z_]+)"', code))
    assert len(kinds) >= 15
    assert kinds <= page_texts("da")["audit"]["what"].keys()


def test_who_is_not_signed_in_is_led_there_and_back(on_sqlite):
    """A browser goes to the sign-in with the way back; anything else gets 401, and both nothing of the page."""
    path = filled(on_sqlite, "/afsnit/{ward}")
    plain = on_sqlite.call(None, "GET", path)
    assert (plain.status_code, "Log ind først" in plain.text) == (401, True)
    answer = on_sqlite.client.get(path, headers={"Sec-Fetch-Mode": "navigate"}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/log-ind?next={path.replace('/', '%2F')}"


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/indkoeb", 403, "Den kræver en anden rolle: indkøb, administrator."),
        ("/afsnit/unknown", 404, "Der er ikke noget, der hedder afsnit unknown"),
        ("/afsnit?reviewed=perhaps", 422, "Adressen er forkert"),
    ],
)
def test_a_refusal_is_a_page_that_says_what_to_do(path, status, said, on_sqlite):
    """HTML with its status, its words, and the number to tell."""
    answer = on_sqlite.call(on_sqlite.key("logistics"), "GET", path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert said in answer.text
    assert answer.headers["X-Request-Id"] in answer.text


def test_an_address_that_leads_nowhere_is_a_page_for_people_alone(on_sqlite):
    """A browser gets a page with 404 or 405; a program, and everything below /api, gets JSON."""
    asked = [("/nowhere", "text/html", 404), ("/koersler/x/afbryd", "text/html", 405), ("/nowhere", "*/*", 404)]
    found = []
    for path, accept, status in [*asked, ("/api/v1/nowhere", "text/html", 404)]:
        answer = on_sqlite.call(None, "GET", path, Accept=accept)
        assert answer.status_code == status
        found.append(answer.headers["Content-Type"].split(";")[0])
    assert found == ["text/html", "text/html", "application/problem+json", "application/problem+json"]


def test_pages_hold_nothing_that_their_policy_forbids(on_sqlite):
    """No style or script in line, nothing from elsewhere, and every file of theirs is there and may be kept."""
    keys = {role: on_sqlite.key(role) for role in ("logistics", "purchasing", "admin")}
    paths = [("logistics", filled(on_sqlite, path)) for path in (*EVERYBODYS, "/flytninger", "/daekning")]
    for role, path in [*paths, ("purchasing", "/indkoeb"), ("admin", "/koersler"), ("admin", "/revision")]:
        answer = on_sqlite.call(keys[role], "GET", path)
        assert answer.status_code == 200
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! src=)|(src|href)=\"(?!/|#|\?)", answer.text), path
        assert answer.headers["Cache-Control"] == "no-store"
    files = set(re.findall(r'"(/statisk/[^"]+)"', answer.text))
    assert len(files) == 5
    for file in files:
        kept = on_sqlite.call(None, "GET", file)
        assert (kept.status_code, "immutable" in kept.headers["Cache-Control"]) == (200, True)
    assert on_sqlite.call(None, "GET", "/statisk/../words.py").status_code in (404, 422)


def test_expiring_goods_add_up_by_band():
    """Two of 30 and 12.50 kr. within 30 days, one of 5 kr. without a date: 42.50, and 5 at the end."""
    rows = [("within_30", 30.0), ("within_30", 12.5), ("unknown", 5.0)]
    bands = bands_of({"band": band, "expected_expired_units": 1.0, "expected_expired_dkk": dkk} for band, dkk in rows)
    assert [(band.name, band.dkk) for band in bands if band.positions] == [("within_30", 42.5), ("unknown", 5.0)]
    assert [band.name for band in bands][:2] == ["overdue", "within_30"]


def test_a_bar_is_as_long_as_its_share():
    """Half of 299 is 149.5, the target of 90 % lies at 269.6, and the words are escaped."""
    drawn = share_bar(0.5, 0.9, 'half & "half"')
    assert 'class="bar-part" x="0.5" y="4" width="149.5"' in drawn
    assert 'x1="269.6"' in drawn
    assert "half &amp; &#34;half&#34;" in drawn


def test_words_for_days_and_moments():
    """1 March is 01-03-2025; 12:00 in UTC is 13.00 in Denmark in winter."""
    assert (Speech("da").day(date(2025, 3, 1)), Speech("en").day("2025-03-01")) == ("01-03-2025", "1 Mar 2025")
    assert Speech("da").moment(datetime(2025, 1, 2, 12, tzinfo=UTC)) == "02-01-2025 kl. 13.00"
    assert Speech("en").week("2025-W41") == "week 41, 2025"


def test_the_log_of_changes_shows_each_change(on_sqlite):
    """A review of one ward: its line, with who made it; the filter finds it by its id."""
    key = on_sqlite.key("logistics")
    made = on_sqlite.review(key, on_sqlite.wards[0]["ward_id"]).json()
    admin = on_sqlite.key("admin")
    text = shown(on_sqlite, admin, "/revision")
    assert "Gennemgang afsluttet" in text
    assert "1 i alt" in shown(on_sqlite, admin, f"/revision?subject={made['id']}")


def test_the_list_of_runs_says_which_is_served(on_sqlite):
    """One run, and it is the one."""
    text = shown(on_sqlite, on_sqlite.key("admin"), "/koersler")
    assert text.count("Vises nu Færdig") == 1
    assert "1 i alt" in text


@pytest.mark.parametrize("name", ["expiry_bands", "paging", "typed_days", "words"])
def test_the_examples_say_what_the_code_does(name):
    """At least 1 in each, and 0 fail."""
    found = doctest.testmod(import_module(f"service.web.{name}"))
    assert (found.attempted > 0, found.failed) == (True, 0)


def test_a_run_published_before_there_were_loans_still_names_its_lenders(site):
    """The cabinet alone where nobody worked out how much it can spare; with the amount where somebody did."""
    row = next(row for row in site.rows("lenders"))
    with site.database.reading() as session:
        ward = session.scalar(select(ListRow.ward_id).where(ListRow.name == "lenders").order_by(ListRow.row).limit(1))
    path, amount = f"/afsnit/{ward}", f"{row['lender_cabinet_id']} ({row['spare_units']} stk.)"
    assert amount in shown(site, site.key("admin"), path)
    with site.database.writing() as session:
        session.execute(delete(ListRow).where(ListRow.name == "lenders"))
    alone = shown(site, site.key("admin"), path)
    assert row["lender_cabinet_id"] in alone and amount not in alone
