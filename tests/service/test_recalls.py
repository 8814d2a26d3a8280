"""Recalls: every shelf that may hold it, in scope, and who has looked."""

from __future__ import annotations

import pytest


@pytest.fixture
def lot(site):
    """A lot that the run recorded on a shelf, and where."""
    rows = [row for row in site.rows("lots") if row["what"] == "lot" and float(row["p_there"]) > 0.5]
    return max(rows, key=lambda row: float(row["units"]))


def recalled(site, key, **asked):
    """The answer's rows."""
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    answer = site.get(key, f"/recalls?{query}&page_size=1000")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def of_cabinet(rows, lot):
    """The one row of the lot's cabinet."""
    (row,) = [one for one in rows if one["cabinet_id"] == lot["cabinet_id"]]
    return row


def test_the_shelf_of_a_recorded_lot_is_found_and_ticked_off(site, lot):
    """Its row says recorded; after a tick it says who and when; another lot's list is not ticked."""
    key = site.key("logistics")
    asked = {"item": lot["item_id"], "lot": lot["lot"]}
    body = {"item_id": lot["item_id"], "cabinet_id": lot["cabinet_id"], "lot": lot["lot"], "units_found": 3}
    row = of_cabinet(recalled(site, key, **asked), lot)
    assert (row["basis"], row["looked_at"]) == ("recorded", None)
    sent = site.call(key, "POST", "/api/v1/recalls", body, Idempotency_Key="t")
    again = site.call(key, "POST", "/api/v1/recalls", body, Idempotency_Key="t")
    assert (sent.status_code, again.json()) == (201, sent.json())
    row = of_cabinet(recalled(site, key, **asked), lot)
    assert (row["units_found"], row["looked_at"] is not None) == (3, True)
    assert all(one["looked_at"] is None for one in recalled(site, key, item=lot["item_id"]))


def test_a_scoped_reader_sees_its_own_wards_alone(site, lot):
    """Of the whole item one ward sees its own rows of what the region sees; a cabinet elsewhere is refused."""
    every = recalled(site, site.key("reader"), item=lot["item_id"])
    ward = every[0]["ward_id"]
    own = recalled(site, site.key("reader", wards=ward), item=lot["item_id"])
    assert own == [one for one in every if one["ward_id"] == ward]
    other = next(one["ward_id"] for one in site.wards if one["ward_id"] != ward)
    body = {name: every[0][name] for name in ("cabinet_id", "item_id")}
    assert site.call(site.key("logistics", wards=other), "POST", "/api/v1/recalls", body).status_code == 403


def test_an_unknown_item_and_no_item_are_told(site):
    """404, and an empty list."""
    key = site.key("reader")
    assert site.get(key, "/recalls?item=nothing").status_code == 404
    assert site.get(key, "/recalls?lot=L1").json()["total"] == 0


def test_the_page_lists_ward_by_ward_and_takes_a_tick(site, lot):
    """The cabinet stands there with its button for logistics, without one for a reader."""
    path = f"/tilbagekaldelse?vare={lot['item_id']}&lot={lot['lot']}"
    page = site.call(site.key("logistics"), "GET", path).text
    assert lot["cabinet_id"] in page
    assert 'name="units_found"' in page
    assert 'name="units_found"' not in site.call(site.key("reader"), "GET", path).text
    assert "Der er ingen vare" in site.call(site.key("reader"), "GET", "/tilbagekaldelse?vare=x").text
