"""Whoever holds the database and not the key can't change what happened without being found out."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text

from brikopt.errors import BadInput
from service.access.grants import Grant, Role
from service.audit.chain import verify
from service.audit.witness import HEAD_FILE, KEY_FILE, Witness
from service.operation.backup import back_up
from service.operation.contents import changed_contents
from service.operation.restore import restore
from service.operation.whole import bring_up_to_date, verify_whole
from service.refusals import BrokenChain
from service.settings import DATABASE_FILE, Settings
from tests.service.people import known


@pytest.fixture
def worked(on_sqlite):
    """A service in which a review was made and another undone, a move answered, and an account made."""
    site, key = on_sqlite, on_sqlite.key("logistics")
    made = [site.review(key, site.wards[0]["ward_id"]) for _ in range(2)]
    site.call(key, "DELETE", made[0].headers["Location"], If_Match=made[0].headers["ETag"])
    move = site.get(key, "/transfers").json()["items"][0]
    site.call(key, "POST", f"/api/v1/transfers/{move['id']}", {"state": "accepted"}, If_Match=move["etag"])
    known(site, "Karen", Grant(Role.READER))
    return site


def tampered(site, *statements):
    """Change the file as somebody would who holds it: with another program, and the guards taken away."""
    with closing(sqlite3.connect(site.settings.data_dir / DATABASE_FILE, isolation_level=None)) as connection:
        for name in ("no_update", "no_delete", "no_replace"):
            connection.execute(f"DROP TRIGGER IF EXISTS audit_{name}")
        for one in statements:
            connection.execute(one)


def why_refused(site, head=None):
    """What a check of the whole says."""
    with pytest.raises(BrokenChain) as refused:
        verify_whole(site.database, site.settings, head)
    return str(refused.value)


def test_what_nobody_touched_holds(worked):
    """On all of it: entries, seals, contents."""
    assert verify_whole(worked.database, worked.settings).entries >= 7


def test_an_end_that_was_cut_off_is_missed(worked):
    """The last three entries gone with the marks of people in them: the note beside the database knows better."""
    tampered(
        worked,
        "DELETE FROM audit_people WHERE number > (SELECT MAX(number) - 3 FROM audit)",
        "DELETE FROM audit WHERE number > (SELECT MAX(number) - 3 FROM audit)",
    )
    assert "noted outside" in why_refused(worked)


def test_a_head_from_a_log_of_another_machine_is_missed(worked):
    """The note went too: what the log line said is asked for."""
    with worked.database.reading() as session:
        head = verify(session).head
    (worked.settings.data_dir / HEAD_FILE).unlink()
    verify_whole(worked.database, worked.settings, head)
    tampered(worked, "DELETE FROM audit WHERE number = (SELECT MAX(number) FROM audit)", "DELETE FROM audit_people")
    assert "noted outside" in why_refused(worked, head)


def test_a_chain_that_was_computed_anew_lacks_the_seals(worked):
    """Every digest right, and the key is needed for a seal."""
    _rewritten(worked, "UPDATE audit SET what = 'review.made', seal = seal WHERE number = 3")
    assert "entry 3" in why_refused(worked)


def test_a_chain_without_seals_is_none(worked):
    """As if it were of before there were keys."""
    tampered(worked, "UPDATE audit SET seal = NULL")
    assert "no entry has a seal" in why_refused(worked)


def _rewritten(site, change):
    """Change an entry, and have all that follow tie to it."""
    tampered(site, change)
    with closing(sqlite3.connect(site.settings.data_dir / DATABASE_FILE, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        previous = "0" * 64
        for row in connection.execute("SELECT * FROM audit ORDER BY number").fetchall():
            says = {**row, "previous": previous, "at": f"{row['at'][:23].replace(' ', 'T')}+00:00"}
            says |= {name: json.loads(row[name]) if row[name] else None for name in ("before", "after")}
            del says["digest"], says["seal"]
            previous = hashlib.sha256(json.dumps(says, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
            said = (says["previous"], previous, row["number"])
            connection.execute("UPDATE audit SET previous = ?, digest = ? WHERE number = ?", said)
    with site.database.reading() as session:
        assert verify(session).broken_at is None  # the chain alone says nothing


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE reviews SET decisions = '[{}]' WHERE undone_at IS NULL", "review"),
        ("UPDATE reviews SET reviewer = 'key-innocent' WHERE undone_at IS NULL", "review"),
        ("UPDATE reviews SET ward_id = 'A9'", "review"),
        ("UPDATE reviews SET undone_at = NULL", "review"),
        ("DELETE FROM reviews", "review"),
        ("UPDATE transfer_states SET taker_agreed = 1, giver_agreed = 1, state = 'done'", "transfer"),
        ("UPDATE grants SET role = 'admin'", "key"),
        ("UPDATE people SET password = 'another'", "person"),
        ("UPDATE api_keys SET hashed = 'another'", "key"),
    ],
)
def test_what_was_changed_beside_the_log_is_found(change, told, worked):
    """Each digest in the log is compared with what there is."""
    tampered(worked, change)
    assert told in why_refused(worked)


def test_an_entry_cannot_be_put_in_place_of_another(site):
    """INSERT OR REPLACE goes around the guard of DELETE in SQLite; PostgreSQL says ON CONFLICT."""
    sqlite = site.database.engine.dialect.name == "sqlite"
    how = ("INSERT OR REPLACE", "") if sqlite else ("INSERT", "ON CONFLICT (number) DO UPDATE SET who = 'x'")
    names = "number, at, who, what, subject, previous, digest"
    replace = f"{how[0]} INTO audit ({names}) SELECT {names} FROM audit WHERE number = 1 {how[1]}"  # noqa: S608
    with pytest.raises(Exception, match="the audit can only grow"), site.database.writing() as session:
        session.execute(text(replace))


def test_marks_without_an_entry_are_found(worked):
    """As a cut end leaves them."""
    tampered(worked, "INSERT INTO audit_people SELECT 'mark-x', 999, salt, person FROM audit_people LIMIT 1")
    assert "999" in why_refused(worked)


def test_nothing_to_verify_is_no_good_news(tmp_path, opened):
    """No file, an empty one, and one that is zeroed: refused, and none is made."""
    settings = Settings(data_dir=tmp_path, DATABASE_URL="")
    for content in (None, b"", bytes(8192)):
        if content is not None:
            (tmp_path / DATABASE_FILE).write_bytes(content)
        with pytest.raises(BadInput, match=DATABASE_FILE):
            verify_whole(opened(settings), settings)
        assert (tmp_path / DATABASE_FILE).exists() == (content is not None)


def test_a_restore_says_what_it_threw_away(worked, tmp_path):
    """Number and digest of the last entry of then; and what was noted outside isn't missed for it."""
    file = tmp_path / "backup.zip"
    back_up(worked.database, file)
    worked.key("reader")
    with worked.database.reading() as session:
        before = verify(session)
    restore(worked.database, file, replace=True, by="test")
    entry = worked.get(worked.key("admin"), "/audit").json()["items"][1]
    assert entry["after"]["thrown_away"] == {"entries": before.entries, "head": before.head}
    verify_whole(worked.database, worked.settings)


