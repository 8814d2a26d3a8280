"""What was decided is input to the next run: levels, dates, counts, discards, reviews, moves; and what was rejected."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from brikopt.contract.intake import Intake, read_extracts
from brikopt.transfers.answered import Answers
from service.clock import danish_day, now
from service.flowback.answered_moves import answered_moves
from service.flowback.gather import gather
from service.flowback.merge import with_decisions
from service.flowback.rejections import rejected_advice
from service.flowback.settled_levels import Levels, Settled, holding, settled_levels
from service.runs.folder import open_run
from service.runs.publish import publish
from tests.whole.results import rows as rows_in

CARDS = {"action": "trim", "min_level": 20, "max_level": 30, "brik_qty": 10, "brik_count": 3} | {
    "new_min_level": 10,
    "new_max_level": 20,
    "new_brik_qty": 10,
    "new_brik_count": 2,
}
EYE = {**CARDS, "brik_qty": None, "brik_count": None, "new_brik_qty": None, "new_brik_count": None}


def changed(**levels: int) -> dict[str, Any]:
    """A decision for other levels."""
    return {"decision": "changed", "action": "trim", **levels}


@pytest.mark.parametrize(
    ("decision", "row", "after"),
    [
        ({"decision": "accepted", "action": "trim"}, CARDS, (10, 20, 10, 2)),
        ({"decision": "accepted", "action": "trim"}, EYE, (10, 20, 0, 0)),
        (changed(new_brik_count=1), CARDS, (0, 10, 10, 1)),
        (changed(new_min_level=5, new_max_level=10), CARDS, (5, 10, 5, 2)),
        (changed(new_max_level=0), CARDS, (0, 0, 0, 0)),
        (changed(new_max_level=25), EYE, (20, 25, 0, 0)),
        (changed(new_max_level=0), EYE, (0, 0, 0, 0)),
        (changed(new_min_level=7, new_max_level=10), CARDS, None),
        ({"decision": "rejected", "action": "trim"}, CARDS, None),
        ({"decision": "accepted", "action": "use_first"}, CARDS, None),
    ],
)
def test_a_decision_settles_levels(decision, row, after):
    """Cards decide min and max; min and max decide cards where some number of equal cards has them; else nothing."""
    settled = settled_levels(decision, row)
    assert (settled and settled.after) == (after and Levels(*after))


def test_settled_levels_hold_until_somebody_sets_others():
    """30, settled to 20: an extract with 30 gets 20; with 20 there is nothing to do; 40 was set by somebody since."""
    thirty, twenty, forty = (Levels(0, size, size, 1) for size in (30, 20, 40))
    chain = [Settled(thirty, twenty)]
    assert [holding(chain, extract) for extract in (thirty, twenty, forty)] == [twenty, None, None]


def things(site) -> list[dict[str, str]]:
    """Changes of levels in one ward, one a position, as the trim list has them."""
    rows = [row for row in site.rows("trim_list") if row["action"] in ("trim", "raise")]
    return [row for row in rows if row["ward_id"] == rows[0]["ward_id"]]


def decide(site, rows, decision: str, **more) -> str:
    """Review the ward of some rows, each decided alike; return the review's id and tag."""
    decisions = [
        {**{name: row[name] for name in ("cabinet_id", "item_id", "action")}, "decision": decision, **more}
        for row in rows
    ]
    body = {"ward_id": rows[0]["ward_id"], "kind": "brik", "decisions": decisions}
    return site.call(site.key("logistics"), "POST", "/api/v1/reviews", body)


def merged(site, folder: Path, as_of: date | None = None) -> tuple[Intake, dict[str, Any]]:
    """The extracts of the published run with all that was decided, read again, and what flowed back."""
    extracts = site.result.parent / "extracts"
    intake = read_extracts(extracts, as_of=as_of)
    with site.database.reading() as session:
        decided = gather(session)
    told = with_decisions(extracts, folder / "input", folder / "report.json", intake, decided)
    again = read_extracts(folder / "input", as_of=as_of)
    # Every row that is no good is no good on the same line, and the moment of decision is the same.
    where = ["line", "column", "value"]
    assert again.rejected[where].equals(intake.rejected[where])
    assert again.as_of == intake.as_of
    return again, told


def proposed(site, row) -> dict[str, int]:
    """The levels that the run proposes for a row."""
    level = next(
        one
        for one in site.rows("levels")
        if one["cabinet_id"] == row["cabinet_id"] and one["item_id"] == row["item_id"]
    )
    return {name: int(level[f"new_{name}"] or 0) for name in ("min_level", "max_level", "brik_qty", "brik_count")}


def held(intake: Intake, row) -> dict[str, int]:
    """The levels of a position in some extracts."""
    positions = intake.extract.before(intake.as_of).positions
    (found,) = positions[
        (positions["cabinet_id"] == row["cabinet_id"]) & (positions["item_id"] == row["item_id"])
    ].to_dict("records")
    return {name: int(found[name]) for name in ("min_level", "max_level", "brik_qty", "brik_count")}


