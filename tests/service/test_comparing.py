"""Two runs side by side."""

from __future__ import annotations

from sqlalchemy import insert, select

from service.lists.tables import ListRow
from service.runs.comparing import causes, compare_runs
from service.runs.store import served_run
from service.runs.tables import Run
from tests.service.test_list_pages import texts_of


def second_run(site) -> None:
    """A run put in front after the first: without goods out of date, one level another, and another order price."""
    with site.database.writing() as session:
        first = served_run(session)
        facts = {column.name: getattr(first, column.name) for column in Run.__table__.columns}
        policy = {**first.record["policy"], "cost": {**first.record["policy"]["cost"], "order_line": 99.0}}
        facts |= {"id": "second", "run_id": "b2", "served_number": first.served_number + 1}
        session.execute(insert(Run), [facts | {"record": {**first.record, "policy": policy}}])
        rows = session.scalars(select(ListRow).where(ListRow.run == first.id, ListRow.name != "out_of_date")).all()
        names = [column.name for column in ListRow.__table__.columns]
        copies = [{name: getattr(row, name) for name in names} | {"run": "second"} for row in rows]
        changed = next(copy for copy in copies if copy["name"] == "levels")
        changed["cells"] = {**changed["cells"], "new_max_level": changed["cells"]["new_max_level"] + 1}
        session.execute(insert(ListRow), copies)


def test_what_moved_and_why_is_told(site):
    """The list that is gone, the level that is another, and the price that was changed; the rest is the same."""
    second_run(site)
    with site.database.reading() as session:
        later = served_run(session)
        earlier = session.scalars(select(Run).where(Run.id != "second")).one()
        found = compare_runs(session, earlier, later)
    assert found.levels == (1, len(site.rows("levels")))
    moved = {one.name: one.rows for one in found.lists if one.rows[0] != one.rows[1]}
    assert moved == {"out_of_date": (len(site.rows("out_of_date")), 0)}
    assert list(found.causes) == ["policy"]
    assert found.causes["policy"][0].startswith("cost.order_line: ")
    text = texts_of(site.call(site.key("admin"), "GET", "/sammenlign").text)
    assert "er et andet for 1 af 90 varer" in text
    assert "cost.order_line" in text


def test_other_data_and_another_program_are_causes():
    """Tables by name, the moment of decision, and versions."""
    before = {
        "version": "1",
        "model_id": "m",
        "as_of": "2025-03-01",
        "inputs": {"orders": {"sha256": "a"}},
        "policy": {},
    }
    after = {**before, "version": "2", "as_of": "2025-03-02", "inputs": {"orders": {"sha256": "b"}}}
    assert causes(before, after) == {"data": ["2025-03-01 → 2025-03-02", "orders"], "code": ["1 → 2"]}


def test_a_lone_run_has_nothing_to_be_compared_with(on_sqlite):
    """The page says so."""
    assert "kun én kørsel" in texts_of(on_sqlite.call(on_sqlite.key("admin"), "GET", "/sammenlign").text)
