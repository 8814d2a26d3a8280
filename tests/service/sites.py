"""A running service on a database of its own, as tests use it."""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import count
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from brikopt.flows.progress import SilentProgress
from brikopt.flows.simulate import simulate
from service.access.documents import Documents
from service.access.grants import Grant, Role
from service.access.keys import make_key
from service.answers.recall import OfRuns, Pages, WhileUnchanged
from service.app import create_app
from service.audit.witness import Witness
from service.db.damage import Wholeness
from service.db.database import Database
from service.envelope import Measures
from service.settings import Settings
from tests.whole.results import Row, rows, run_on

# Starlette wants a successor of httpx, which authlib doesn't work with yet.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

_NUMBERS = count()


@cache
def _app() -> FastAPI:
    """One app for all sites, which take turns: making its routes is what takes time."""
    return create_app(Settings())


def make_run(folder: Path) -> None:
    """Two units with three wards each, and the result of a run on them."""
    simulate(folder / "extracts", units=2, wards=6, positions=90, years=1, seed=3, progress=SilentProgress())
    run_on(folder / "extracts", folder / "result")


@dataclass
class Site:
    """One service with a published run.

    Parameters
    ----------
    settings : Settings
        Where its database is.
    result : Path
        The published run's folder.
    """

    settings: Settings
    result: Path

    @cached_property
    def client(self) -> TestClient:
        """Sends requests to the service, in this process."""
        app = _app()
        app.state.service = replace(
            app.state.service,
            settings=self.settings,
            database=Database(self.settings.url, witness=Witness.of(self.settings)),
            witness=Witness.of(self.settings),
            provider=Documents(),
            wholeness=Wholeness(),
            pages=Pages(),
            of_runs=OfRuns(),
            answers=WhileUnchanged(),
        )
        app.state.measures = Measures()
        return TestClient(app, raise_server_exceptions=False)

    @property
    def database(self) -> Database:
        """The service's database."""
        return self.client.app.state.service.database

    def key(self, role: str, **limits: str) -> str:
        """Make a key; limits are units, hospitals and wards, one name each."""
        grant = Grant(Role(role), **{name: frozenset({value}) for name, value in limits.items()})
        with self.database.writing() as session:
            return make_key(session, f"key {next(_NUMBERS)}", grant, None, by="test")

    def call(self, key: str | None, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send a request; in names of headers _ stands for -."""
        signed = {"Authorization": f"Bearer {key}"} if key else {}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.request(method, path, json=body, headers={**signed, **named})

    def get(self, key: str | None, path: str, **headers: str) -> Any:
        """Send a GET request below /api/v1."""
        return self.call(key, "GET", f"/api/v1{path}", **headers)

    def rows(self, name: str) -> list[Row]:
        """Read one list of the published run from its folder, as text."""
        return rows(self.result / f"{name}.csv")

    @cached_property
    def masters(self) -> dict[str, list[dict[str, Any]]]:
        """Names and places of the published run."""
        return json.loads((self.result / "masters.json").read_text("utf-8"))

    def ward_of(self, cabinet_id: str) -> str:
        """Return the ward that a cabinet stands in."""
        return next(row["ward_id"] for row in self.masters["cabinets"] if row["cabinet_id"] == cabinet_id)

    @cached_property
    def wards(self) -> list[dict[str, Any]]:
        """All wards, as somebody without limits sees them."""
        return self.get(self.key("reader"), "/wards").json()["items"]

    def wards_of(self, key: str) -> list[dict[str, Any]]:
        """The wards that a key reaches."""
        return self.get(key, "/wards").json()["items"]

    def review(self, key: str, ward_id: str, kind: str = "brik", **headers: str) -> Any:
        """Send a review without decisions, which is enough because somebody says so."""
        body = {"ward_id": ward_id, "kind": kind, "enough_because": "Alt er set"}
        return self.call(key, "POST", "/api/v1/reviews", body, **headers)
