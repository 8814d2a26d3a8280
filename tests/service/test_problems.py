"""Errors as Problem Details, and what stands around every answer."""

from __future__ import annotations

import json
import re

import pytest

from brikopt import __version__
from service import refusals
from service.errors import STATUS
from service.texts import texts_of


@pytest.mark.parametrize(
    ("method", "path", "status", "name"),
    [
        ("GET", "/api/v1/me", 401, "not-signed-in"),
        ("GET", "/nowhere", 404, "not-found"),
        ("GET", "/api/v1/wards/x/trim-list", 404, "unknown"),
        ("PUT", "/api/v1/me", 405, "method-not-allowed"),
        ("GET", "/api/v1/wards?page=0", 422, "invalid-request"),
        ("GET", "/api/v1/wards?page=æ", 422, "invalid-request"),
        ("GET", "/api/v1/coverage?as_of=2025-02-30", 422, "invalid-request"),
        ("GET", "/api/v1/wards/x/guide?format=docx", 406, "no-such-form"),
        ("GET", "/api/v1/runs", 403, "out-of-role"),
    ],
)
def test_every_error_is_a_problem(method, path, status, name, on_sqlite):
    """Media type, the six members, and the same status in head and body."""
    key = None if status == 401 else on_sqlite.key("programme")
    answer = on_sqlite.call(key, method, path)
    body = answer.json()
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert (body["status"], body["type"]) == (status, f"urn:brikopt:problem:{name}")
    assert body["instance"] == path.split("?", maxsplit=1)[0]
    assert body["request_id"] == answer.headers["X-Request-Id"]
    assert body["title"]
    assert "{" not in body["detail"]


def test_a_failure_of_ours_is_a_problem_that_gives_nothing_away(on_sqlite, capfd):
    """500, the words of the exception only in the log, and the log without the values of variables."""
    key = on_sqlite.key("reader")
    with on_sqlite.database.writing() as session:
        session.connection().exec_driver_sql("ALTER TABLE items RENAME TO gone")
    ward = on_sqlite.rows("expiry_flags")[0]["cabinet_id"]
    answer = on_sqlite.get(key, f"/cabinets/{ward}/levels")
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, "application/problem+json")
    assert answer.headers["X-Request-Id"] == answer.json()["request_id"]
    assert "items" not in answer.text
    logged = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    failed = next(line for line in logged if line["event"] == "failed")
    assert "no such table: items" in json.dumps(failed)
    assert key.split("_", 2)[2] not in json.dumps(logged)
    assert "locals" not in json.dumps(failed)


def test_json_that_is_none_is_a_problem(on_sqlite):
    """422, without repeating it."""
    headers = {"Authorization": f"Bearer {on_sqlite.key('logistics')}", "Content-Type": "application/json"}
    answer = on_sqlite.client.post("/api/v1/reviews", content=b"{secret", headers=headers)
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert "secret" not in answer.text


def test_every_refusal_has_a_status_and_words_in_both_languages():
    """All but the one that only the command line tells, and the two that only have kinds of their own."""
    kinds = {kind for kind in vars(refusals).values() if isinstance(kind, type) and issubclass(kind, refusals.Refusal)}
    assert set(STATUS) == kinds - {refusals.Refusal, refusals.UploadRefused, refusals.BrokenChain}
    for lang in ("da", "en"):
        assert {name for _, name in STATUS.values()} <= texts_of(lang)["problems"].keys()


def test_both_languages_have_the_same_texts():
    """Section by section; things keep their English names."""
    for section in ("problems", "columns", "bands", "lists", "commands"):
        assert texts_of("da")[section].keys() == texts_of("en")[section].keys()


@pytest.mark.parametrize(
    ("query", "header", "title"),
    [
        ("", "", "Siden findes ikke"),
        ("", "en-GB,en;q=0.9", "No such page"),
        ("", "da,en;q=0.9", "Siden findes ikke"),
        ("?lang=en", "da", "No such page"),
        ("?lang=xx", "fr", "Siden findes ikke"),
    ],
)
def test_words_come_in_danish_unless_english_is_asked_for(query, header, title, on_sqlite):
    """By ?lang=, else by Accept-Language."""
    assert on_sqlite.call(None, "GET", f"/x{query}", Accept_Language=header).json()["title"] == title


def test_every_answer_says_version_run_and_request(on_sqlite):
    """An id that comes with the request is kept; the policy allows nothing in line."""
    sent = "0f2e7a1c9b8d4e6fa0b1c2d3e4f50617"
    answer = on_sqlite.get(on_sqlite.key("reader"), "/wards", X_Request_Id=sent)
    assert answer.headers.get_list("X-Request-Id") == [sent]
    assert answer.headers["X-Brikopt-Version"] == __version__
    assert re.fullmatch("[0-9a-f]{12}", answer.headers["X-Brikopt-Run"])
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_metrics_take_the_token_of_the_settings(on_sqlite):
    """Closed without one, open to whoever shows it; answers are counted by route, not by address."""
    on_sqlite.settings = on_sqlite.settings.model_copy(update={"metrics_token": "t0ken"})
    on_sqlite.get(on_sqlite.key("reader"), "/wards/x/trim-list")
    assert on_sqlite.call(None, "GET", "/metrics").status_code == 401
    assert on_sqlite.call("wrong", "GET", "/metrics").status_code == 401
    shown = on_sqlite.call("t0ken", "GET", "/metrics").text
    assert (
        'brikopt_answers_total{method="GET",route="/api/v1/wards/{ward_id:path}/trim-list",status="404"} 1.0' in shown
    )


def test_the_openapi_document_is_there_and_says_how_to_sign_in(on_sqlite):
    """3.1, paths of ours, and a bearer key."""
    document = on_sqlite.call(None, "GET", "/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    ours = ("me", "wards", "wards/{ward_id}/trim-list", "cabinets/{cabinet_id}/levels", "reviews", "transfers", "runs")
    assert {f"/api/v1/{path}" for path in ours} <= document["paths"].keys()
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
