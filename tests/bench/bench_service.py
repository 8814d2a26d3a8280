"""Reading a ward's trim list beside a route that does nothing, in the same run, with fifty people at once.

``BRIKOPT_BENCH_REQUESTS=100000`` sends as many for the memory; by default it is 10,000.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import numpy as np
import psutil
import pytest

from service.db.database import Database
from service.db.migrate import migrate
from service.runs.folder import open_run
from service.runs.publish import publish
from service.settings import Settings
from tests.service.servers import Server, empty_app, started, started_app
from tests.service.sites import Site, make_run

CLIENTS = 50
REQUESTS = int(os.environ.get("BRIKOPT_BENCH_REQUESTS", "10000"))
ROUNDS, IN_A_ROUND = 5, 1000


@dataclass(frozen=True, slots=True)
class Load:
    """What a number of requests took: seconds in all, and of each."""

    seconds: float
    each: np.ndarray
    statuses: set[bytes]

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return len(self.each) / self.seconds

    def p95_ms(self) -> float:
        """95 of 100 answers came within this."""
        return float(np.quantile(self.each, 0.95) * 1000)


async def _client(address: str, request: bytes, left: list[int], each: list[float], statuses: set[bytes]) -> None:
    """Send one request after the other on one connection, reading no more of an answer than its length."""
    place = urlsplit(address)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    while left[0] > 0:
        left[0] -= 1
        begun = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next((line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), b":0")
        await reader.readexactly(int(length.partition(b":")[2]))
        each.append(time.perf_counter() - begun)
        statuses.add(head[9:12])
    writer.close()


def load(server: Server, path: str, headers: dict[str, str], requests: int, clients: int = CLIENTS) -> Load:
    """Send requests from many clients at once."""
    lines = [f"GET {path} HTTP/1.1", "Host: bench", *(f"{name}: {value}" for name, value in headers.items())]
    request = "\r\n".join([*lines, "", ""]).encode()

    async def all_of_them() -> Load:
        each: list[float] = []
        statuses: set[bytes] = set()
        left, begun = [requests], time.perf_counter()
        await asyncio.gather(*(_client(server.address, request, left, each, statuses) for _ in range(clients)))
        return Load(time.perf_counter() - begun, np.array(each), statuses)

    return asyncio.run(all_of_them())


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A service on SQLite with six wards."""
    folder = tmp_path_factory.mktemp("bench")
    make_run(folder)
    settings = Settings(data_dir=folder / "data", DATABASE_URL="")
    database = Database(settings.url)
    migrate(database)
    publish(database, open_run(folder / "result"), settings, by="bench")
    database.close()
    yield Site(settings, folder / "result")
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def asked(site):
    """Path of a ward's trim list, and the headers of somebody who may read it."""
    return f"/api/v1/wards/{site.wards[0]['ward_id']}/trim-list", {"Authorization": f"Bearer {site.key('reader')}"}


@pytest.fixture(scope="module")
def server(site):
    """The service as a process."""
    server = started(site.settings)
    yield server
    server.stop()


def memory_mb(server: Server) -> float:
    """Resident memory of the service."""
    return psutil.Process(server.pid).memory_info().rss / 2**20


def test_a_trim_list_beside_an_empty_route(server, asked):
    """Five rounds of each in turn: at least half of the empty route's answers a second, in the best round of each."""
    path, headers = asked
    empty = started_app(empty_app)
    for one, where, with_ in ((server, path, headers), (empty, "/", {})):
        load(one, where, with_, 200)  # warms up
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(load(server, path, headers, IN_A_ROUND))
        theirs.append(load(empty, "/", {}, IN_A_ROUND))
    empty.stop()
    assert {status for one in ours for status in one.statuses} == {b"200"}
    best, floor = (max(one.per_second for one in loads) for loads in (ours, theirs))
    median = np.median([one.per_second / other.per_second for one, other in zip(ours, theirs, strict=True)])
    p95 = np.median([one.p95_ms() for one in ours]) / np.median([one.p95_ms() for one in theirs])
    print(f"\ntrim list / empty route: {best / floor:.2f} (median of rounds {median:.2f}), p95 x {p95:.2f}")  # noqa: T201
    assert best / floor >= 0.5


def test_an_unchanged_list_is_answered_without_it(server, asked):
    """If-None-Match with the present ETag: 304 throughout."""
    import httpx  # noqa: PLC0415 - only the tag

    path, headers = asked
    tag = httpx.get(f"{server.address}{path}", headers=headers).headers["ETag"]
    found = load(server, path, {**headers, "If-None-Match": tag}, IN_A_ROUND)
    assert found.statuses == {b"304"}


def test_memory_stays_where_it_is(server, asked):
    """After a tenth of the requests it has grown to its size; the rest adds less than a twentieth."""
    load(server, *asked, REQUESTS // 10)
    before = memory_mb(server)
    found = load(server, *asked, REQUESTS)
    after = memory_mb(server)
    said = f"x {after / before:.3f} ({before:.0f} to {after:.0f} MB), p95 {found.p95_ms():.0f} ms"
    print(f"\nmemory after {REQUESTS} requests: {said}")  # noqa: T201
    assert after / before < 1.05
