"""A published run, on SQLite and on PostgreSQL; each test gets a copy of its own."""

from __future__ import annotations

import itertools
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Column, MetaData, String, Table, create_engine
from sqlalchemy.orm import Session

from service.audit.witness import Witness
from service.db.database import Database
from service.db.migrate import migrate
from service.runs.folder import open_run
from service.runs.publish import publish
from service.settings import DATABASE_FILE, Settings
from tests.service.postgres import running_server, statement, url_of
from tests.service.sites import Site, make_run
from tests.whole.regions import built_once

_NUMBERS = count()
# Databases are copied from folder to folder here, and go on under the key that they began with.
os.environ["BRIKOPT_AUDIT_KEY"] = "the key of the tests, which nobody would use"


@pytest.fixture(scope="session")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The result of a run on six wards, made once for all processes."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    return built_once(shared / "service-run", make_run) / "result"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Path]:
    """A PostgreSQL server."""
    with running_server() as folder:
        yield folder


@pytest.fixture(scope="session")
def published_file(result: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with the run."""
    folder = tmp_path_factory.mktemp("published")
    _publish(Settings(data_dir=folder, DATABASE_URL=""), result)
    return folder / DATABASE_FILE


@pytest.fixture(scope="session")
def published_template(result: Path, postgresql: Path) -> str:
    """The name of a PostgreSQL database with the run."""
    statement(postgresql, "CREATE DATABASE published")
    _publish(Settings(DATABASE_URL=url_of(postgresql, "published")), result)
    return "published"


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of a database that holds the run, and which no other test uses."""
    if request.param == "sqlite":
        file = request.getfixturevalue("published_file")
        shutil.copy(file, tmp_path / DATABASE_FILE)
        return Settings(data_dir=tmp_path, DATABASE_URL="")
    return Settings(data_dir=tmp_path, DATABASE_URL=_new_postgresql(request, "published_template"))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of a database without any table."""
    if request.param == "sqlite":
        return Settings(data_dir=tmp_path, DATABASE_URL="")
    return Settings(data_dir=tmp_path, DATABASE_URL=_new_postgresql(request))


@pytest.fixture
def site(settings: Settings, result: Path) -> Iterator[Site]:
    """A service with the published run."""
    site = Site(settings, result)
    yield site
    site.database.close()


@pytest.fixture
def on_sqlite(published_file: Path, result: Path, tmp_path: Path) -> Iterator[Site]:
    """The same on SQLite alone, for what has nothing to do with the database."""
    shutil.copy(published_file, tmp_path / DATABASE_FILE)
    site = Site(Settings(data_dir=tmp_path, DATABASE_URL=""), result)
    yield site
    site.database.close()


@pytest.fixture
def opened() -> Iterator[Callable[[Settings], Database]]:
    """Open databases that are closed at the end of the test."""
    databases: list[Database] = []

    def open_one(settings: Settings) -> Database:
        databases.append(Database(settings.url, witness=Witness.of(settings)))
        return databases[-1]

    yield open_one
    for database in databases:
        database.close()


def _publish(settings: Settings, result: Path) -> None:
    database = Database(settings.url, witness=Witness.of(settings))
    migrate(database)
    publish(database, open_run(result), settings, by="test")
    database.close()
    if not settings.database_url:
        # All of it into the one file that tests copy.
        connection = sqlite3.connect(settings.data_dir / DATABASE_FILE)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()


def _new_postgresql(request: pytest.FixtureRequest, template: str | None = None) -> str:
    folder = request.getfixturevalue("postgresql")
    copied = f" TEMPLATE {request.getfixturevalue(template)}" if template else ""
    name = f"test{next(_NUMBERS)}"
    statement(folder, f"CREATE DATABASE {name}{copied}")
    return url_of(folder, name)


@pytest.fixture(scope="module")
def places_in_sqlite() -> Iterator[Callable[[], Session]]:
    """Sessions on a database in memory with the 27 wards of three units, hospitals and ward ids."""
    engine = create_engine("sqlite://")
    # Nothing of the other tables is needed, nor a key: one ward id lies in several places here.
    columns = [Column(name, String) for name in ("run", "ward_id", "ward_name", "hospital", "unit", "nonbrik_relevant")]
    table = Table("wards", MetaData(), *columns)
    table.create(engine)
    rows = [{"unit": u, "hospital": h, "ward_id": w} for u, h, w in itertools.product("abc", "abc", "abc")]
    with engine.begin() as connection:
        connection.execute(table.insert(), rows)
    yield lambda: Session(engine)
    engine.dispose()
