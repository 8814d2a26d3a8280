"""Ward ids that the contract allows, however odd, lead to their pages, lists and files."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from sqlalchemy import inspect, text

from service.access.grants import Grant, Role
from tests.service.people import known, signed_in


@pytest.mark.parametrize("odd", ["A/1", "A:1", "[?]*", "A\\1", "skab/7/gennemgang", "æ b"])
def test_a_ward_of_any_id_is_found(odd, on_sqlite):
    """200 for its list, as XLSX too, for its page, and 201 for a review of it."""
    ward = on_sqlite.wards[0]["ward_id"]
    with on_sqlite.database.writing() as session:
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
        tables = inspect(session.connection())
        for table in tables.get_table_names():
            if "ward_id" in {column["name"] for column in tables.get_columns(table)}:
                change = text(f"UPDATE {table} SET ward_id = :new WHERE ward_id = :old")  # noqa: S608 - our own names
                session.execute(change, {"new": odd, "old": ward})
    key, path = on_sqlite.key("logistics", wards=odd), quote(odd, safe="")
    for form in ("application/json", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"):
        assert on_sqlite.get(key, f"/wards/{path}/trim-list", Accept=form).status_code == 200, form
    assert on_sqlite.review(key, odd).status_code == 201
    known(on_sqlite, "Karen", Grant(Role.LOGISTICS))
    with signed_in(on_sqlite, "Karen"):
        for way in (path, quote(odd)):
            assert on_sqlite.client.get(f"/afsnit/{way}").status_code == 200
