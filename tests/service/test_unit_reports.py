"""The report on a unit: the same figures on the page, in JSON and in the PDF, and only for who reaches all of it."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from tests.service.test_list_pages import texts_of


def reviewed(site):
    """A unit in one of whose wards one line was followed and one was not; gives the two lines."""
    key, unit = site.key("logistics"), site.wards[0]["unit"]
    ward = site.wards[0]["ward_id"]
    kinds = {row["cabinet_id"]: row["kind"] for row in site.masters["cabinets"]}
    lines = [row for row in site.rows("trim_list") if row["ward_id"] == ward and kinds[row["cabinet_id"]] == "brik"]
    yes, no = lines[0], next(row for row in lines[1:] if row["item_id"] != lines[0]["item_id"])
    names = ("cabinet_id", "item_id", "action")
    run_id = site.get(key, "/wards").headers["X-Brikopt-Run"]
    decisions = [
        {**{name: yes[name] for name in names}, "decision": "accepted"},
        {**{name: no[name] for name in names}, "decision": "rejected", "reason": "Bruges i bølger"},
    ]
    body = {"ward_id": ward, "kind": "brik", "run_id": run_id, "enough_because": "Alt er set", "decisions": decisions}
    assert site.call(key, "POST", "/api/v1/reviews", body).status_code == 201
    return unit, yes


def test_a_report_tells_what_was_decided_and_what_it_is_worth(site):
    """One followed with the kroner of its line, one not with its reason; the same in words on the page and on paper."""
    unit, yes = reviewed(site)
    key = site.key("programme")
    figures = site.get(key, f"/reports/{unit}").json()
    assert (figures["reviews"], figures["followed"], figures["rejected"]) == (1, 1, 1)
    assert figures["reasons"] == [{"reason": "Bruges i bølger", "times": 1}]
    assert figures["saving_dkk"] == pytest.approx(float(yes["saving_dkk_per_year"]))
    assert [row["kind"] for row in figures["coverage"]] == ["brik", "non_brik"]
    page = texts_of(site.call(key, "GET", f"/rapport/{unit}").text)
    paper = PdfReader(io.BytesIO(site.get(key, f"/reports/{unit}?format=pdf").content))
    printed = " ".join(" ".join(one.extract_text() for one in paper.pages).split())
    for line in figures["conclusion"]:
        assert line in page
        assert line in printed
    assert "Bruges i bølger" in page
    assert "Bruges i bølger" in printed
    assert f"Status of {unit}" in texts_of(site.call(key, "GET", f"/rapport/{unit}?lang=en").text)


def test_only_who_reaches_all_of_a_unit_gets_its_report(on_sqlite):
    """One ward is not the unit, a unit not the region; unknown units and periods are told as such."""
    ward, unit = on_sqlite.wards[0]["ward_id"], on_sqlite.wards[0]["unit"]
    one, whole = on_sqlite.key("reader", wards=ward), on_sqlite.key("reader", units=unit)
    everything = on_sqlite.key("reader")
    expected = {(one, unit): 403, (whole, unit): 200, (whole, "*"): 403, (everything, "*"): 200, (everything, "x"): 404}
    for (key, name), status in expected.items():
        assert on_sqlite.get(key, f"/reports/{name}").status_code == status
        assert on_sqlite.call(key, "GET", f"/rapport/{name}").status_code == status
    assert on_sqlite.get(everything, f"/reports/{unit}?period=2001-01-01").status_code == 422
