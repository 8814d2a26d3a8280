"""Decisions are bound to the advice that was seen, and ordered by commit."""

from __future__ import annotations

import csv
import shutil
from datetime import timedelta

import pytest

from service.clock import now
from service.runs.folder import open_run
from service.runs.publish import publish
from tests.service.sites import Site


def other_advice(site: Site, folder) -> dict[str, str]:
    """Publish the same run once more under another name, with another proposal in the first line; return that line."""
    again = shutil.copytree(site.result, folder / "again")
    record = again / "run.json"
    name = site.get(site.key("reader"), "/wards").headers["X-Brikopt-Run"]
    record.write_text(record.read_text("utf-8").replace(name, "ffff00000002"), "utf-8")
    path = again / "trim_list.csv"
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    line = next(row for row in rows if row["action"] in ("trim", "raise"))
    line["to"] = "4 brikker à 60"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(line), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    publish(site.database, open_run(again), site.settings, by="test")
    return line


def accepted(line, **more):
    """A review that accepts one line."""
    decision = {name: line[name] for name in ("cabinet_id", "item_id", "action")}
    return {"ward_id": line["ward_id"], "kind": "brik", "decisions": [{**decision, "decision": "accepted"}], **more}


def post(site, body):
    """Send a review by somebody who reaches everything."""
    return site.call(site.key("logistics"), "POST", "/api/v1/reviews", body)


def test_a_newer_run_refuses_what_was_decided_by_an_older_one(on_sqlite, tmp_path):
    """409 with what the line said and says now; nothing is handed over. By the newer one's name it is kept."""
    seen = on_sqlite.get(on_sqlite.key("reader"), "/wards").headers["X-Brikopt-Run"]
    line = other_advice(on_sqlite, tmp_path)
    refused = post(on_sqlite, accepted(line, run_id=seen))
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:brikopt:problem:newer-run")
    assert refused.json()["run_id"] == "ffff00000002"
    (changed,) = refused.json()["changed"]
    assert (changed["item_id"], changed["now"]["to"]) == (line["item_id"], "4 brikker à 60")
    assert changed["was"]["to"] != changed["now"]["to"]
    assert on_sqlite.get(on_sqlite.key("admin"), "/new-levels").json()["total"] == 0
    assert post(on_sqlite, accepted(line, run_id="ffff00000002")).status_code == 201


def test_decisions_that_may_be_about_either_of_two_runs_say_which(on_sqlite, tmp_path):
    """One run so far: 201 without its name. A second one: 428; a count needs no name, as it is no answer to advice."""
    line = next(row for row in on_sqlite.rows("trim_list") if row["action"] in ("trim", "raise"))
    assert post(on_sqlite, accepted(line)).status_code == 201
    line = other_advice(on_sqlite, tmp_path)
    assert post(on_sqlite, accepted(line)).status_code == 428
    count = {"cabinet_id": line["cabinet_id"], "item_id": line["item_id"], "quantity": 3}
    body = {"ward_id": line["ward_id"], "kind": "brik", "counts": [count]}
    assert post(on_sqlite, body).status_code == 201


def test_a_run_that_never_was_is_no_run(on_sqlite):
    """422 that names run_id."""
    line = on_sqlite.rows("trim_list")[0]
    answer = post(on_sqlite, accepted(line, run_id="nothing"))
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "run_id")


@pytest.mark.parametrize("back_seconds", [0, 40])
def test_the_later_decision_stands_whatever_the_clock_says(on_sqlite, monkeypatch, back_seconds):
    """Max 10, then, by a clock 40 s back, max 6: 6 goes to the ordering system, and stands first in the list."""
    line = next(
        row for row in on_sqlite.rows("levels") if not row["brik_qty"] and int(row["min_level"]) < int(row["max_level"])
    )
    ward = on_sqlite.ward_of(line["cabinet_id"])
    place = {"cabinet_id": line["cabinet_id"], "item_id": line["item_id"], "action": "keep", "decision": "changed"}
    for most in (10, 6):
        decision = {**place, "new_min_level": 1, "new_max_level": most}
        body = {"ward_id": ward, "kind": "non_brik", "decisions": [decision]}
        assert post(on_sqlite, body).status_code == 201
        earlier = now() - timedelta(seconds=back_seconds)
        monkeypatch.setattr("service.reviews.store.now", lambda moment=earlier: moment)
    handed = on_sqlite.get(on_sqlite.key("admin"), "/new-levels").json()["items"]
    assert [row["new_max_level"] for row in handed] == [6]
    newest = on_sqlite.get(on_sqlite.key("admin"), f"/reviews?ward_id={ward}").json()["items"][0]
    assert newest["decisions"][0]["new_max_level"] == 6