def test_accepted_levels_become_those_of_the_positions(site, tmp_path):
    """Two accepted and one rejected: the two have the proposed levels, the third today's; undone, none has."""
    first, second, third = things(site)[:3]
    made = decide(site, [first, second], "accepted")
    decide(site, [third], "rejected", reason="Bruges i bølger")
    before = held(read_extracts(site.result.parent / "extracts"), third)
    intake, told = merged(site, tmp_path)
    assert [held(intake, row) for row in (first, second)] == [proposed(site, row) for row in (first, second)]
    assert held(intake, third) == before
    assert told["levels"] == 2
    key = site.key("logistics")
    site.call(key, "DELETE", made.headers["Location"], If_Match=made.headers["ETag"])
    assert "levels" not in merged(site, tmp_path)[1] or merged(site, tmp_path)[1]["levels"] == 0


def test_what_stood_before_accepted_levels_is_told(site, tmp_path):
    """In force on the day after, or on the last day before the run's; what was rejected or undone leaves no trace."""
    first, second = things(site)[:2]
    before = held(read_extracts(site.result.parent / "extracts"), first)
    decide(site, [first], "accepted")
    decide(site, [second], "rejected", reason="Bruges i bølger")
    tomorrow = danish_day(now()) + timedelta(days=1)
    for as_of, day in ((tomorrow, tomorrow - timedelta(days=1)), (tomorrow + timedelta(days=9), tomorrow)):
        shutil.rmtree(tmp_path / "input", ignore_errors=True)
        intake, told = merged(site, tmp_path, as_of)
        (row,) = intake.extract.before(as_of).level_changes.fillna(0).to_dict("records")
        assert (row["changed_at"].date(), row["cabinet_id"], row["item_id"]) == (
            day,
            first["cabinet_id"],
            first["item_id"],
        )
        assert {name: int(row[f"old_{name}"]) for name in before} == before
        assert told["level_changes"] == 1


def test_what_was_found_on_the_shelf_becomes_rows(site, tmp_path):
    """A date, a count, a discard and the review itself: one row more in each of four tables, a day later."""
    row, key, today = things(site)[0], site.key("logistics"), danish_day(now())
    place = {"cabinet_id": row["cabinet_id"], "item_id": row["item_id"]}
    body = {
        "ward_id": row["ward_id"],
        "kind": "brik",
        "enough_because": "Alt er set",
        "shelf_dates": [{**place, "earliest_expiry": "2031-05-01"}],
        "counts": [{**place, "quantity": 7}],
        "discards": [{**place, "quantity": 2, "cause": "not_rotated"}],
    }
    assert site.call(key, "POST", "/api/v1/reviews", body).status_code == 201
    tomorrow = today + timedelta(days=1)
    before = read_extracts(site.result.parent / "extracts", as_of=tomorrow).extract.before(tomorrow)
    intake, told = merged(site, tmp_path, tomorrow)
    tables = intake.extract.before(tomorrow)
    for name in ("reviews", "shelf_dates", "counts", "discards"):
        assert len(getattr(tables, name)) == len(getattr(before, name)) + 1, name
        assert told[name] == 1
    assert (tables.counts["quantity"].iloc[-1], tables.discards["reason"].iloc[-1]) == (7, "expired")
    # As of the extracts' own last day, all of it happens later.
    assert merged(site, tmp_path)[1]["later"] == 4


def counted(site, row, quantity: int):
    """Somebody new counts one position today; returns the answer."""
    count = {"cabinet_id": row["cabinet_id"], "item_id": row["item_id"], "quantity": quantity}
    body = {"ward_id": row["ward_id"], "kind": "brik", "enough_because": "Alt er set", "counts": [count]}
    made = site.call(site.key("logistics"), "POST", "/api/v1/reviews", body)
    assert made.status_code == 201
    return made


def test_of_two_peoples_counts_of_a_day_the_last_saved_stands(site, tmp_path):
    """7, then 9, then 7 again: 7 stands, and the 9 was superseded; were the last undone, 9 would and the 7 was."""
    row, tomorrow = things(site)[0], danish_day(now()) + timedelta(days=1)
    _, _, last = (counted(site, row, quantity) for quantity in (7, 9, 7))
    intake, told = merged(site, tmp_path, tomorrow)
    assert intake.extract.before(tomorrow).counts["quantity"].iloc[-1] == 7
    assert (told["counts"], told["superseded"]) == (1, 1)
    (said,) = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["superseded"]
    assert (said["item_id"], said["quantity"]) == (row["item_id"], 9)
    site.call(site.key("logistics"), "DELETE", last.headers["Location"], If_Match=last.headers["ETag"])
    intake, told = merged(site, tmp_path, tomorrow)
    assert intake.extract.before(tomorrow).counts["quantity"].iloc[-1] == 9
    assert (told["counts"], told["superseded"]) == (1, 1)


