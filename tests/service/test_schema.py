"""Schemathesis on the live service: every check, on inputs made from the OpenAPI document.

``BRIKOPT_SCHEMA_EXAMPLES=200`` tries as many inputs for each operation; by default it is 3. Then the limits of
each parameter are tried one by one on PostgreSQL as well; by default on SQLite alone.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import tomlkit

from service.access.tables import GrantRow
from tests.service.servers import running

EXAMPLES = os.environ.get("BRIKOPT_SCHEMA_EXAMPLES", "")
# What a valid request may be answered with beside 2xx: it may name what isn't there, be settled, stale or unmatched.
FITTING = ["2xx", 401, 403, 404, 409, 412, 428]


def key_of_all(site) -> str:
    """A key with the roles of logistics, purchasing and admin, so that everything can be tried."""
    key = site.key("logistics")
    with site.database.writing() as session:
        for row, role in enumerate(("purchasing", "admin"), start=1):
            grant = {"role": role, "units": [], "hospitals": [], "wards": []}
            session.add(GrantRow(principal=f"key-{key.split('_')[1]}", row=row, **grant))
    return key


def configuration(site, key: str, folder: Path) -> Path:
    """Half of the ids are those of things that are there."""
    move = site.get(key, "/transfers").json()["items"][0]["id"]
    review = site.review(key, site.wards[0]["ward_id"]).json()["id"]
    run = site.get(key, "/runs").json()["items"][0]["id"]
    known = {
        "ward_id": [ward["ward_id"] for ward in site.wards],
        "cabinet_id": [row["cabinet_id"] for row in site.masters["cabinets"]],
        "id": [move, review, run],
    }
    text = {
        "dictionaries": {name: {"values": values} for name, values in known.items()},
        "parameters": {f"path.{name}": {"dictionary": name, "probability": 0.5} for name in known},
        "checks": {"positive_data_acceptance": {"expected-statuses": FITTING}},
        # How early a date may be, and whether levels fit each other and the pack, is more than a schema can say.
        "operations": [
            {
                "include-path": [
                    "/api/v1/reviews",
                    "/api/v1/coverage",
                    "/api/v1/users/{id}/grants",
                    "/api/v1/new-levels",
                    "/api/v1/purchasing/decisions",
                    "/api/v1/reports/{unit}",
                ],
                "checks": {"positive_data_acceptance": {"expected-statuses": [*FITTING, 422]}},
            },
            # What a file must be called and hold is more than a schema can say, too.
            {
                "include-path": ["/api/v1/runs"],
                "include-method": ["POST"],
                "checks": {"positive_data_acceptance": {"expected-statuses": [*FITTING, 413, 415, 422]}},
            },
            # It needs nothing to succeed, and would use up the one key that other operations are tried with.
            {"include-path": ["/api/v1/new-levels/exports"], "parameters": {"Idempotency-Key": "an export"}},
        ],
        "warnings": False,
        "cache": {"enabled": False},
    }
    file = folder / "schemathesis.toml"
    file.write_text(tomlkit.dumps(text), encoding="utf-8")
    return file


def test_no_input_makes_the_service_break_its_word(site, tmp_path):
    """Exit code 0: no 5xx, nothing undocumented, nothing that doesn't fit its schema, no check left out."""
    key = key_of_all(site)
    every = EXAMPLES or not site.settings.database_url
    phases = "examples,coverage,fuzzing,stateful" if every else "examples,fuzzing,stateful"
    file = configuration(site, key, tmp_path)
    with running(site.settings, tmp_path / "log") as server:
        ended = subprocess.run(
            [
                *(Path(sys.executable).with_name("st"), "--config-file", file, "run"),
                f"{server.address}/api/v1/openapi.json",
                *("--header", f"Authorization: Bearer {key}", "--checks", "all", "--no-color"),
                *("--generation-deterministic", "--max-examples", EXAMPLES or "3", "--max-failures", "20"),
                *("--phases", phases),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
    if ended.returncode:
        pytest.fail(ended.stdout[-20_000:] + ended.stderr[-2_000:])


def test_what_can_be_sent_has_an_example(on_sqlite):
    """Every body in the OpenAPI document that is JSON shows at least 1."""
    document = on_sqlite.call(None, "GET", "/api/v1/openapi.json").json()
    bodies = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if content:
                name = content["schema"].get("$ref", "").rpartition("/")[2]
                bodies[method, path] = document["components"]["schemas"].get(name, content["schema"]).get("examples")
    assert ("post", "/api/v1/reviews") in bodies
    assert [where for where, examples in bodies.items() if not examples] == []
