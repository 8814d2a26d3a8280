"""Backup and restore: everything comes back, on either database, or nothing changes."""

from __future__ import annotations

import zipfile

import pytest
from sqlalchemy import insert, select, text
from typer.testing import CliRunner

from brikopt import __version__, cli
from brikopt.errors import BadInput
from service.audit.chain import FIRST, digest_of, verify
from service.audit.tables import Entry
from service.clock import now
from service.db.migrate import is_current, migrate_to
from service.operation.backup import MANIFEST, back_up, tables_of
from service.operation.restore import restore
from service.operation.whole import verify_whole
from tests.service.sites import Site


@pytest.fixture
def call(site, monkeypatch):
    """Call brikopt in this process, on the site's database or another."""

    def call_it(*arguments, on=site.settings):
        monkeypatch.setenv("BRIKOPT_DATA_DIR", str(on.data_dir))
        monkeypatch.setenv("DATABASE_URL", on.database_url)
        return CliRunner().invoke(cli.app, [str(one) for one in arguments])

    return call_it


@pytest.fixture
def used(site):
    """A service with a review, an undone one, and a decided move."""
    key, ward = site.key("logistics"), site.wards[0]["ward_id"]
    made = [site.review(key, ward, Idempotency_Key=name) for name in "ab"]
    site.call(key, "DELETE", made[0].headers["Location"], If_Match=made[0].headers["ETag"])
    move = site.get(key, "/transfers").json()["items"][0]
    site.call(key, "POST", f"/api/v1/transfers/{move['id']}", {"state": "accepted"}, If_Match=move["etag"])
    return site


def content(database) -> dict[str, list[tuple]]:
    """All rows of all tables, but for the entry that says that something was restored."""
    with database.reading() as session:
        found = {}
        for table in tables_of(session):
            rows = session.execute(select(table).order_by(*table.primary_key.columns)).mappings()
            found[table.name] = [plain(row) for row in rows if row.get("what") != "backup.restored"]
    return found


def plain(row) -> tuple:
    """Values as text; moments without the zone that only PostgreSQL names."""
    return tuple(str(value).removesuffix("+00:00") for value in row.values())


def test_everything_comes_back_on_either_database(used, call, empty, opened, tmp_path):
    """Backed up on each of two databases and restored on each: the same rows in all tables, and a chain that holds."""
    file = tmp_path / "backup.zip"
    assert call("backup", "--out", file).exit_code == 0
    ended = call("restore", "--from", file, on=empty.model_copy(update={"data_dir": tmp_path / "new"}))
    assert ended.exit_code == 0, ended.output
    restored = opened(empty.model_copy(update={"data_dir": tmp_path / "new"}))
    assert content(restored) == content(used.database)
    assert verify_whole(restored, used.settings).entries == verify_whole(used.database, used.settings).entries + 1
    assert file.stat().st_mode & 0o077 == 0


def test_a_restored_service_goes_on(used, tmp_path):
    """What came after the backup is gone, the key of then is good, and a request of then is known again."""
    file, key = tmp_path / "backup.zip", used.key("logistics")
    ward = used.wards[0]["ward_id"]
    first = used.review(key, ward, Idempotency_Key="before")
    back_up(used.database, file)
    later = used.review(key, ward)
    restore(used.database, file, replace=True, by="test")
    assert used.get(key, f"/reviews/{later.json()['id']}").status_code == 404
    assert used.review(key, ward, Idempotency_Key="before").json() == first.json()
    newest = used.get(used.key("admin"), "/audit").json()["items"]
    assert "backup.restored" in {one["what"] for one in newest}
    # The guards of the record came back with the tables.
    with pytest.raises(Exception, match="the audit can only grow"), used.database.writing() as session:
        session.execute(text("UPDATE audit SET who = 'x'"))


def test_a_database_that_holds_something_is_kept_without_replace(used, call, tmp_path):
    """Exit code 2 and the tables that hold data; with --replace 0."""
    file = tmp_path / "backup.zip"
    back_up(used.database, file)
    before = content(used.database)
    refused = call("restore", "--from", file)
    assert (refused.exit_code, content(used.database)) == (2, before)
    assert "reviews" in refused.stderr
    assert "--replace" in refused.stderr
    assert call("restore", "--from", file, "--replace").exit_code == 0
    assert content(used.database) == before


def test_a_file_of_that_name_is_never_written_over(call, tmp_path):
    """Exit code 2, and the file as it was; no half file beside it."""
    file = tmp_path / "backup.zip"
    file.write_text("mine")
    assert call("backup", "--out", file).exit_code == 2
    assert file.read_text() == "mine"
    assert not list(tmp_path.glob(".backup*"))


