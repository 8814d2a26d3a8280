"""The file for the ordering system: what somebody settled, in scope, once, and as often as it is fetched."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import asdict
from html import unescape

from sqlalchemy import text

from service.audit.chain import verify
from service.clock import danish_day, now
from service.db.migrate import migrate, migrate_to
from service.flowback.gather import gather
from service.flowback.settled_levels import LEVEL_NAMES
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
    key = site.key("handover")
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
    stranger = site.key("handover", units=other)
    assert site.call(stranger, "POST", "/api/v1/new-levels/exports").json()["rows"] == 0
    made = site.call(site.key("handover", units=own), "POST", "/api/v1/new-levels/exports")
    assert site.call(stranger, "GET", made.headers["Location"]).status_code == 404


def test_whoever_reviews_takes_nothing_out_of_the_hand_over(on_sqlite):
    """403 for a logistics key, without limits too; it sees the row, and the row stays for the hand-over."""
    (row,) = things(on_sqlite)[:1]
    decide(on_sqlite, [row], "accepted")
    key = on_sqlite.key("logistics")
    assert on_sqlite.call(key, "POST", "/api/v1/new-levels/exports").status_code == 403
    assert "Lav fil" not in on_sqlite.call(key, "GET", "/nye-niveauer").text
    assert len(settled(on_sqlite)) == 1


def test_the_page_makes_the_file(on_sqlite):
    """The row stands on the page; after the button, the page offers the file and no row is left."""
    (row,) = things(on_sqlite)[:1]
    decide(on_sqlite, [row], "accepted")
    key = on_sqlite.key("handover")
    assert row["item_id"] in on_sqlite.call(key, "GET", "/nye-niveauer").text
    made = on_sqlite.client.post("/nye-niveauer", headers={"Authorization": f"Bearer {key}"})
    assert "Hent som CSV" in made.text
    assert "ingen nye niveauer" in made.text
    later = on_sqlite.call(key, "GET", "/nye-niveauer").text
    (address,) = re.findall(r'href="(/api/v1/new-levels\?export=[^"]+format=csv[^"]+)"', later)
    assert row["item_id"] in on_sqlite.call(key, "GET", unescape(address)).text
    other = next(ward["unit"] for ward in on_sqlite.wards if ward["unit"] != _unit(on_sqlite, row))
    stranger = on_sqlite.key("handover", units=other)
    assert "export=" not in on_sqlite.call(stranger, "GET", "/nye-niveauer").text


def _unit(site, row) -> str:
    """The unit of a row's ward."""
    return next(ward["unit"] for ward in site.wards if ward["ward_id"] == row["ward_id"])


def export(site) -> int:
    """Make a file of everything; return how many rows it has."""
    return site.call(site.key("handover"), "POST", "/api/v1/new-levels/exports").json()["rows"]


def undo(site, made) -> None:
    """Undo a review."""
    answer = site.call(site.key("logistics"), "DELETE", made.headers["Location"], If_Match=made.headers["ETag"])
    assert answer.status_code == 200


def levels_of(row, prefix="") -> list[int]:
    """The four numbers of a row, 0 where there are no cards."""
    return [int(row[prefix + name] or 0) for name in LEVEL_NAMES]


def today(site, row) -> list[int]:
    """The levels that a position has in the run."""
    same = ("cabinet_id", "item_id")
    return levels_of(next(one for one in site.rows("levels") if all(one[name] == row[name] for name in same)))


def test_what_was_undone_before_it_went_out_leaves_nothing(site):
    """Accepted and undone: nothing to hand over."""
    undo(site, decide(site, things(site)[:1], "accepted"))
    assert settled(site) == []


