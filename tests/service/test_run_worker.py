"""A run in a worker: followed to its end, cancelled, killed at any moment; the published run stands meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psutil
import pytest

from service.audit.chain import verify
from service.settings import Settings
from tests.service.servers import Server, running, started
from tests.service.uploads import ended, folder_as_files, followed, send, zipped
from tests.whole.results import waited_for

MODULE = "service.runs.work"
MIDDLE = "Gathering evidence"  # the last step that the log tells of before the cabinets


def workers(settings: Settings) -> list[psutil.Process]:
    """The workers, and their helpers, on this data folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if MODULE in process.cmdline() and str(settings.data_dir) in " ".join(process.cmdline()):
                found += [process, *process.children(recursive=True)]
        except psutil.Error:
            continue
    return [one for one in found if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def gone(processes: list[psutil.Process]) -> bool:
    """Whether all of them have ended."""
    return not [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture
def few(site) -> Settings:
    """Settings with one process for a run."""
    return site.settings.model_copy(update={"run_jobs": 1})


@pytest.fixture
def extracts(result: Path) -> bytes:
    """The extracts of the published run, zipped."""
    return zipped(folder_as_files(result.parent / "extracts"))


@contextmanager
def asking(server: Server) -> Iterator[httpx.Client]:
    """A client of a running service."""
    with httpx.Client(base_url=server.address, timeout=120) as client:
        yield client


def served(client: httpx.Client, key: str) -> str:
    """The run that every answer names."""
    return client.get("/api/v1/me", headers={"Authorization": f"Bearer {key}"}).headers["X-Brikopt-Run"]


def sent(client: httpx.Client, key: str, extracts: bytes, **fields: str) -> str:
    """Send extracts, and return the id of their run."""
    answer = send(client, key, {"a.zip": extracts}, {"lang": "en", **fields})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


@contextmanager
def held_in_the_middle(settings: Settings, run: str) -> Iterator[list[psutil.Process]]:
    """Hold a run's worker at its cabinets: goods this few are soon over, and what comes next must meet it at work."""
    log = settings.data_dir / "runs" / run / "log.txt"
    assert waited_for(lambda: log.exists() and MIDDLE in log.read_text("utf-8"))
    there = workers(settings)
    for one in there:
        one.suspend()
    assert there
    yield there
    for one in there:
        with suppress(psutil.NoSuchProcess):
            one.resume()


def begun(run: dict) -> bool:
    """Whether the worker has begun at all, or has ended: a run of few goods is soon over."""
    return ended(run) or run["state"] == "running"


def test_a_run_is_followed_to_its_end_and_served(site, few, extracts):
    """Progress never falls and ends at 1; another run is served; a log is kept, the extracts are not."""
    key, seen = site.key("admin"), []

    def note(run: dict) -> bool:
        seen.append(run["progress"])
        return ended(run)

    with running(few) as server, asking(server) as client:
        before = served(client, key)
        first, second = sent(client, key, extracts, as_of="2024-12-01"), sent(client, key, extracts)
        run = followed(client, key, first, note)
        assert (run["state"], run["problem"]) == ("done", None)
        assert seen == sorted(seen)
        assert len(set(seen)) > 2
        assert served(client, key) == run["run_id"] != before
        log = client.get(f"/api/v1/runs/{first}/log", headers={"Authorization": f"Bearer {key}"}).text
        assert "Publishes the result" in log
        # One at a time: the other one begins when the first has ended.
        assert followed(client, key, second, begun)["state"] in ("running", "done")
        client.post(f"/api/v1/runs/{second}/cancel", headers={"Authorization": f"Bearer {key}"})
        followed(client, key, second, ended)
    folder = few.data_dir / "runs" / first
    assert sorted(path.name for path in folder.iterdir()) == ["flowed_back.json", "log.txt", "rejected_rows.csv"]
    holds(site)


def holds(site) -> None:
    """The chain of changes must hold."""
    with site.database.reading() as session:
        assert verify(session).broken_at is None


def breaks(site, few, extracts, end: Callable[[httpx.Client, str, str], None]) -> tuple[str, dict]:
    """End a run in its middle in some way; return what was served before, and the run."""
    key = site.key("admin")
    with running(few) as server, asking(server) as client:
        before = served(client, key)
        run = sent(client, key, extracts)
        with held_in_the_middle(few, run) as there:
            end(client, key, run)
        found = followed(client, key, run, ended)
        assert served(client, key) == before
        assert waited_for(lambda: gone(there))
        return before, found


def test_a_run_under_way_can_be_cancelled(site, few, extracts):
    """Failed, and nobody of its worker is left."""

    def cancel(client: httpx.Client, key: str, run: str) -> None:
        answer = client.post(f"/api/v1/runs/{run}/cancel", headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == 202

    _, run = breaks(site, few, extracts, cancel)
    assert (run["state"], run["problem"]) == ("failed", "The run was cancelled.")
    holds(site)


def test_a_killed_worker_leaves_the_published_run_standing(site, few, extracts):
    """Failed, with a word on how; the extracts are gone."""

    def kill(*_: object) -> None:
        for one in workers(few):
            one.kill()

    _, run = breaks(site, few, extracts, kill)
    assert run["state"] == "failed"
    assert run["problem"].startswith("The run broke off")
    assert waited_for(lambda: not (few.data_dir / "runs" / run["id"] / "extracts").exists())
    holds(site)


def test_a_killed_service_takes_its_worker_along_and_tells_after_its_return(site, few, extracts):
    """Killed in the middle: the worker ends by itself; started again, the run has failed, and another one is done."""
    key = site.key("admin")
    server = started(few)
    with asking(server) as client:
        before = served(client, key)
        run = sent(client, key, extracts)
        with held_in_the_middle(few, run) as there:
            server.kill()
    assert waited_for(lambda: gone(there))
    with running(few) as server, asking(server) as client:
        found = followed(client, key, run, ended)
        assert (found["state"], found["problem"][:17]) == ("failed", "The run broke off")
        assert served(client, key) == before
        again = sent(client, key, extracts, as_of="2024-12-01")
        assert followed(client, key, again, ended)["state"] == "done"
    holds(site)


def test_a_service_that_is_stopped_goes_on_with_the_run_later(site, few, extracts):
    """Queued while no service runs, running again after the next start."""
    key = site.key("admin")
    with running(few) as server, asking(server) as client:
        run = sent(client, key, extracts)
        followed(client, key, run, begun)
        there = workers(few)
    assert gone(there)
    assert site.get(key, f"/runs/{run}").json()["state"] == "queued"
    with running(few) as server, asking(server) as client:
        assert followed(client, key, run, begun)["state"] == "running"
        time.sleep(0.1)
        client.post(f"/api/v1/runs/{run}/cancel", headers={"Authorization": f"Bearer {key}"})
        followed(client, key, run, ended)


def test_the_next_run_knows_what_was_decided(site, few, extracts):
    """One change accepted, one rejected: the new run has the accepted levels, and does not ask the same again."""
    key, word = site.key("admin"), "Bruges i bølger"
    rows = [row for row in site.rows("trim_list") if row["action"] in ("trim", "raise")]
    yes, no = (next(row for row in rows if row["ward_id"] == ward) for ward in sorted({r["ward_id"] for r in rows})[:2])
    for row, decision in ((yes, {"decision": "accepted"}), (no, {"decision": "rejected", "reason": word})):
        place = {name: row[name] for name in ("cabinet_id", "item_id", "action")}
        body = {"ward_id": row["ward_id"], "kind": "brik", "decisions": [{**place, **decision}]}
        assert site.call(site.key("logistics"), "POST", "/api/v1/reviews", body).status_code == 201
    was = {name: level(site, key, row)[f"new_{name}"] for row in (yes,) for name in ("min_level", "max_level")}
    with running(few) as server, asking(server) as client:
        run = followed(client, key, sent(client, key, extracts), ended)
    # A review that counts is of today, and so later than these extracts.
    flowed = {what: rows for what, rows in run["flowed_back"].items() if what != "later"}
    assert (run["state"], flowed) == ("done", {"levels": 1, "level_changes": 1, "rejected": 1})
    assert {name: level(site, key, yes)[name] for name in was} == was
    now = level(site, key, no)
    items = site.get(key, f"/wards/{no['ward_id']}/trim-list?page_size=1000").json()["items"]
    same = [one for one in items if all(one[name] == no[name] for name in ("cabinet_id", "item_id", "action"))]
    if now["action"] == "keep":
        # Held back with the word that was said, or not proposed any more: what was accepted may have taken the room.
        assert (now["new_max_level"], same) == (now["max_level"], [])
        assert word in now["reason"] or "no room" in now["reason"]
    else:  # Other levels than those that were rejected may be asked for, with a word on what was said.
        assert no["to"] not in [one["to"] for one in same]
        assert all(word in one["reason"] for one in same)
    assert [one["rank"] for one in items] == list(range(1, len(items) + 1))


def level(site, key: str, row: dict) -> dict:
    """The levels of a row's position in the served run."""
    levels = site.get(key, f"/cabinets/{row['cabinet_id']}/levels?page_size=1000").json()["items"]
    return next(one for one in levels if one["item_id"] == row["item_id"])
