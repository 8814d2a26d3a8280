"""A service that is killed while twenty people write: nothing that was answered is lost, nothing happens twice.

``BRIKOPT_KILL_ROUNDS=100`` kills as often on each database; by default it is five times.
"""

from __future__ import annotations

import os
import random
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event
from typing import Any

import httpx

from service.audit.chain import verify
from tests.service.servers import Server, started

ROUNDS = int(os.environ.get("BRIKOPT_KILL_ROUNDS", "5"))
WRITERS = 20


@dataclass
class Sent:
    """Reviews that one writer sent, by Idempotency-Key: the answers, and those that were never answered."""

    made: dict[str, dict[str, Any]] = field(default_factory=dict)
    undone: set[str] = field(default_factory=set)
    open: dict[str, tuple[str, str, dict[str, str]]] = field(default_factory=dict)

    def answered(self, key: str, answer: httpx.Response) -> None:
        """Note an answer; only 201 and 200 may come."""
        assert answer.status_code in (200, 201), answer.text
        self.open.pop(key, None)
        if answer.status_code == 201:
            self.made[key] = answer.json()
        else:
            self.undone.add(answer.json()["id"])


def write(client: httpx.Client, wards: list[str], seed: int, begun: Event) -> Sent:
    """Make reviews until the service is gone, and undo every third."""
    sent, draw = Sent(), random.Random(seed)  # noqa: S311 - a choice of wards
    while True:
        key = uuid.UUID(int=draw.getrandbits(128)).hex
        body = {"ward_id": draw.choice(wards), "kind": "brik"}
        sent.open[key] = ("POST", "/api/v1/reviews", {})
        try:
            answer = client.post("/api/v1/reviews", json=body, headers={"Idempotency-Key": key})
            sent.answered(key, answer)
            begun.set()
            if draw.random() < 1 / 3:
                undo = f"undo-{key}"
                match = {"If-Match": answer.headers["ETag"]}
                sent.open[undo] = ("DELETE", answer.headers["Location"], match)
                sent.answered(undo, client.delete(sent.open[undo][1], headers={"Idempotency-Key": undo, **match}))
        except httpx.TransportError:
            sent.open = {name: (*one[:2], {**one[2], "ward": body["ward_id"]}) for name, one in sent.open.items()}
            return sent


def send_again(client: httpx.Client, sent: Sent) -> None:
    """Send what was never answered once more, under the same key."""
    for key, (method, path, more) in list(sent.open.items()):
        headers = {"Idempotency-Key": key, **{name: value for name, value in more.items() if name == "If-Match"}}
        body = {"ward_id": more["ward"], "kind": "brik"} if method == "POST" else None
        sent.answered(key, client.request(method, path, json=body, headers=headers))


def kept(client: httpx.Client) -> dict[str, dict[str, Any]]:
    """All reviews in the service, by id."""
    found: dict[str, dict[str, Any]] = {}
    total = 1
    while len(found) < total:
        page = {"page": len(found) // 1000 + 1, "page_size": 1000}
        answer = client.get("/api/v1/reviews", params=page).json()
        total = answer["total"]
        if not answer["items"]:
            break
        found |= {one["id"]: one for one in answer["items"]}
    return found


def one_round(start: Callable[[], Server], signed: dict[str, str], wards: list[str], seed: int) -> list[Sent]:
    """Start a service, let twenty people write, and kill it at some moment after the first answer."""
    server, begun = start(), Event()
    limits = httpx.Limits(max_connections=WRITERS)
    moment = random.Random(seed).uniform(0.0, 0.4)  # noqa: S311 - seconds
    with (
        httpx.Client(base_url=server.address, headers=signed, timeout=60, limits=limits) as client,
        ThreadPoolExecutor(WRITERS) as pool,
    ):
        seeds = range(seed * WRITERS, (seed + 1) * WRITERS)
        working = [pool.submit(write, client, wards, one, begun) for one in seeds]
        assert begun.wait(60)
        time.sleep(moment)
        server.kill()
        return [one.result() for one in working]


def test_what_was_answered_survives_a_kill(site):
    """Twenty writers: each review answered with 201 is there once, each undone one is undone, and the chain holds."""
    signed = {"Authorization": f"Bearer {site.key('logistics')}"}
    wards = [ward["ward_id"] for ward in site.wards]
    everything: list[Sent] = []
    for number in range(ROUNDS):
        sent = one_round(lambda: started(site.settings), signed, wards, number)
        everything += sent
        server = started(site.settings)
        with httpx.Client(base_url=server.address, headers=signed, timeout=60) as client:
            for one in sent:
                send_again(client, one)
            found = kept(client)
        server.stop()
        made = {review["id"] for one in everything for review in one.made.values()}
        undone = {review for one in everything for review in one.undone}
        assert set(found) == made
        assert {review for review, one in found.items() if one["undone_at"]} == undone
        with site.database.reading() as session:
            assert verify(session).broken_at is None
    assert len(made) >= ROUNDS
    print(f"{ROUNDS} kills, {len(made)} reviews made, {len(undone)} undone, none lost")  # noqa: T201 - a figure