def test_a_restore_on_a_machine_with_another_key_goes_on(worked, tmp_path, opened):
    """Entries under the old key, vouched for by the one that restored them; without it they would be forged."""
    file = tmp_path / "backup.zip"
    back_up(worked.database, file)
    there = Settings(data_dir=tmp_path / "there", DATABASE_URL="", audit_key="another key of at least 32 signs")
    restore(database := opened(there), file, replace=False, by="test")
    assert verify_whole(database, there).entries > 7
    with database.reading() as session:
        assert verify(session, Witness.of(worked.settings)).broken_at is not None


def test_entries_of_before_there_were_keys_are_sealed_at_the_start(worked, tmp_path, opened, monkeypatch):
    """One entry more, once; the key is made with it, readable for its owner alone."""
    monkeypatch.delenv("BRIKOPT_AUDIT_KEY")
    tampered(worked, "UPDATE audit SET seal = NULL")
    worked.database.close()
    (tmp_path / "old").mkdir()
    shutil.copy(worked.settings.data_dir / DATABASE_FILE, tmp_path / "old")
    settings = Settings(data_dir=tmp_path / "old", DATABASE_URL="")
    database = opened(settings)
    for _ in range(2):
        bring_up_to_date(database, settings)
    found = verify_whole(database, settings)
    with database.reading() as session:
        assert changed_contents(session) == []
        assert session.scalar(text("SELECT COUNT(*) FROM audit WHERE what = 'audit.sealed'")) == 1
    assert found.entries > 7
    assert (settings.data_dir / KEY_FILE).stat().st_mode & 0o077 == 0