def test_what_was_undone_after_it_went_out_goes_back(site):
    """From the new level to the old one, once; the file holds it, and so does the list of the day."""
    (row,) = things(site)[:1]
    made = decide(site, [row], "accepted")
    assert export(site) == 1
    undo(site, made)
    (back,) = settled(site)
    assert levels_of(back) == list(proposed(site, row).values())
    assert levels_of(back, "new_") == today(site, row)
    assert (back["decision"], back["review_id"]) == ("undone", made.json()["id"])
    own, other = (ward["unit"] for ward in (first_in_each_unit(site, back["unit"])))
    assert [len(settled(site, units=unit)) for unit in (own, other)] == [1, 0]
    assert [export(site), export(site)] == [1, 0]
    day = danish_day(now()).isoformat()
    (since,) = site.get(site.key("logistics"), f"/new-levels?since={day}").json()["items"]
    assert since == {**back, "exported_on": day}


def first_in_each_unit(site, unit):
    """A ward of a unit, and one of another."""
    return [next(ward for ward in site.wards if (ward["unit"] == unit) is own) for own in (True, False)]


def test_what_stands_below_goes_back_and_newer_levels_go_instead(site):
    """Two reviews handed over: without the second, the first's level; without both, the old; a third one goes alone."""
    (row,) = things(site)[:1]
    first = decide(site, [row], "accepted")
    export(site)
    second = decide(site, [row], "changed", new_max_level=0)
    export(site)
    undo(site, second)
    assert [levels_of(one, "new_") for one in settled(site)] == [list(proposed(site, row).values())]
    export(site)
    undo(site, first)
    (back,) = settled(site)
    assert (levels_of(back), levels_of(back, "new_")) == (list(proposed(site, row).values()), today(site, row))
    third = decide(site, [row], "changed", new_max_level=0)
    assert [one["review_id"] for one in settled(site)] == [third.json()["id"]]


def test_two_undone_at_once_go_back_to_the_level_of_before_both(site):
    """One row, with the old level; after its file nothing is left."""
    (row,) = things(site)[:1]
    made = []
    for decision, levels in (("accepted", {}), ("changed", {"new_max_level": 0})):
        made.append(decide(site, [row], decision, **levels))
        export(site)
    for one in made:
        undo(site, one)
    assert [levels_of(one, "new_") for one in settled(site)] == [today(site, row)]
    assert [export(site), export(site)] == [1, 0]


def test_the_next_run_knows_the_level_that_goes_back(site):
    """From what the ordering system was told to what stands, also after the file; nothing for the day before."""
    (row,) = things(site)[:1]
    made = decide(site, [row], "accepted")
    export(site)
    undo(site, made)
    for _ in range(2):
        with site.database.reading() as session:
            (one,) = gather(session).levels
            assert gather(session, danish_day(now())).levels == []
        assert list(asdict(one.settled.after).values()) == today(site, row)
        assert list(asdict(one.settled.before).values()) == list(proposed(site, row).values())
        export(site)


def test_the_page_says_what_goes_back(on_sqlite):
    """In the row, in both languages."""
    made = decide(on_sqlite, things(on_sqlite)[:1], "accepted")
    export(on_sqlite)
    undo(on_sqlite, made)
    for lang, words in (("da", "det gamle niveau skal tilbage"), ("en", "the old level goes back")):
        assert words in on_sqlite.call(on_sqlite.key("logistics"), "GET", f"/nye-niveauer?lang={lang}").text


def test_files_of_before_are_numbered_by_their_day(empty, opened):
    """Three rows of two files: the file of the day before is 1, that of the day after 2."""
    database = opened(empty)
    with database.writing() as session:
        migrate_to(session, "0008_ends_agreed")
        for name, row, day in (("a", 0, "2026-01-02"), ("b", 0, "2026-01-01"), ("a", 1, "2026-01-02")):
            columns = '"export", "row", exported_on, review, cabinet_id, item_id, unit, hospital, ward_id, cells'
            values = ":export, :row, :day, 'r', 'c', 'i', 'u', 'h', 'w', '{}'"
            insert = text(f"INSERT INTO exported_levels ({columns}) VALUES ({values})")  # noqa: S608 - names alone
            session.execute(insert, {"export": name, "row": row, "day": day})
    migrate(database)
    with database.reading() as session:
        found = session.execute(text('SELECT "export", number FROM exported_levels ORDER BY "export", "row"')).all()
    assert found == [("a", 2), ("a", 2), ("b", 1)]