def test_counts_that_agree_or_are_of_other_positions_supersede_nothing(site, tmp_path):
    """7 by two people, and 5 of another position: two rows, none superseded; nor is any as of a day before them."""
    first, second = things(site)[:2]
    for row, quantity in ((first, 7), (first, 7), (second, 5)):
        counted(site, row, quantity)
    told = merged(site, tmp_path, danish_day(now()) + timedelta(days=1))[1]
    assert (told["counts"], "superseded" in told) == (2, False)
    counted(site, first, 8)
    assert "superseded" not in merged(site, tmp_path)[1]


def test_goods_that_were_moved_lie_where_they_are(site, tmp_path):
    """A move that is done: a discard that isn't for its date at the giver, a delivery with its date at the taker."""
    key, tomorrow = site.key("logistics"), danish_day(now()) + timedelta(days=1)
    moves = site.get(key, "/transfers").json()["items"]
    move = next(one for one in moves if one["earliest_expiry"])
    tag = move["etag"]
    for state in ("accepted", "done"):
        tag = site.call(key, "POST", f"/api/v1/transfers/{move['id']}", {"state": state}, If_Match=tag).headers["ETag"]
    intake, told = merged(site, tmp_path, tomorrow)
    tables = intake.extract.before(tomorrow)
    gone, come = tables.discards.iloc[-1], tables.deliveries.iloc[-1]
    assert (gone["cabinet_id"], gone["quantity"], gone["reason"]) == (move["from_cabinet_id"], move["units"], "other")
    assert (come["cabinet_id"], come["quantity"]) == (move["to_cabinet_id"], move["units"])
    # Today is long after the run: that the date lies before it is odd to whoever reads it, but it is what was moved.
    assert rows_in(tmp_path / "input" / "deliveries.csv")[-1]["expiry_date"] == move["earliest_expiry"]
    assert (told["discards"], told["deliveries"]) == (1, 1)


def test_the_latest_word_on_advice_counts(site):
    """Rejected: one; accepted after all: none; before the day on which it was rejected: none."""
    (row,) = things(site)[:1]
    decide(site, [row], "rejected", reason="Bruges i bølger")
    with site.database.reading() as session:
        (found,) = rejected_advice(session)
        assert rejected_advice(session, danish_day(now())) == []
    assert found.key == (row["cabinet_id"], row["item_id"], row["action"])
    assert found.because == "Bruges i bølger"
    assert found.levels == tuple(proposed(site, row).values())
    assert found.saving_dkk_per_year == pytest.approx(float(row["saving_dkk_per_year"]))
    decide(site, [row], "accepted")
    with site.database.reading() as session:
        assert rejected_advice(session) == []


def answer(site, move, state: str) -> None:
    """Answer a move."""
    path = f"/api/v1/transfers/{move['id']}"
    assert site.call(site.key("logistics"), "POST", path, {"state": state}, If_Match=move["etag"]).status_code == 200


def test_what_was_said_to_moves_reaches_the_next_run(site, tmp_path):
    """One agreed, one declined: told to the run; in the next run the agreed one is agreed, and each is told once."""
    first, second = site.get(site.key("logistics"), "/transfers").json()["items"][:2]
    answer(site, first, "accepted")
    answer(site, second, "declined")

    def said() -> list[list[tuple[str, str, str]]]:
        with site.database.reading() as session:
            answers = answered_moves(session)
            assert answered_moves(session, danish_day(now())) == Answers([], [])
        return [[(*move.giver, move.to_cabinet_id) for move in part] for part in (answers.agreed, answers.declined)]

    def way(move) -> tuple[str, str, str]:
        return move["from_cabinet_id"], move["item_id"], move["to_cabinet_id"]

    assert said() == [[way(first)], [way(second)]]
    again = shutil.copytree(site.result, tmp_path / "again")
    stock = again / "stock.csv"
    stock.write_text(stock.read_text("utf-8").replace("0000", "0001", 1), "utf-8")
    publish(site.database, open_run(again), site.settings, by="test")
    moves = {way(move): move for move in site.get(site.key("logistics"), "/transfers").json()["items"]}
    assert moves[way(first)]["id"] != first["id"]
    assert [moves[way(move)]["state"] for move in (first, second)] == ["accepted", "proposed"]
    assert said() == [[way(first)], [way(second)]]
    answer(site, moves[way(first)], "declined")
    assert sorted(said()[1]) == sorted([way(first), way(second)])
    assert said()[0] == []


def test_a_yes_of_one_end_alone_binds_no_run(site):
    """The giver's yes: nothing agreed and nothing declined; with the taker's, one move agreed."""
    items = site.get(site.key("logistics"), "/transfers").json()["items"]
    move = next(one for one in items if one["from_ward_id"] != one["to_ward_id"])
    path, tag, told = f"/api/v1/transfers/{move['id']}", move["etag"], []
    for end in ("from_ward_id", "to_ward_id"):
        key = site.key("logistics", wards=move[end])
        tag = site.call(key, "POST", path, {"state": "accepted"}, If_Match=tag).headers["ETag"]
        with site.database.reading() as session:
            answers = answered_moves(session)
        told.append((len(answers.agreed), len(answers.declined)))
    assert told == [(0, 0), (1, 0)]
