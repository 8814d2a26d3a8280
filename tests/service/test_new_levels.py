"""The file for the ordering system: what somebody settled, in scope, once, and as often as it is fetched."""

from __future__ import annotations

import csv
import io

from service.audit.chain import verify
from service.clock import danish_day, now
from tests.service.test_flowback import decide, proposed, things


def settled(site, **limits):
    """The new levels that somebody with a scope finds to hand over."""
    return site.get(site.key("logistics", **limits), "/new-levels").json()["items"]


def test_accepted_and_changed_levels_are_listed_and_rejected_ones_are_not(site):
    """Of three decided rows two: with today's levels, the new ones, who comes first by ward, cabinet and item."""
    first, second, third = things(site)[:3]
    decide(site, [first], "accepted")
    decide(site, [second], "changed", new_max_level=0)
    decide(site, [third], "rejected", reason="Bruges i bølger")
    rows = {(row["cabinet_id"], row["item_id"]): row for row in settled(site)}
    assert set(rows) == {(row["cabinet_id"], row["item_id"]) for row in (first, second)}
    one = rows[first["cabinet_id"], first["item_id"]]
    assert {name: one[f"new_{name}"] or 0 for name in proposed(site, first)} == proposed(site, first)
    assert (one["decision"], one["decided_on"]) == ("accepted", danish_day(now()).isoformat())
    assert rows[second["cabinet_id"], second["item_id"]]["new_max_level"] == 0


def test_an_export_holds_a_level_once_and_can_be_fetched_again(site):
    """1 row; then nothing is left; the file says the same each time; decided anew, there is 1 again."""
    (row,) = things(site)[:1]
    decide(site, [row], "accepted")
    key = site.key("logistics")
    made, again = (site.call(key, "POST", "/api/v1/new-levels/exports", Idempotency_Key="a") for _ in range(2))
    assert (made.status_code, made.json()["rows"]) == (201, 1)
    assert again.json() == made.json()
    assert settled(site) == []
    where = made.headers["Location"]
    for _ in range(2):
        text = site.call(key, "GET", f"{where}&format=csv").content.decode("utf-8-sig")
        (line,) = csv.DictReader(io.StringIO(text), delimiter=";")
        assert (line["cabinet_id"], line["item_id"]) == (row["cabinet_id"], row["item_id"])
        assert line["new_max_level"] == str(proposed(site, row)["max_level"])
    assert site.call(key, "GET", f"{where}&format=xlsx").content.startswith(b"PK")
    today = danish_day(now()).isoformat()
    (since,) = site.get(key, f"/new-levels?since={today}").json()["items"]
    assert since["exported_on"] == today
    assert site.call(key, "POST", "/api/v1/new-levels/exports").json() == {"id": None, "rows": 0}
    decide(site, [row], "changed", new_max_level=0)
    assert len(settled(site)) == 1
    with site.database.reading() as session:
        assert verify(session).broken_at is None


def test_nobody_exports_the_levels_of_others(site):
    """A key of another unit finds nothing, exports nothing, and doesn't find the file that the own unit made."""
    (row,) = things(site)[:1]
    decide(site, [row], "accepted")
    own = next(ward["unit"] for ward in site.wards if ward["ward_id"] == row["ward_id"])
    other = next(ward["unit"] for ward in site.wards if ward["unit"] != own)
    assert [len(settled(site, units=unit)) for unit in (own, other)] == [1, 0]
    stranger = site.key("logistics", units=other)
    assert site.call(stranger, "POST", "/api/v1/new-levels/exports").json()["rows"] == 0
    made = site.call(site.key("logistics", units=own), "POST", "/api/v1/new-levels/exports")
    assert site.call(stranger, "GET", made.headers["Location"]).status_code == 404


def test_the_page_makes_the_file(on_sqlite):
    """The row stands on the page; after the button, the page offers the file and no row is left."""
    (row,) = things(on_sqlite)[:1]
    decide(on_sqlite, [row], "accepted")
    key = on_sqlite.key("logistics")
    assert row["item_id"] in on_sqlite.call(key, "GET", "/nye-niveauer").text
    made = on_sqlite.client.post("/nye-niveauer", headers={"Authorization": f"Bearer {key}"})
    assert "Hent som CSV" in made.text
    assert "ingen nye niveauer" in made.text
