"""A result appears whole or not at all, and nothing foreign is touched."""

import json
import signal
import subprocess
import sys

import pytest

from brikopt.errors import BadInput
from brikopt.reports import swap
from brikopt.reports.publish import checked_out, written_whole


def put_result(folder, text):
    """Lay a result of ours in a folder."""
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps({"product": "brikopt"}))
    (folder / "stock.csv").write_text(text)


def write_result(out, text):
    """Write a result of one table."""
    with written_whole(out) as work:
        (work / "run.json").write_text(json.dumps({"product": "brikopt"}))
        (work / "stock.csv").write_text(text)


@pytest.mark.parametrize("parents", ["", "a/b"])
def test_an_absent_place_is_fine(tmp_path, parents):
    """The place is returned whole, and nothing is made yet."""
    out = tmp_path / parents / "out"
    assert checked_out(out, tmp_path / "data") == out
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_and_an_earlier_result_are_fine(tmp_path):
    """Both may be replaced."""
    (tmp_path / "empty").mkdir()
    put_result(tmp_path / "earlier", "old")
    assert checked_out(tmp_path / "empty") == tmp_path / "empty"
    assert checked_out(tmp_path / "earlier") == tmp_path / "earlier"


@pytest.mark.parametrize("record", [None, "{}", "[]", "not json", '{"product": "other"}'])
def test_a_foreign_folder_stops_and_is_not_touched(tmp_path, record):
    """A run.json that isn't ours doesn't make a folder ours."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("mine")
    if record is not None:
        (tmp_path / "out" / "run.json").write_text(record)
    with pytest.raises(BadInput, match="--out"):
        checked_out(tmp_path / "out")
    assert (tmp_path / "out" / "notes.txt").read_text() == "mine"


def test_a_file_stops(tmp_path):
    """A file is no place for a result, nor is a place below a file."""
    (tmp_path / "out").write_text("mine")
    for out in (tmp_path / "out", tmp_path / "out" / "below"):
        with pytest.raises(BadInput, match="--out"):
            checked_out(out)
    assert (tmp_path / "out").read_text() == "mine"


def test_the_data_folder_and_what_holds_it_stop(tmp_path):
    """Also where the folder of extracts is empty, or holds an earlier result."""
    put_result(tmp_path / "region", "old")
    data = tmp_path / "region" / "data"
    data.mkdir()
    for out in (data, tmp_path / "region", tmp_path / "region" / "x" / ".."):
        with pytest.raises(BadInput, match="data folder"):
            checked_out(out, data)
    assert checked_out(tmp_path / "out", data) == tmp_path / "out"


def test_a_link_to_the_data_folder_stops(tmp_path):
    """Another name for the same folder doesn't help."""
    (tmp_path / "data").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "data")
    with pytest.raises(BadInput, match="data folder"):
        checked_out(tmp_path / "out", tmp_path / "data")


def test_links_that_lead_in_a_ring_stop(tmp_path):
    """Such a place can't be read, and the message says so."""
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(BadInput, match="--out"):
        checked_out(tmp_path / "a")


def test_a_place_that_cannot_be_written_stops():
    """The kernel's own folder takes no folders, from whomever."""
    with pytest.raises(BadInput, match="can't be written"):
        checked_out(swap.Path("/proc/brikopt/out"))


def test_the_new_result_replaces_the_old_one_whole(tmp_path):
    """A file that only the old result had is gone, and nothing is left beside it."""
    put_result(tmp_path / "out", "old")
    (tmp_path / "out" / "transfers.csv").write_text("old")
    write_result(tmp_path / "out", "new")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["run.json", "stock.csv"]
    assert (tmp_path / "out" / "stock.csv").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_linked_place_stays_a_link(tmp_path):
    """The folder behind the link is replaced."""
    put_result(tmp_path / "disk" / "result", "old")
    (tmp_path / "out").symlink_to(tmp_path / "disk" / "result")
    write_result(tmp_path / "out", "new")
    assert (tmp_path / "out").is_symlink()
    assert (tmp_path / "disk" / "result" / "stock.csv").read_text() == "new"


def test_a_failure_leaves_the_old_result_and_no_work_folder(tmp_path):
    """The run fails after having written half of its files."""
    put_result(tmp_path / "out", "old")
    with pytest.raises(RuntimeError), written_whole(tmp_path / "out") as work:
        (work / "stock.csv").write_text("half")
        raise RuntimeError
    assert (tmp_path / "out" / "stock.csv").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_something_foreign_that_appears_during_the_run_is_kept(tmp_path):
    """What somebody else puts at the place while we work isn't replaced."""
    with pytest.raises(BadInput, match="did not make"), written_whole(tmp_path / "out") as work:
        (work / "stock.csv").write_text("new")
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "notes.txt").write_text("mine")
    assert (tmp_path / "out" / "notes.txt").read_text() == "mine"


KILLED = """
import os, signal, sys
from pathlib import Path
from brikopt.reports import publish, swap
moment = sys.argv[2]
def kill(*ignored):
    os.kill(os.getpid(), signal.SIGKILL)
if moment == "before":
    publish.exchange = kill
if moment == "after":
    publish._flush_entry = lambda path: kill() if (path / "out").exists() and path.name != "out" else None
if moment == "between":
    swap._exchanged_at_once = lambda *ignored: False
    rename = Path.rename
    def once(path, target):
        rename(path, target)
        kill()
    Path.rename = once
with publish.written_whole(Path(sys.argv[1]) / "out") as work:
    (work / "run.json").write_text('{"product": "brikopt"}')
    (work / "stock.csv").write_text("new")
    if moment == "during":
        kill()
"""


def kill_run(folder, moment):
    """Run to a moment and be killed there."""
    ended = subprocess.run([sys.executable, "-c", KILLED, str(folder), moment], check=False, capture_output=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()


@pytest.mark.parametrize(("moment", "left"), [("during", "old"), ("before", "old"), ("after", "new")])
def test_a_killed_run_leaves_one_whole_result(tmp_path, moment, left):
    """Killed while writing or before the swap the old result stands, killed after it the new one."""
    put_result(tmp_path / "out", "old")
    kill_run(tmp_path, moment)
    assert (tmp_path / "out" / "stock.csv").read_text() == left
    assert json.loads((tmp_path / "out" / "run.json").read_text()) == {"product": "brikopt"}


@pytest.mark.parametrize("moment", ["during", "before", "after", "between"])
def test_the_next_run_clears_away_what_a_killed_one_left(tmp_path, moment):
    """Only the newest result is there in the end."""
    put_result(tmp_path / "out", "old")
    kill_run(tmp_path, moment)
    assert len(list(tmp_path.iterdir())) > 1
    write_result(tmp_path / "out", "newest")
    assert (tmp_path / "out" / "stock.csv").read_text() == "newest"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_the_folder_of_a_live_run_is_left_alone(tmp_path):
    """Two runs to one place: the second clears nothing of the first, and the last to finish stands."""
    with written_whole(tmp_path / "out") as first:
        (first / "run.json").write_text('{"product": "brikopt"}')
        (first / "stock.csv").write_text("first")
        write_result(tmp_path / "out", "second")
        assert (tmp_path / "out" / "stock.csv").read_text() == "second"
    assert (tmp_path / "out" / "stock.csv").read_text() == "first"


def test_the_result_keeps_the_rights_of_the_folder_it_replaces(tmp_path):
    """A folder that the group may write to stays so."""
    put_result(tmp_path / "out", "old")
    (tmp_path / "out").chmod(0o770)
    write_result(tmp_path / "out", "new")
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o770
