"""Extracts that arrive in a folder: taken when whole, run once though the watcher is killed, put away with a report."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

from filelock import FileLock
from sqlalchemy import select
from typer.testing import CliRunner

from brikopt.cli import app
from service.inbox.arrivals import Stillness
from service.inbox.watching import Inbox
from service.runs.tables import Run
from tests.service.uploads import EXTRACTS, WARDS, zipped
from tests.whole.results import waited_for


def put(folder, files):
    """Put files into a folder of their own."""
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def test_what_still_grows_is_left(tmp_path):
    """Five seconds of stillness, counted from the last change; unfinished names and empty folders never."""
    put(tmp_path / "night", {"wards.csv": WARDS})
    put(tmp_path / "empty", {})
    (tmp_path / "next.zip.part").write_bytes(b"half")
    watched = Stillness()
    assert watched.still(tmp_path, 0, 5) == []
    (tmp_path / "night" / "items.csv").write_bytes(b"more")
    assert watched.still(tmp_path, 5, 5) == []
    assert watched.still(tmp_path, 9, 5) == []
    assert watched.still(tmp_path, 10, 5) == [tmp_path / "night"]


def test_a_watcher_started_anew_asks_for_no_second_run(on_sqlite, tmp_path):
    """Looked at anew, as after a kill once its run was queued, an arrival is one run; a bad one is told."""
    inbox = tmp_path / "inbox"
    put(inbox / "good", EXTRACTS)
    (inbox / "bad.zip").write_bytes(zipped({"wards.csv": WARDS}))
    for name in ("taken", "done", "refused"):
        (inbox / name).mkdir()

    def watcher():
        return Inbox(inbox, on_sqlite.database, on_sqlite.settings, "inbox", "en", 0)

    (refused,) = watcher().look(0)
    assert "cabinets" in refused.problem
    said = json.loads((refused.folder / "bad.zip.report.json").read_text("utf-8"))
    assert (said["name"], said["state"], said["problem"]) == ("bad.zip", "refused", refused.problem)
    assert watcher().look(0) == []
    with on_sqlite.database.reading() as session:
        (run,) = session.scalars(select(Run).where(Run.requested_by == "inbox")).all()
    assert run.state == "queued"
    assert [path.name for path in (inbox / "taken").iterdir()] == [f"good-{run.id}"]


def command(settings, inbox):
    """The watcher as somebody starts it."""
    env = {**os.environ, "BRIKOPT_RUN_JOBS": "1", "DATABASE_URL": ""}
    words = ["watch", "--inbox", str(inbox), "--quiet", "0", "--every", "0.2", "--once", "--lang", "en"]
    words += ["--data-dir", str(settings.data_dir)]
    return subprocess.Popen([sys.executable, "-m", "brikopt", *words], env=env, stderr=subprocess.DEVNULL)


def test_a_watcher_killed_in_the_middle_of_a_run_publishes_it_after_all(on_sqlite, tmp_path):
    """Killed while its worker runs, and started again: the arrival is in done, published once, and nothing is left."""
    inbox = tmp_path / "inbox"
    put(inbox / "good", EXTRACTS)

    def states():
        with on_sqlite.database.reading() as session:
            return [run.state for run in session.scalars(select(Run).where(Run.requested_by.like("command-%")))]

    first = command(on_sqlite.settings, inbox)
    try:
        assert waited_for(lambda: "running" in states())
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait()
    second = command(on_sqlite.settings, inbox)
    assert second.wait(120) == 0
    assert sorted(states()) == ["done", "failed"]
    (done,) = (inbox / "done").iterdir()
    assert (done / "good" / "wards.csv").read_bytes() == WARDS
    assert not list((inbox / "taken").iterdir())


def test_two_watchers_never_share_a_folder(tmp_path):
    """The second stops with 2 and says why."""
    with FileLock(tmp_path / ".watched"):
        words = ["watch", "--inbox", str(tmp_path), "--once", "--lang", "en", "--data-dir", str(tmp_path / "data")]
        answer = CliRunner().invoke(app, words)
    assert answer.exit_code == 2
    assert "somebody watches it already" in answer.output
