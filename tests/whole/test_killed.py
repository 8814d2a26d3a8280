"""A run that is killed harms no earlier result, and the next run clears up behind it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.whole.results import alive, bytes_of, run_on, start, waited_for


def work_folder(parent: Path) -> Path | None:
    """Return the folder beside the result that a run writes to."""
    return next((path for path in parent.glob(".out.*") if path.is_dir()), None)


def at_once(process, parent):
    """While Python still loads."""
    del process, parent


def after_reading(process, parent):
    """When the first step has been shown as done."""
    del parent
    assert process.stderr.readline()


def while_writing(process, parent):
    """When the new folder is there."""
    assert waited_for(lambda: work_folder(parent) is not None, process)


def when_nearly_done(process, parent):
    """When the workbook, the last and largest file before the record, is being written."""
    assert waited_for(lambda: any(parent.glob(".out.*/brikopt.xlsx")), process)


@pytest.mark.parametrize("moment", [at_once, after_reading, while_writing, when_nearly_done])
def test_a_killed_run_leaves_the_old_result_whole(moment, tiny, tmp_path):
    """Killed at four moments; then a run in English replaces the Danish result and nothing else is left."""
    parent = tmp_path / "results"
    out = run_on(tiny, parent / "out")
    before = every_byte(out)
    with start("run", "--data", tiny, "--out", out, "--lang", "en", "--jobs", 1, cwd=tmp_path) as process:
        moment(process, parent)
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert every_byte(out) == before
    run_on(tiny, out, lang="en")
    assert [path.name for path in parent.iterdir()] == ["out"]
    assert bytes_of(out)["trim_list.csv"] != before["trim_list.csv"]


def every_byte(out: Path) -> dict[str, bytes]:
    """Read every file, the record too."""
    return {path.name: path.read_bytes() for path in out.iterdir()}


def test_there_is_something_to_clear_up(tiny, tmp_path):
    """A run killed while it writes leaves its folder and no result, and the next run leaves a result alone."""
    parent = tmp_path / "results"
    with start("run", "--data", tiny, "--out", parent / "out", "--jobs", 1, cwd=tmp_path) as process:
        while_writing(process, parent)
        process.kill()
    assert work_folder(parent) is not None
    assert not (parent / "out").exists()
    run_on(tiny, parent / "out")
    assert [path.name for path in parent.iterdir()] == ["out"]


def test_helpers_end_when_their_run_is_killed(region, tmp_path):
    """With two processes, only the first one is killed; the others notice and end by themselves."""
    with start("run", "--data", region.history, "--out", tmp_path / "out", "--jobs", 2, cwd=tmp_path) as process:
        assert waited_for(lambda: len(alive(process)) >= 3, process)
        process.kill()
        process.wait()
        ended = waited_for(lambda: not alive(process))
        if not ended:
            os.killpg(process.pid, signal.SIGKILL)
    assert ended
