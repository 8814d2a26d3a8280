"""The service's pages in a browser: rules of accessibility, keyboard, tablet, telephone, print, and two at once."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from pypdf import PdfReader
from sqlalchemy import delete, select, update

from brikopt.contract.tables import INPUTS
from service.access.grants import Grant, Role
from service.access.people import give_grants, make_person
from service.access.sessions import make_session
from service.places.tables import Item
from service.reviews.tables import Review
from service.runs.jobs import EXTRACTS as EXTRACTS_JOB
from service.runs.tables import Job, Run
from tests.browser.accessibility import violations
from tests.browser.served import LOGISTICS, TABLET, TELEPHONE, Running
from tests.service.uploads import EXTRACTS, zipped
from tests.whole.results import rows, waited_for

PURCHASING, PROGRAMME, ADMIN = Role.PURCHASING, Role.PROGRAMME, Role.ADMIN
PAGES = {
    "/": LOGISTICS,
    "/afsnit": LOGISTICS,
    "/afsnit/{ward}": LOGISTICS,
    "/afsnit/{ward}?text=read-only": Role.READER,
    "/skab/{cabinet}": LOGISTICS,
    "/flytninger": LOGISTICS,
    "/lister": LOGISTICS,
    "/udloeb?column=name&column=reason&column=ward_name": LOGISTICS,
    "/indkoeb": PURCHASING,
    "/nye-niveauer": LOGISTICS,
    "/nye-niveauer?fil=a1": LOGISTICS,
    "/daekning": PROGRAMME,
    "/rapport/*": PROGRAMME,
    "/?text=programme": PROGRAMME,
    "/?text=admin": ADMIN,
    "/?text=purchasing": PURCHASING,
    "/tilgaengelighed": Role.READER,
    "/koersler": ADMIN,
    "/koersler/{run}": ADMIN,
    "/revision": ADMIN,
    "/brugere": ADMIN,
    "/sammenlign": ADMIN,
    "/noegler": ADMIN,
    "/afsnit/unknown": LOGISTICS,
    "/log-ind": Role.READER,
    "/log-ud": Role.READER,
}
# What a finger or a pointer hits; the skip link shows only when the keyboard reaches it.
SMALL = """[...document.querySelectorAll('a, button, select, summary, label.choice, input')]
  .filter(one => !['hidden', 'radio', 'checkbox'].includes(one.type))
  .filter(one => !one.classList.contains('skip') && one.getBoundingClientRect().height > 0)
  .filter(one => one.getBoundingClientRect().height < 43.9).map(one => one.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_no_accessibility_rule_is_broken(path, lang, visit):
    """WCAG 2.1 A and AA, and best practice: no violation on any page, in either language."""
    page = visit(path, PAGES[path], lang=lang, bypass_csp=True)
    assert page.locator("html").get_attribute("lang") == lang
    assert violations(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_pages_fit_the_screen_and_the_finger(path, visit):
    """Tablet, upright, telephone: never wider than the screen, 44 pixels where one presses, nothing blocked."""
    page, said = visit(path, PAGES[path], size=TABLET), []
    page.on("console", lambda message: said.append(message.text))
    page.reload()
    for width, height in (TABLET, (768, 1024), TELEPHONE):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(SMALL) == []
    # A page that is loaded again may keep its focus; chromium says so.
    assert [one for one in said if "404" not in one and "Autofocus" not in one] == []


def test_one_column_at_768(visit):
    """A row's decision stands below what it is about, and a table's cells stand below each other."""
    page = visit("/afsnit/{ward}", size=(768, 1024))
    row = page.locator(".row").first
    what, decide = row.locator(".what").bounding_box(), row.locator(".decide").bounding_box()
    assert decide["y"] >= what["y"] + what["height"]
    cells = page.locator("#expiring ~ .scroll tbody tr").first.locator("th, td")
    tops = [cells.nth(place).bounding_box()["y"] for place in range(cells.count())]
    assert tops == sorted(set(tops))


def finish(page: Page) -> None:
    """Finish the first sheet, on purpose: open what it says, and press the button inside."""
    place = page.locator("form[data-sheet] details.finish").first
    if place.get_attribute("open") is None:
        place.locator("summary").click()
    place.locator("button[type=submit]").click()


def drafts(page: Page) -> int:
    """Drafts and waiting reviews that this device keeps."""
    return page.evaluate(
        "Promise.all([brikopt.keys(brikopt.DRAFTS), brikopt.keys(brikopt.WAITING)]).then(kept => kept.flat().length)"
    )


def pressed_until(page: Page, wanted: str, most: int = 200) -> None:
    """Press Tab until what has the focus fits a selector."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    pytest.fail(f"the keyboard doesn't reach {wanted}")


def test_the_keyboard_alone_completes_a_review(visit, running):
    """From the skip link to the result: one row followed, one not, with its reason; the focus is on what came of it."""
    page = visit("/afsnit/{ward}", size=TABLET)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    pressed_until(page, '[name="decision-0"]')
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.value") == "accepted"
    pressed_until(page, '[name="decision-1"]')
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    pressed_until(page, '[name="reason-1"]')
    page.keyboard.type("Bruges i bølger")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    assert page.locator("[data-progress]").first.inner_text().startswith("2 af ")
    pressed_until(page, "form[data-sheet] .finish summary")
    page.keyboard.press("Enter")
    pressed_until(page, "form[data-sheet] .finish button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "afgørelser 2" in page.evaluate("document.activeElement.innerText")
    with running.database.reading() as session:
        (review,) = session.query(Review).all()
    assert [one["decision"] for one in review.decisions] == ["accepted", "rejected"]
    assert drafts(page) == 0


def test_without_a_script_everything_can_be_done(visit):
    """Decide, finish, undo: with scripts off."""
    page = visit("/afsnit/{ward}", java_script_enabled=False)
    page.locator('[name="decision-0"][value="accepted"]').first.check()
    finish(page)
    assert "afgørelser 1" in page.locator(".told.good").first.inner_text()
    page.get_by_role("button", name=re.compile("Fortryd")).first.click()
    assert "fortrudt" in page.locator(".told.good").first.inner_text()


def test_fields_show_when_they_are_needed(visit):
    """Done: no field for a reason; not followed: the reason; another level: reason and two levels."""
    page = visit("/afsnit/{ward}")
    row = page.locator(".row", has=page.locator('[value="changed"]')).first
    row.locator(".more summary").click()
    reason, level = row.locator("[name^=reason]"), row.locator("[name^=level]").first
    seen = []
    for value in ("accepted", "rejected", "changed"):
        row.locator(f'[name^=decision][value="{value}"]').check()
        seen.append((reason.is_visible(), level.is_visible()))
    assert seen == [(False, False), (True, False), (True, True)]


def test_a_fault_is_told_and_leads_to_its_row(visit):
    """Not followed and no reason: the focus is on the message, its link leads to the row, no rule is broken."""
    page = visit("/afsnit/{ward}", bypass_csp=True)
    page.locator('[name="decision-0"][value="rejected"]').first.check()
    with page.expect_navigation():
        finish(page)
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    assert violations(page) == []
    page.locator("[role=alert] a").click()
    assert page.locator(":target [name=decision-0][value=rejected]").is_checked()


def test_a_tablet_that_falls_asleep_keeps_what_was_chosen(visit):
    """After a reload the choice is there, and the page says that it isn't saved."""
    page = visit("/afsnit/{ward}")
    page.locator('[name="decision-0"][value="accepted"]').first.check()
    page.reload()
    assert page.locator('[name="decision-0"][value="accepted"]').first.is_checked()
    assert "ikke gemt endnu" in page.locator("[data-progress]").first.inner_text()


def test_a_part_of_the_list_is_done_at_once_and_taken_back(visit):
    """One row no, then the part's button: the others done, and that one as it was; pressed again, only that one is."""
    page = visit("/afsnit/{ward}")
    part = page.locator(".part", has=page.locator("[data-accept-part]")).first
    count = part.locator(".row").count()
    part.locator('[value="rejected"]').first.check()
    button = part.locator("[data-accept-part]")
    button.click()
    assert part.locator("input[value=accepted]:checked").count() == count - 1
    assert button.inner_text() == f"Fortryd ({count - 1} sat til gjort)"
    button.click()
    assert part.locator("input:checked").count() == 1


def test_a_second_tap_takes_a_choice_back(visit):
    """Tapped once: done; tapped again: nothing is chosen, and the counter says so."""
    page = visit("/afsnit/{ward}", size=TABLET)
    choice = page.locator("label.choice").first
    told = page.locator("[data-progress]").first
    choice.click()
    assert told.inner_text().startswith("1 af ")
    choice.click()
    assert told.inner_text().startswith("0 af ")


def test_enter_finishes_nothing_in_any_field(visit, running):
    """In each kind of field: no review, the same page, and the focus goes to the next field of its kind."""
    page = visit("/afsnit/{ward}", size=TABLET)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    address = page.url
    for name in ("counted-0", "date-0", "thrown-0", "enough"):
        page.locator(f"[name={name}]").first.fill("4")
        page.keyboard.press("Enter")
    page.locator("[name=counted-0]").first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "counted-1"
    page.wait_for_timeout(300)
    assert page.url == address
    with running.database.reading() as session:
        assert session.query(Review).count() == 0


def test_enter_finishes_nothing_without_a_script(visit, running):
    """A browser sends a form by its first button, which can't be pressed."""
    page = visit("/afsnit/{ward}", size=TABLET, java_script_enabled=False)
    page.locator(".more summary").first.click()
    page.locator("[name=counted-0]").first.fill("4")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    with running.database.reading() as session:
        assert session.query(Review).count() == 0


def test_the_counters_on_top_show_one_part_of_the_list(visit):
    """Pressed: only rows of that part; pressed again: all. A name searched for: rows of that name."""
    page = visit("/afsnit/{ward}")
    every = page.locator("form .row:visible").count()
    counter = page.locator("[data-show-part]").first
    part = counter.get_attribute("data-show-part")
    counter.click()
    shown = page.locator("form .row:visible")
    assert {row.get_attribute("data-part") for row in shown.all()} == {part}
    assert counter.get_attribute("aria-pressed") == "true"
    counter.click()
    assert page.locator("form .row:visible").count() == every
    name = page.locator("form .row h4").first.inner_text().split(" ", 1)[1].split()[0]
    page.locator("#search").fill(name.lower())
    assert 0 < page.locator("form .row:visible").count() <= every
    assert all(name.lower() in text.lower() for text in page.locator("form .row:visible h4").all_inner_texts())


@pytest.fixture
def at_the_cabinet(browser: Browser, running: Running) -> Iterator[Callable[[], tuple[BrowserContext, Page]]]:
    """The ward's page on a tablet of somebody signed in with a cookie."""
    contexts = []

    def open_one() -> tuple[BrowserContext, Page]:
        with running.database.writing() as session:
            person = make_person(session, "test", os.urandom(4).hex(), by="test")
            give_grants(session, person.principal, [Grant(LOGISTICS)], by="test")
            secret = make_session(session, person.principal)
        context = browser.new_context(viewport={"width": 820, "height": 1180}, has_touch=True)
        context.add_cookies([{"name": "brikopt", "value": secret, "url": running.address}])
        contexts.append(context)
        page = context.new_page()
        page.goto(running.filled("/afsnit/{ward}"))
        page.wait_for_selector("form[data-ready]")
        return context, page

    yield open_one
    for context in contexts:
        context.close()
    with running.database.writing() as session:
        session.execute(delete(Review))


TYPED = {"counted-0": "12", "date-0": "31-12-2030", "thrown-0": "2"}


def typed(page: Page) -> dict[str, str]:
    """What stands in the first row."""
    return {name: page.locator(f"[name={name}]").first.input_value() for name in TYPED}


def fill_in(page: Page) -> None:
    """Open the first row, and type a count, a date and what was thrown away, with its cause."""
    row = page.locator("form[data-sheet] .row").first
    row.locator(".more summary").click()
    for name, value in TYPED.items():
        row.locator(f"[name={name}]").fill(value)
    row.locator("[name=cause-0]").select_option("not_rotated")
    page.wait_for_timeout(200)


def test_nothing_typed_is_lost_when_the_tab_is(at_the_cabinet):
    """Count, date, discard and cause are there after a reload, and in a new tab after the old one was closed."""
    context, page = at_the_cabinet()
    fill_in(page)
    address = page.url
    page.reload()
    page.wait_for_selector("form[data-ready]")
    assert typed(page) == TYPED
    page.close()
    again = context.new_page()
    again.goto(address)
    again.wait_for_selector("form[data-ready]")
    assert typed(again) == TYPED
    assert again.locator("[name=cause-0]").first.input_value() == "not_rotated"
    assert "ikke gemt endnu" in again.locator("[data-progress]").first.inner_text()


def test_whoever_signs_out_leaves_nothing_behind(at_the_cabinet, running):
    """A word says what is deleted; afterwards this device keeps no draft and no page."""
    _, page = at_the_cabinet()
    fill_in(page)
    page.goto(f"{running.address}/log-ud")
    page.locator("[data-unsaved]").filter(has_text="1 kladder").wait_for(timeout=5000)
    with page.expect_navigation():
        page.get_by_role("button", name="Log ud").click()
    assert drafts(page) == 0
    assert page.evaluate("caches.has('brikopt-pages')") is False


def test_a_review_finished_without_a_network_is_sent_once_there_is_one(at_the_cabinet, running):
    """Cut in the middle it waits, and the list opens anew as typed; then one review results, which holds all of it."""
    context, page = at_the_cabinet()
    page.evaluate("navigator.serviceWorker.ready")
    page.reload()
    page.wait_for_selector("form[data-ready]")
    page.wait_for_timeout(500)
    fill_in(page)
    page.locator("label.choice").first.click()
    context.set_offline(True)
    finish(page)
    page.locator("[data-progress]").filter(has_text="Ingen forbindelse").first.wait_for(timeout=15000)
    page.reload()
    page.wait_for_selector("form[data-ready]")
    assert typed(page) == TYPED
    with running.database.reading() as session:
        assert session.query(Review).count() == 0
    context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    assert waited_for(lambda: count_reviews(running) == 1)
    page.wait_for_timeout(1000)
    with running.database.reading() as session:
        (review,) = session.query(Review).all()
    assert [one["quantity"] for one in review.counts] == [12]
    assert [(one["quantity"], one["cause"]) for one in review.discards] == [(2, "not_rotated")]
    assert review.shelf_dates[0]["earliest_expiry"] == "2030-12-31"
    assert [one["decision"] for one in review.decisions] == ["accepted"]
    assert drafts(page) == 0


def count_reviews(running: Running) -> int:
    """Reviews in the service."""
    with running.database.reading() as session:
        return session.query(Review).count()


def test_who_comes_second_is_told_while_the_page_is_open(visit):
    """Bo finishes while Anna types: hers says so in a live region, and keeps what she chose."""
    hers, his = visit("/afsnit/{ward}", name="Anna"), visit("/afsnit/{ward}", name="Bo")
    hers.locator('[name="decision-0"][value="accepted"]').first.check()
    with his.expect_navigation():
        finish(his)
    hers.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    live = hers.locator("[data-newcomer]")
    live.filter(has_text="En anden har lige afsluttet").wait_for(timeout=5000)
    assert live.get_attribute("role") == "status"
    with hers.expect_navigation():
        finish(hers)
    assert "intet er overskrevet" in hers.locator("[role=alert]").inner_text()
    assert hers.locator('[name="decision-0"][value="accepted"]').first.is_checked()


def test_a_page_prints_as_the_sheet_for_the_shelf(visit, running):
    """A4, every line's number and name, boxes to tick, the run at the foot; menus and buttons stay on the screen."""
    page = visit("/afsnit/{ward}")
    pages = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    text = " ".join(" ".join(one.extract_text().split()) for one in pages)
    assert [round(float(side)) for side in pages[0].mediabox[2:]] == [595, 842]
    for row in rows(running.result / "trim_list.csv"):
        if row["ward_id"] == running.ward():
            assert row["name"] in text
    assert "Gjort" in text
    assert "Kørsel " in text
    assert "Gem, og afslut" not in text
    assert "Dækning" not in text


def test_a_name_that_is_a_script_is_only_read(visit, running):
    """No dialog opens and no element is made of it."""
    with running.database.writing() as session:
        known = {item.item_id: item.name for item in session.query(Item)}
        session.execute(update(Item).values(name="<img src=x onerror=alert(1)><script>alert(1)</script>"))
    page = visit("/skab/{cabinet}")
    with running.database.writing() as session:
        for item in session.query(Item):
            item.name = known[item.item_id]
    assert page.locator("main img, main script").count() == 0
    assert "<script>alert(1)</script>" in page.locator("tbody").inner_text()


def test_somebody_signed_in_with_a_cookie_sends_forms(browser, running):
    """A review is kept with the form's token; without the token the page says that it is too old."""
    with running.database.writing() as session:
        person = make_person(session, "test", os.urandom(4).hex(), by="test")
        give_grants(session, person.principal, [Grant(LOGISTICS)], by="test")
        secret = make_session(session, person.principal)
    context = browser.new_context()
    context.add_cookies([{"name": "brikopt", "value": secret, "url": running.address}])
    page = context.new_page()
    told = []
    for without in (False, True):
        page.goto(running.filled("/afsnit/{ward}"))
        if without:
            page.evaluate("document.querySelectorAll('[name=csrf_token]').forEach(one => one.remove())")
        with page.expect_navigation():
            finish(page)
        told.append(page.locator("main").inner_text())
    context.close()
    assert "Gennemgangen er gemt" in told[0]
    assert "Siden er for gammel" in told[1]


@pytest.mark.parametrize("scripts", [True, False])
def test_extracts_are_sent_and_their_run_is_stopped(scripts, visit, running, tmp_path):
    """With scripts and without: the report of a run that waits; stopped, it has failed; no rule is broken."""
    archive = tmp_path / "udtræk.zip"
    archive.write_bytes(zipped(EXTRACTS))
    page = visit("/koersler", ADMIN, java_script_enabled=scripts, bypass_csp=True)
    page.locator("#files").set_input_files(archive)
    with page.expect_navigation():
        page.get_by_role("button", name="Send, og start kørslen").click()
    assert "Modtaget og tjekket" in page.locator(".told").inner_text()
    assert page.locator("#report ~ .scroll").first.locator("tbody tr").count() == len(INPUTS)
    if scripts:
        assert violations(page) == []
    with page.expect_navigation():
        page.get_by_role("button", name="Stop kørslen").click()
    assert "Kørslen blev afbrudt" in page.locator("main").inner_text()
    with running.database.writing() as session:
        for job in session.scalars(select(Job).where(Job.kind == EXTRACTS_JOB)):
            session.delete(job)
            session.flush()
            session.delete(session.get_one(Run, job.run))
