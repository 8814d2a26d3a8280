"""A full disk, a lost database, a lock that is not to be had: 503 for now, nothing lost, and no restart needed."""

from __future__ import annotations

import errno
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice

import httpx
import psutil
import pytest
from fastapi import FastAPI
from sqlalchemy import make_url, text

from service.audit.chain import record, verify
from service.db.database import Database
from service.errors import add_handlers
from service.refusals import Unavailable
from tests.service.postgres import statement
from tests.service.servers import running
from tests.service.sites import TestClient

on_postgresql = pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
AWAY = (503, "5", "urn:brikopt:problem:unavailable")


def said(answer) -> tuple[int, str, str]:
    """Status, when to try again, and which problem."""
    return answer.status_code, answer.headers.get("Retry-After"), answer.json()["type"]


def impatient(site, seconds: float = 0.2) -> None:
    """Have the service wait no longer than this."""
    site.database.close()
    app = site.client.app
    app.state.service = replace(app.state.service, database=Database(site.settings.url, seconds))


def holds(site) -> int:
    """Entries of the chain, which must hold."""
    with site.database.reading() as session:
        finding = verify(session)
    assert finding.broken_at is None
    return finding.entries


def test_a_full_disk_refuses_changes_and_goes_on_when_there_is_room(on_sqlite):
    """Files may not grow: 3 changes get 503, reading goes on; with room again the same key makes the 2nd review."""
    ward = on_sqlite.wards[0]["ward_id"]
    signed = {"Authorization": f"Bearer {on_sqlite.key('logistics')}"}
    with (
        running(on_sqlite.settings) as server,
        httpx.Client(base_url=server.address, headers=signed, timeout=30) as client,
    ):

        def post(key: str) -> httpx.Response:
            body = {"ward_id": ward, "kind": "brik"}
            return client.post("/api/v1/reviews", json=body, headers={"Idempotency-Key": key})

        assert post("a").status_code == 201
        process = psutil.Process(server.pid)
        process.rlimit(psutil.RLIMIT_FSIZE, (0, psutil.RLIM_INFINITY))
        assert [said(post("b")) for _ in range(3)] == [AWAY] * 3
        assert client.get("/api/v1/reviews").json()["total"] == 1
        process.rlimit(psutil.RLIMIT_FSIZE, (psutil.RLIM_INFINITY, psutil.RLIM_INFINITY))
        assert post("b").status_code == 201
        assert client.get("/api/v1/reviews").json()["total"] == 2
    holds(on_sqlite)


@on_postgresql
def test_a_server_without_room_refuses_changes_for_now(site):
    """PostgreSQL says 53100 to a review: 503, no entry in the chain; once it doesn't, 201."""
    key, ward = site.key("logistics"), site.wards[0]["ward_id"]
    before = holds(site)
    full = "$$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = 'disk_full'; END $$"
    with site.database.writing() as session:
        session.execute(text(f"CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS {full}"))
        session.execute(text("CREATE TRIGGER full_disk BEFORE INSERT ON reviews EXECUTE FUNCTION full_disk()"))
    assert said(site.review(key, ward)) == AWAY
    assert holds(site) == before
    with site.database.writing() as session:
        session.execute(text("DROP TRIGGER full_disk ON reviews"))
    assert site.review(key, ward).status_code == 201


@contextmanager
def taken_away(folder, name: str):
    """End all connections to a database, and let nobody in."""
    statement(folder, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    statement(folder, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")  # noqa: S608
    try:
        yield
    finally:
        statement(folder, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


@on_postgresql
def test_a_database_that_is_away_is_503_and_comes_back_by_itself(site, request):
    """Reading, writing and readiness 503 while nobody is let in; 200 and 201 right afterwards."""
    name, folder = make_url(site.settings.url).database, request.getfixturevalue("postgresql")
    key, ward = site.key("logistics"), site.wards[0]["ward_id"]
    with taken_away(folder, name):
        assert said(site.get(key, "/wards")) == AWAY
        assert said(site.review(key, ward)) == AWAY
        assert site.call(None, "GET", "/health/ready").status_code == 503
        assert site.call(None, "GET", "/health/live").status_code == 200
    assert site.get(key, "/wards").status_code == 200
    assert site.review(key, ward).status_code == 201
    assert site.call(None, "GET", "/health/ready").status_code == 200


@on_postgresql
def test_a_connection_lost_in_the_middle_takes_back_the_change(site, request):
    """An entry written, then the server ends the connection: refused for now, and no entry more than before."""
    folder, before = request.getfixturevalue("postgresql"), holds(site)
    with pytest.raises(Unavailable), site.database.writing() as session:
        record(session, "somebody", "tried", "1")
        statement(folder, f"SELECT pg_terminate_backend({session.scalar(text('SELECT pg_backend_pid()'))})")
        record(session, "somebody", "tried", "2")
    assert holds(site) == before


def test_a_lock_that_is_not_to_be_had_in_time_is_503(site, opened):
    """Somebody else writes all the while: a change is refused after 0.2 s, reading isn't; afterwards 201."""
    key, ward = site.key("logistics"), site.wards[0]["ward_id"]
    impatient(site)
    with opened(site.settings).writing() as session:
        record(session, "somebody", "tried", "1")
        assert said(site.review(key, ward)) == AWAY
        assert site.get(key, "/wards").status_code == 200
    assert site.review(key, ward).status_code == 201


def test_of_forty_who_wait_ten_are_refused_at_once(site, opened):
    """30 places to wait; so of 40 threads at least 10 stay free for readers."""
    mine = opened(site.settings)

    def write(number: int) -> bool:
        try:
            with mine.writing() as session:
                record(session, "somebody", "tried", str(number))
        except Unavailable:
            return False
        return True

    with ThreadPoolExecutor(40) as pool:
        with opened(site.settings).writing():
            tries = [pool.submit(write, number) for number in range(40)]
            assert not any(one.result() for one in islice(as_completed(tries), 10))
        assert [one.result() for one in tries].count(True) == 30


@pytest.mark.parametrize(("number", "status"), [(errno.ENOSPC, 503), (errno.EDQUOT, 503), (errno.EACCES, 500)])
def test_a_file_that_cannot_grow_is_503_and_other_trouble_500(number, status):
    """No room passes by itself; a folder that may not be written doesn't."""
    app = FastAPI()
    add_handlers(app)

    @app.get("/")
    def fail() -> None:
        raise OSError(number, "trouble")

    assert TestClient(app, raise_server_exceptions=False).get("/").status_code == status


def test_a_missing_table_is_a_failure_and_no_outage(site):
    """Trying again wouldn't help: 500."""
    key = site.key("purchasing")
    with site.database.writing() as session:
        session.execute(text("ALTER TABLE list_rows RENAME TO gone"))
    assert site.get(key, "/purchasing").status_code == 500
