"""Publishing: all of a run or nothing, once, and the newest in front."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, select

from brikopt.errors import BadInput
from service.db.migrate import migrate
from service.lists.tables import ListRow
from service.places.tables import Ward
from service.refusals import AlreadySettled
from service.runs.folder import LISTS, open_run
from service.runs.jobs import Asked, ask_to_cancel, claim_next, request_run
from service.runs.publish import publish
from service.runs.store import served_run
from service.runs.tables import Run
from tests.service.sites import Site


def another(result: Path, folder: Path) -> Path:
    """A run that differs in one cell."""
    shutil.copytree(result, folder)
    path = folder / "transfers.csv"
    path.write_text(path.read_text("utf-8").replace("0000", "0001", 1), "utf-8")
    return folder


def counted(database, table) -> int:
    """Rows of a table."""
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def served(database) -> str:
    """Content of the run that is served."""
    with database.reading() as session:
        return served_run(session).content


def test_every_row_of_every_list_is_there(site):
    """As many as the files have lines."""
    total = sum(len(site.rows(output.name)) for output in LISTS)
    assert counted(site.database, ListRow) == total > 100


def test_publishing_twice_changes_nothing(site):
    """1 run, and as many rows and changes as before."""
    before = [counted(site.database, table) for table in (Run, ListRow, Ward)]
    first = served(site.database)
    publish(site.database, open_run(site.result), site.settings, by="test")
    assert [counted(site.database, table) for table in (Run, ListRow, Ward)] == before
    assert before[0] == 1
    assert served(site.database) == first


def test_an_older_run_published_again_is_put_in_front(site, tmp_path):
    """A, B, A: 2 runs, and A is served."""
    first = served(site.database)
    publish(site.database, open_run(another(site.result, tmp_path / "b")), site.settings, by="test")
    assert served(site.database) != first
    publish(site.database, open_run(site.result), site.settings, by="test")
    assert served(site.database) == first
    assert counted(site.database, Run) == 2


def test_only_so_many_runs_keep_their_rows(site, tmp_path):
    """keep_runs = 1: of 2 runs one keeps its 6 wards, and both stay in the list."""
    settings = site.settings.model_copy(update={"keep_runs": 1})
    publish(site.database, open_run(another(site.result, tmp_path / "b")), settings, by="test")
    assert counted(site.database, Ward) == 6
    listed = site.get(site.key("admin"), "/runs").json()
    assert [one["kept"] for one in listed["items"]] == [True, False]


def test_a_run_with_a_spoiled_list_leaves_the_database_as_it_was(site, tmp_path):
    """The last list lacks a column: no new run, no new row, and the message names the file."""
    folder = another(site.result, tmp_path / "b")
    last = folder / f"{LISTS[-1].name}.csv"
    last.write_text("x\n", "utf-8")
    before = [counted(site.database, table) for table in (Run, ListRow)]
    with pytest.raises(BadInput, match=rf"{LISTS[-1].name}\.csv"):
        publish(site.database, open_run(folder), site.settings, by="test")
    assert [counted(site.database, table) for table in (Run, ListRow)] == before


def test_a_cancelled_run_is_never_put_in_front(site, tmp_path):
    """Cancelled while its rows were on their way: refused, and what was served stays."""
    first = served(site.database)
    with site.database.writing() as session:
        request_run(session, Asked("wanted", "test", None, "en", [], {}))
        ask_to_cancel(session, claim_next(session), "test")
    with pytest.raises(AlreadySettled):
        publish(site.database, open_run(another(site.result, tmp_path / "b")), site.settings, by="test", into="wanted")
    assert served(site.database) == first


@pytest.mark.parametrize("missing", ["run.json", "masters.json", "stock.csv"])
def test_a_folder_that_lacks_something_is_refused(missing, result, tmp_path):
    """By name of the folder or the file."""
    folder = Path(shutil.copytree(result, tmp_path / "run"))
    (folder / missing).unlink()
    with pytest.raises(BadInput, match="brikopt run"):
        open_run(folder)


def test_a_folder_of_something_else_is_refused(tmp_path):
    """A run.json of another product."""
    (tmp_path / "run.json").write_text(json.dumps({"product": "other"}))
    with pytest.raises(BadInput, match="no result"):
        open_run(tmp_path)


def test_before_the_first_run_lists_say_so(empty, opened, result):
    """503 for a list, 200 for who am I; ready says what is missing."""
    migrate(opened(empty))
    site = Site(empty, result)
    key = site.key("reader")
    answer = site.get(key, "/wards")
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:brikopt:problem:nothing-published")
    assert site.get(key, "/me").status_code == 200
    ready = site.call(None, "GET", "/health/ready")
    assert (ready.status_code, ready.json()["checks"]) == (503, {"database": True, "migrations": True, "run": False})
    site.database.close()
