"""A run that is killed harms no earlier result, and the next run clears up behind it."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from tests.whole.pausing import REACHED
from tests.whole.results import alive, run_on, start, waited_for

EARLY = [
    ("before", "brikopt.flows.run.read_extracts"),
    ("before", "brikopt.flows.run.output_tables"),
    ("before", "brikopt.flows.run.write_table"),
    ("before", "brikopt.flows.run.write_workbook"),
    ("before", "brikopt.reports.publish.exchange"),
]
LATE = [("after", "brikopt.reports.publish.exchange")]


def killed_at(moment: tuple[str, str], data: Path, out: Path) -> None:
    """Start a run in English and kill it at a moment."""
    arguments = ("run", "--data", data, "--out", out, "--lang", "en", "--jobs", 1)
    with start(*moment, *arguments, cwd=data.parent, module="tests.whole.pausing") as process:
        reached = process.stdout.readline()
        process.kill()
    assert (reached, process.returncode) == (REACHED, -signal.SIGKILL)


def every_byte(folder: Path) -> dict[str, bytes]:
    """Read every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def danish(tmp_path_factory, tiny_once) -> dict[str, bytes]:
    """Every file of an earlier result, in Danish."""
    return every_byte(run_on(tiny_once, tmp_path_factory.mktemp("danish") / "out"))


def lay(files: dict[str, bytes], folder: Path) -> Path:
    """Write files into a new folder."""
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize("moment", EARLY + LATE, ids=" ".join)
def test_a_killed_run_leaves_a_whole_result(moment, danish, tiny, tmp_path):
    """The old one up to the swap, then the new one; the next run works and leaves nothing beside its result."""
    out = lay(danish, tmp_path / "results" / "out")
    killed_at(moment, tiny, out)
    found = every_byte(out)
    assert found.keys() == danish.keys()
    assert json.loads(found["run.json"])["lang"] == ("da" if moment in EARLY else "en")
    assert (found == danish) == (moment in EARLY)
    run_on(tiny, out, lang="en")
    assert [path.name for path in out.parent.iterdir()] == ["out"]
    assert every_byte(out)["trim_list.csv"] != danish["trim_list.csv"]


def test_there_is_something_to_clear_up(tiny, tmp_path):
    """A first run killed while it writes leaves its folder but no result; the next one leaves a result alone."""
    out = tmp_path / "results" / "out"
    killed_at(("before", "brikopt.flows.run.write_workbook"), tiny, out)
    assert any(path.name == "stock.csv" for path in out.parent.rglob("*"))
    assert not out.exists()
    run_on(tiny, out)
    assert [path.name for path in out.parent.iterdir()] == ["out"]


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
