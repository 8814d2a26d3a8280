"""A service as it is run: it ends gracefully, its log says which request was which, every answer is guarded."""

from __future__ import annotations

import json
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from service.audit.chain import record
from service.envelope import SECURITY
from tests.service.servers import running, started


def test_what_is_under_way_is_finished_before_the_end(site, opened, tmp_path):
    """A review waits for another writer; told to stop, the service answers it 201, lets nobody new in, and ends."""
    signed = {"Authorization": f"Bearer {site.key('logistics')}"}
    body = {"ward_id": site.wards[0]["ward_id"], "kind": "brik"}
    server = started(site.settings, tmp_path / "log")
    with (
        httpx.Client(base_url=server.address, headers=signed, timeout=30) as client,
        ThreadPoolExecutor(1) as pool,
    ):
        client.get("/api/v1/me")
        with opened(site.settings).writing() as session:
            record(session, "somebody", "tried", "1")
            waiting = pool.submit(client.post, "/api/v1/reviews", json=body)
            time.sleep(0.3)
            server.process.terminate()
            time.sleep(0.3)
            assert not waiting.done()
        made = waiting.result()
        assert made.status_code == 201
    server.process.join(30)
    assert server.process.exitcode in (0, -signal.SIGTERM)
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{server.address}/health/live")
    assert site.call(signed["Authorization"].split()[1], "GET", made.headers["Location"]).json() == made.json()


def test_every_request_has_one_log_line_that_names_it(on_sqlite, tmp_path):
    """Five requests, five JSON lines: id as in the answer, method, path without query, status, time and who."""
    key = on_sqlite.key("reader")
    log = tmp_path / "log"
    asked = ["/api/v1/me", "/api/v1/wards?unit=secret", "/api/v1/runs", "/nowhere", "/health/live"]
    with running(on_sqlite.settings, log) as server:
        headers = {"Authorization": f"Bearer {key}"}
        answers = [httpx.get(server.address + path, headers=headers) for path in asked]
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    answered = {line["request_id"]: line for line in lines if line["event"] == "answered"}
    assert len(answered) == len(asked)
    for path, answer in zip(asked, answers, strict=True):
        line = answered[answer.headers["X-Request-Id"]]
        assert (line["status"], line["method"], line["path"]) == (answer.status_code, "GET", path.partition("?")[0])
        assert line["ms"] >= 0
        assert line["level"] == "info"
    assert answered[answers[0].headers["X-Request-Id"]]["who"] == answers[0].json()["id"]
    assert key not in log.read_text("utf-8")
    assert "secret" not in log.read_text("utf-8")


@pytest.mark.parametrize(
    ("path", "signed", "status"),
    [
        ("/api/v1/wards", True, 200),
        ("/api/v1/wards", False, 401),
        ("/api/v1/runs", True, 403),
        ("/nowhere", True, 404),
        ("/api/v1/wards?page=0", True, 422),
        ("/health/live", False, 200),
        ("/metrics", False, 401),
        ("/api/v1/openapi.json", False, 200),
    ],
)
def test_every_answer_carries_the_security_headers(path, signed, status, on_sqlite):
    """All of them, once each; nothing in line, nothing from elsewhere, no frames."""
    answer = on_sqlite.call(on_sqlite.key("reader") if signed else None, "GET", path)
    assert answer.status_code == status
    for name in SECURITY:
        assert len(answer.headers.get_list(name)) == 1, name
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "Server" not in answer.headers


def test_a_printed_guide_may_style_itself_and_nothing_else(on_sqlite):
    """Its own policy stands, and the other headers are there."""
    ward = next(row["ward_id"] for row in on_sqlite.masters["cabinets"] if row["kind"] == "non_brik")
    answer = on_sqlite.get(on_sqlite.key("reader"), f"/wards/{ward}/guide", Accept="text/html")
    assert answer.status_code == 200
    assert "style-src 'sha256-" in answer.headers["Content-Security-Policy"]
    assert answer.headers.get_list("Content-Security-Policy") == [answer.headers["Content-Security-Policy"]]
    assert answer.headers["X-Frame-Options"] == "DENY"
