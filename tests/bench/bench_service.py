"""Reading trim lists beside a route that does nothing, in the same run, with fifty people at once, on both databases.

Each person has a key of their own and asks for one ward after the other. ``BRIKOPT_BENCH_REQUESTS=100000`` sends as
many for the memory; by default it is 10,000. Alone: ``python -m pytest tests/bench/bench_service.py -p no:xdist -s
--no-header -o python_files='bench_*.py'``.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from threading import Event
from urllib.parse import urlsplit

import numpy as np
import psutil
import pytest

from service.db.database import Database
from service.db.migrate import migrate
from service.runs.folder import open_run
from service.runs.publish import publish
from service.settings import Settings
from tests.service.postgres import running_server, statement, url_of
from tests.service.servers import Server, empty_app, started, started_app
from tests.service.sites import Site, make_run

CLIENTS = 50
REQUESTS = int(os.environ.get("BRIKOPT_BENCH_REQUESTS", "10000"))
ROUNDS, IN_A_ROUND = 5, 1000


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back: seconds of each answer, and all statuses."""

    each: list[float] = field(default_factory=list)
    statuses: set[bytes] = field(default_factory=set)


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


async def _client(address: str, requests: Iterator[bytes], left: list[int], heard: Heard) -> None:
    """Send one request after the other on one connection, reading no more of an answer than its length."""
    place = urlsplit(address)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    while left[0] > 0:
        left[0] -= 1
        begun = time.perf_counter()
        writer.write(next(requests))
        head = await reader.readuntil(b"\r\n\r\n")
        length = next((line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), b":0")
        await reader.readexactly(int(length.partition(b":")[2]))
        heard.each.append(time.perf_counter() - begun)
        heard.statuses.add(head[9:12])
    writer.close()


def request(path: str, headers: dict[str, str]) -> bytes:
    """One request as it goes over the wire."""
    lines = [f"GET {path} HTTP/1.1", "Host: bench", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


NOTHING = [[request("/", {})]] * CLIENTS


def load(server: Server, asked: list[list[bytes]], requests: int) -> Load:
    """Send requests from many people at once; each asks for their own again and again, in their order."""

    async def all_of_them() -> Load:
        left, heard, begun = [requests], Heard(), time.perf_counter()
        people = (_client(server.address, itertools.cycle(own), left, heard) for own in asked)
        await asyncio.gather(*people)
        return Load(time.perf_counter() - begun, np.array(heard.each), heard.statuses)

    return asyncio.run(all_of_them())


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """The result of a run on six wards."""
    folder = tmp_path_factory.mktemp("bench")
    make_run(folder)
    yield folder / "result"
    shutil.rmtree(folder)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def site(request, result, tmp_path_factory):
    """A service with that run."""
    with ExitStack() as stack:
        folder, url = tmp_path_factory.mktemp(request.param), ""
        if request.param == "postgresql":
            server = stack.enter_context(running_server())
            statement(server, "CREATE DATABASE bench")
            url = url_of(server, "bench")
        settings = Settings(data_dir=folder, DATABASE_URL=url)
        database = Database(settings.url)
        migrate(database)
        publish(database, open_run(result), settings, by="bench")
        database.close()
        site = Site(settings, result)
        yield site
        site.database.close()


@pytest.fixture(scope="module")
def asked(site):
    """What fifty people ask for: the trim list of each ward in turn, with keys of their own."""
    signed = [{"Authorization": f"Bearer {site.key('reader')}"} for _ in range(CLIENTS)]
    return [[request(trim_list(ward), headers) for ward in site.wards] for headers in signed]


def trim_list(ward) -> str:
    """Path of a ward's trim list."""
    return f"/api/v1/wards/{ward['ward_id']}/trim-list"


@pytest.fixture(scope="module")
def server(site):
    """The service as a process."""
    server = started(site.settings)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def empty():
    """The route that does nothing, as a process."""
    server = started_app(empty_app)
    yield server
    server.stop()


def memory_mb(server: Server) -> float:
    """Resident memory of the service."""
    return psutil.Process(server.pid).memory_info().rss / 2**20


def beside(server: Server, asked: list[list[bytes]], empty: Server, what: str) -> float:
    """Print answers a second and p95 beside those of the empty route; return the first, of the best round of each."""
    load(server, asked, 10 * CLIENTS)  # warms up
    load(empty, NOTHING, 10 * CLIENTS)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(load(server, asked, IN_A_ROUND))
        theirs.append(load(empty, NOTHING, IN_A_ROUND))
    assert {status for one in ours for status in one.statuses} == {b"200"}
    best, floor = (max(one.per_second for one in loads) for loads in (ours, theirs))
    median = np.median([one.per_second / other.per_second for one, other in zip(ours, theirs, strict=True)])
    p95 = np.median([one.p95_ms() for one in ours]) / np.median([one.p95_ms() for one in theirs])
    print(f"\n{what} / empty route: {best / floor:.2f} (median of rounds {median:.2f}), p95 x {p95:.2f}")  # noqa: T201
    return best / floor


def test_a_trim_list_beside_an_empty_route(site, server, asked, empty):
    """At least half of the empty route's answers a second, in the best of five rounds of each."""
    assert beside(server, asked, empty, f"trim list, {site.database.engine.dialect.name}") >= 0.5


@contextmanager
def writing(site: Site) -> Iterator[list[int]]:
    """Somebody reviews all the while, once a second: what is only good while nothing changes is read anew each time."""
    key, ward, over, statuses = site.key("logistics"), site.wards[0]["ward_id"], Event(), []

    def write() -> None:
        while not over.wait(1):
            statuses.append(site.review(key, ward).status_code)

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(write)
        try:
            yield statuses
        finally:
            over.set()
            working.result()


def test_a_trim_list_while_somebody_writes(site, server, asked, empty):
    """The same with a review made every second: all of them are kept; the figure is printed."""
    with writing(site) as statuses:
        beside(server, asked, empty, f"trim list while somebody writes, {site.database.engine.dialect.name}")
    assert set(statuses) == {201}


def test_memory_stays_where_it_is(server, asked):
    """After a tenth of the requests it has grown to its size; the rest adds less than a twentieth."""
    load(server, asked, REQUESTS // 10)
    before = memory_mb(server)
    found = load(server, asked, REQUESTS)
    after = memory_mb(server)
    said = f"x {after / before:.3f} ({before:.0f} to {after:.0f} MB), p95 {found.p95_ms():.0f} ms"
    print(f"\nmemory after {REQUESTS} requests: {said}")  # noqa: T201
    assert found.statuses == {b"200"}
    assert after / before < 1.05
