"""One request, one caller, one provider can't take the service away from the others."""

from __future__ import annotations

import http.client
import itertools
import json
import socket
import sqlite3
import threading
import time
from contextlib import closing, contextmanager

import httpx
import pytest
import uvicorn

from service.access.accounts import add_account
from service.access.documents import Documents
from service.access.entering import enter_with_password
from service.access.grants import Grant, Role
from service.access.sessions import make_session
from service.connections import BoundedConnection
from service.refusals import ProviderFailed, SignInFailed, TooManyTries
from service.settings import DATABASE_FILE
from tests.service.people import PASSWORD, known, use
from tests.service.servers import empty_app, running
from tests.service.test_strangers import LARGE, PIECES, status_before_it_came


def test_an_upload_is_not_read_for_somebody_who_may_not_send_it(on_sqlite):
    """403 to a session with the role reader and no token in the header, before any of 2 MB came; page and API."""
    with on_sqlite.database.writing() as session:
        secret = make_session(session, add_account(session, "Karen", "", [Grant(Role.READER)], by="test"))
    with running(on_sqlite.settings) as server:
        for path, form in itertools.product(("/api/v1/runs", "/koersler"), (LARGE, PIECES)):
            assert status_before_it_came(server, path, {"Cookie": f"brikopt={secret}", **form}) == 403, (path, form)


def test_many_small_files_are_refused(on_sqlite):
    """100 files in one form: 400, where each would be kept in memory up to a megabyte."""
    files = [("files", (f"{number}.csv", b"a")) for number in range(100)]
    signed = {"Authorization": f"Bearer {on_sqlite.key('admin')}"}
    assert on_sqlite.client.post("/api/v1/runs", files=files, headers=signed).status_code == 400


def test_invented_methods_are_one_count(on_sqlite):
    """Three of them, one label."""
    use(on_sqlite, metrics_token="m")  # noqa: S106 - of one test
    for method in ("FIRST", "SECOND", "THIRD"):
        on_sqlite.client.request(method, "/health/live")
    shown = on_sqlite.client.get("/metrics", headers={"Authorization": "Bearer m"}).text
    assert 'method="other"' in shown
    assert "SECOND" not in shown


def test_a_document_is_fetched_once_for_all_who_ask():
    """Eight at once, one fetch; and none within minutes."""
    documents, fetched = Documents(), []

    def fetch(url):
        fetched.append(url)
        time.sleep(0.2)
        return {"issuer": url}

    asking = [threading.Thread(target=documents.get, args=("x", fetch)) for _ in range(8)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    assert documents.get("x", fetch) == {"issuer": "x"}
    assert fetched == ["x"]


def test_a_provider_that_failed_is_left_alone_for_a_while():
    """Asked once; the next refusal comes at once."""
    documents, asked = Documents(), []

    def fetch(url):
        asked.append(url)
        raise ProviderFailed

    for _ in range(3):
        with pytest.raises(ProviderFailed):
            documents.get("x", fetch)
    assert asked == ["x"]


def test_a_provider_that_says_nothing_does_not_stop_the_service(on_sqlite):
    """60 strangers on their way to it, and the service still says that it lives."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        issuer = f"http://127.0.0.1:{silent.getsockname()[1]}"
        settings = on_sqlite.settings.model_copy(update={"oidc_issuer": issuer, "oidc_client_id": "x"})
        with running(settings) as server, httpx.Client(base_url=server.address) as client:
            client.get("/health/ready")
            ways = ("/log-ind/region", "/log-ud/region")
            asking = [
                threading.Thread(target=httpx.get, args=(server.address + ways[number % 2],), kwargs={"timeout": 30})
                for number in range(60)
            ]
            for one in asking:
                one.start()
            time.sleep(0.3)
            begun = time.monotonic()
            assert client.get("/health/live").status_code == 200
            alive = time.monotonic() - begun
            for one in asking:
                one.join()
    assert alive < 9  # 18.9 s before: every thread waited ten seconds for the provider


@contextmanager
def quick_server():
    """An app whose connections have 0.3 s for a head and as long between two pieces of a body."""

    class Quick(BoundedConnection):
        head_seconds = piece_seconds = 0.3

    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        config = uvicorn.Config(empty_app(), http=Quick, log_config=None)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            yield listening.getsockname()
        finally:
            server.should_exit = True
            thread.join()


@pytest.mark.parametrize(
    "half",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: x\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\n",
    ],
    ids=["nothing", "half a head", "half a body", "half of a second head"],
)
def test_a_connection_that_says_no_more_is_closed(half):
    """Within seconds; such connections were held for as long as their other end liked."""
    with quick_server() as address, closing(socket.create_connection(address, timeout=10)) as connection:
        connection.sendall(half)
        try:
            while connection.recv(65536):
                pass
        except ConnectionResetError:
            pass


def test_a_whole_request_is_answered_by_a_bounded_connection():
    """Twice on one connection, with a pause in which nobody waits for anything but the keep-alive."""
    with quick_server() as address, closing(http.client.HTTPConnection(*address, timeout=10)) as connection:
        for _ in range(2):
            connection.request("GET", "/")
            assert json.loads(connection.getresponse().read()) == {"status": "ok"}
            time.sleep(0.5)


def test_a_stranger_elsewhere_locks_nobody_out(on_sqlite):
    """Six wrong passwords from one address: 429 there, and Karen comes in from hers."""
    known(on_sqlite, "Karen", Grant(Role.READER))
    use(on_sqlite, local_accounts=True)
    service = on_sqlite.client.app.state.service
    for _ in range(5):
        with pytest.raises(SignInFailed):
            enter_with_password(service, "Karen", "wrong", "203.0.113.1", None)
    with pytest.raises(TooManyTries):
        enter_with_password(service, "Karen", PASSWORD, "203.0.113.1", None)
    assert enter_with_password(service, "Karen", PASSWORD, "203.0.113.2", None)


def test_a_damaged_file_is_told_in_words(on_sqlite):
    """503 and what to do, in both languages, and no failure of ours; whole before that."""
    assert on_sqlite.client.get("/health/ready").status_code == 200
    on_sqlite.database.close()
    file = on_sqlite.settings.data_dir / DATABASE_FILE
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(file.read_bytes())
    content[8192 : len(content) // 2] = bytes(len(content) // 2 - 8192)
    file.write_bytes(content)
    on_sqlite.client.app.state.service.wholeness.look(on_sqlite.database)
    for lang, word in (("da", "brikopt restore"), ("en", "damaged")):
        told = on_sqlite.client.get(f"/health/ready?lang={lang}")
        assert (told.status_code, told.json()["checks"]["database"]) == (503, False)
        assert word in told.json()["advice"]