def damaged(file, name, change):
    """A copy of a backup in which one part was changed."""
    other = file.with_name("damaged.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(other, "w") as new:
        for part in old.namelist():
            new.writestr(part, change(old.read(part)) if part == name else old.read(part))
    return other


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("reviews.jsonl", lambda rows: rows.replace(b'"brik"', b'"non_brik"')),
        ("reviews.jsonl", lambda rows: b"".join(rows.splitlines(keepends=True)[1:])),
        ("audit.jsonl", lambda rows: rows.replace(b"review.made", b"review.lost")),
        (MANIFEST, lambda text: text.replace(b'"revision": "', b'"revision": "later')),
        (MANIFEST, lambda _: b"{}"),
        (MANIFEST, lambda _: b"not JSON"),
    ],
)
def test_a_backup_that_was_changed_is_refused_whole(name, change, on_sqlite, tmp_path):
    """Exit code 2 for each of six changes, and the database as it was."""
    on_sqlite.review(on_sqlite.key("logistics"), on_sqlite.wards[0]["ward_id"])
    file = tmp_path / "backup.zip"
    back_up(on_sqlite.database, file)
    before = content(on_sqlite.database)
    ended = restored(damaged(file, name, change), on_sqlite)
    assert ended.exit_code == 2, ended.output
    assert "Traceback" not in ended.stderr
    assert content(on_sqlite.database) == before


def restored(file, site: Site):
    """Restore by command, over what is there."""
    environment = {"BRIKOPT_DATA_DIR": str(site.settings.data_dir), "DATABASE_URL": site.settings.database_url}
    return CliRunner(env=environment).invoke(cli.app, ["restore", "--from", str(file), "--replace"])


@pytest.mark.parametrize("wrong", [b"", b"PK", b"no zip at all" * 100])
def test_a_file_that_is_no_backup_is_refused(wrong, on_sqlite, tmp_path):
    """Exit code 2, as for a file that isn't there."""
    file = tmp_path / "x.zip"
    file.write_bytes(wrong)
    assert restored(file, on_sqlite).exit_code == 2
    assert restored(tmp_path / "nowhere.zip", on_sqlite).exit_code == 2


def test_a_backup_cut_short_is_refused(on_sqlite, tmp_path):
    """Half of its bytes: exit code 2."""
    file = tmp_path / "backup.zip"
    back_up(on_sqlite.database, file)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    assert restored(file, on_sqlite).exit_code == 2


def test_a_backup_of_an_earlier_version_is_brought_up_to_date(empty, opened, tmp_path):
    """Taken with the first version's tables: its entry comes back, and every later migration has been run."""
    file = tmp_path / "backup.zip"
    old = opened(empty)
    with old.writing() as session:
        migrate_to(session, "0001")
    with old.writing() as session:
        # As that version wrote it: what it knew of runs was otherwise told.
        entry = Entry(number=1, at=now(), who="somebody", what="tried", subject="1", previous=FIRST)
        entry.digest = digest_of(entry)
        said = {column.name: getattr(entry, column.name) for column in Entry.__table__.columns if column.name != "seal"}
        session.execute(insert(Entry.__table__).values(said))
    made = back_up(old, file)
    assert made.audit.entries == 1
    restore(old, file, replace=True, by="test")
    with old.reading() as session:
        assert is_current(session)
        assert verify(session).entries == 2


def test_a_backup_of_a_later_version_is_refused(on_sqlite, tmp_path):
    """A revision that this version doesn't know: the message says which version it comes from."""
    file = tmp_path / "backup.zip"
    back_up(on_sqlite.database, file)
    later = damaged(file, MANIFEST, lambda text: text.replace(b'"revision": "', b'"revision": "9'))
    ended = restored(later, on_sqlite)
    assert ended.exit_code == 2
    assert __version__ in ended.stderr


def test_an_empty_database_has_nothing_to_back_up(empty, opened, tmp_path):
    """Refused before anything is written."""
    with pytest.raises(BadInput, match="no tables"):
        back_up(opened(empty), tmp_path / "backup.zip")
    assert [path.name for path in tmp_path.iterdir() if "backup" in path.name] == []


def test_a_table_of_somebody_elses_is_neither_kept_nor_dropped(used, tmp_path):
    """In the same database: not in the file, and there after a restore over it."""
    with used.database.writing() as session:
        session.execute(text("CREATE TABLE payroll_of_another (id INTEGER)"))
        session.execute(text("INSERT INTO payroll_of_another VALUES (7)"))
    file = tmp_path / "backup.zip"
    back_up(used.database, file)
    assert "payroll_of_another.jsonl" not in zipfile.ZipFile(file).namelist()
    restore(used.database, file, replace=True, by="test")
    with used.database.reading() as session:
        assert session.scalar(text("SELECT id FROM payroll_of_another")) == 7
