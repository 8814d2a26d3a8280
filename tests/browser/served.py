"""The service as the tests of its pages meet it: a running one, and somebody who opens its pages."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page
from sqlalchemy import delete, select

from service.access.grants import Grant, Role
from service.access.keys import make_key
from service.app import create_app
from service.db.database import Database
from service.db.migrate import migrate
from service.reviews.tables import Review
from service.runs.folder import open_run
from service.runs.publish import publish
from service.runs.tables import Run
from service.settings import Settings
from tests.service.sites import make_run
from tests.whole.regions import built_once
from tests.whole.results import rows, waited_for

TABLET, TELEPHONE, DESK = (1024, 768), (390, 844), (1280, 900)
LOGISTICS = Role.LOGISTICS


@dataclass(frozen=True)
class Running:
    """A service that answers on this machine: its address, its database, and what its run holds."""

    address: str
    database: Database
    result: Path

    def key(self, role: Role, name: str) -> str:
        """Make a key without limits."""
        with self.database.writing() as session:
            return make_key(session, f"{name} {os.urandom(4).hex()}", Grant(role), None, by="test")

    def ward(self) -> str:
        """A ward that has cabinets of both kinds, each with something to do."""
        things = rows(self.result / "trim_list.csv")
        kinds = {row["cabinet_id"]: bool(row["brik_count"]) for row in rows(self.result / "levels.csv")}
        found = {(row["ward_id"], kinds[row["cabinet_id"]]) for row in things}
        return next(row["ward_id"] for row in things if {(row["ward_id"], True), (row["ward_id"], False)} <= found)

    def filled(self, path: str) -> str:
        """A path with a ward and a cabinet of the run."""
        ward = self.ward()
        cabinet = next(row["cabinet_id"] for row in rows(self.result / "trim_list.csv") if row["ward_id"] == ward)
        with self.database.reading() as session:
            run = session.scalars(select(Run.id)).first()
        return self.address + path.format(ward=ward, cabinet=cabinet, run=run)


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The service with a run of six wards."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    result = built_once(shared / "service-run", make_run) / "result"
    # Whatever is sent here waits, and nobody goes to the provider: the tests are about pages.
    ways_in = {"local_accounts": True, "oidc_issuer": "http://127.0.0.1:9", "oidc_client_id": "brikopt"}
    settings = Settings(data_dir=tmp_path_factory.mktemp("pages"), DATABASE_URL="", run_worker=False, **ways_in)
    database = Database(settings.url)
    migrate(database)
    publish(database, open_run(result), settings, by="test")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(create_app(settings), log_level="error", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [free]}, daemon=True)
        thread.start()
        assert waited_for(lambda: server.started)
        yield Running(f"http://127.0.0.1:{free.getsockname()[1]}", database, result)
        server.should_exit = True
        thread.join(timeout=30)
    database.close()


@pytest.fixture
def visit(browser: Browser, running: Running) -> Iterator[Callable[..., Page]]:
    """Open a page as somebody with a role, on a screen of some size."""
    contexts, keys = [], {}

    def show(path: str, role: Role = LOGISTICS, *, size=DESK, name: str = "Anna", lang: str = "da", **options) -> Page:
        key = keys.setdefault((role, name), running.key(role, name))
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            extra_http_headers={"Authorization": f"Bearer {key}"},
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        address = running.filled(path)
        page.goto(f"{address}{'&' if '?' in address else '?'}lang={lang}")
        return page

    yield show
    for context in contexts:
        context.close()
    with running.database.writing() as session:
        session.execute(delete(Review))
