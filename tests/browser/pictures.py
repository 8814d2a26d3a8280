"""Take a picture of every page of the service, on a telephone, a tablet and a desk, light and dark, and as printed.

``python -m tests.browser.pictures --run RESULT --out FOLDER [--ward ID] [--only TEXT] [--lang en]``
"""

from __future__ import annotations

import argparse
import secrets
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import uvicorn
from playwright.sync_api import Browser, sync_playwright

from brikopt.reports.masters import MASTERS_FILE
from service.access.grants import Grant, Role
from service.access.people import give_grants, make_person
from service.access.sessions import make_session
from service.app import create_app
from service.db.database import Database
from service.db.migrate import migrate
from service.runs.folder import open_run
from service.runs.publish import publish
from service.settings import Settings
from tests.browser.chromium import FLAGS, browser_path
from tests.whole.results import rows, waited_for

WIDTHS = {390: 844, 820: 1180, 1280: 900}
PAGES = {
    "start": "/",
    "wards": "/afsnit",
    "ward": "/afsnit/{ward}",
    "cabinet": "/skab/{cabinet}",
    "sheet": "/skab/{cabinet}/ark",
    "transfers": "/flytninger",
    "coverage": "/daekning",
    "purchasing": "/indkoeb",
    "new_levels": "/nye-niveauer",
    "runs": "/koersler",
}


@contextmanager
def served(result: Path) -> Iterator[tuple[str, str]]:
    """Serve a result, and yield the address and a cookie of somebody who may do everything."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        settings = Settings(data_dir=Path(folder), DATABASE_URL="", run_worker=False)
        database = Database(settings.url)
        migrate(database)
        publish(database, open_run(result), settings, by="pictures")
        with database.writing() as session:
            person = make_person(session, "pictures", secrets.token_hex(4), by="pictures")
            roles = (Role.LOGISTICS, Role.PURCHASING, Role.PROGRAMME, Role.ADMIN)
            give_grants(session, person.principal, [Grant(role) for role in roles], by="pictures")
            cookie = make_session(session, person.principal)
        free.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(create_app(settings), log_level="error", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [free]}, daemon=True)
        thread.start()
        assert waited_for(lambda: server.started)
        yield f"http://127.0.0.1:{free.getsockname()[1]}", cookie
        server.should_exit = True
        thread.join(timeout=30)
        database.close()


def take(browser: Browser, address: str, cookie: str, pages: dict[str, str], out: Path, lang: str) -> None:
    """Take the pictures of some pages."""
    for width, height in WIDTHS.items():
        for scheme in ("light", "dark"):
            viewport = {"width": width, "height": height}
            context = browser.new_context(viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]
            context.add_cookies([{"name": "brikopt", "value": cookie, "url": address}])
            page = context.new_page()
            for name, path in pages.items():
                begun = time.perf_counter()
                page.goto(f"{address}{path}?lang={lang}")
                if name == "ward":
                    page.wait_for_selector("form[data-ready]")
                    print(f"{name} {width} {scheme}: {time.perf_counter() - begun:.2f} s")  # noqa: T201
                page.screenshot(path=out / f"{name}-{width}-{scheme}.png")
                if name == "ward" and scheme == "light":
                    page.locator(".more summary").first.click()
                    page.screenshot(path=out / f"{name}-open-{width}.png")
                if width == max(WIDTHS) and scheme == "light":
                    (out / f"{name}.pdf").write_bytes(page.pdf(prefer_css_page_size=True))
            context.close()


def main() -> None:
    """Take all pictures."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--run", type=Path, required=True)
    asked.add_argument("--out", type=Path, required=True)
    asked.add_argument("--ward", default="")
    asked.add_argument("--only", default="")
    asked.add_argument("--lang", default="da")
    named = asked.parse_args()
    things = rows(named.run / "trim_list.csv")
    if not (named.run / MASTERS_FILE).exists() or not things:
        asked.error(f"{named.run} holds no list")
    ward = named.ward or things[0]["ward_id"]
    cabinet = next(one["cabinet_id"] for one in things if one["ward_id"] == ward)
    places = {"ward": quote(ward, safe=""), "cabinet": quote(cabinet, safe="")}
    wanted = named.only.split(",") if named.only else list(PAGES)
    named.out.mkdir(parents=True, exist_ok=True)
    with served(named.run) as (address, cookie), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=list(FLAGS))
        take(browser, address, cookie, {name: PAGES[name].format(**places) for name in wanted}, named.out, named.lang)
        browser.close()


if __name__ == "__main__":
    main()
