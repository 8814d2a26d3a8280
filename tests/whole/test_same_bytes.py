"""The same input gives the same bytes, whoever does the work."""

from __future__ import annotations

import pytest

from tests.whole.regions import AS_OF
from tests.whole.results import alive, bytes_of, different, record_of, run_on, start, waited_for


def test_a_second_run_gives_the_same_bytes(region, result, tmp_path):
    """Every table and the workbook; the record differs in timings and memory alone."""
    again = run_on(region.history, tmp_path / "out")
    assert different(bytes_of(again), bytes_of(result)) == []
    assert record_of(again) == record_of(result)


@pytest.mark.parametrize("options", [("--jobs", 2), ("--jobs", 2, "--backend", "dask")], ids=["loky", "dask"])
def test_two_processes_give_the_same_bytes_as_one(options, region, result, tmp_path):
    """On loky and on a Dask cluster of its own, which leaves no process and no file behind."""
    out = tmp_path / "out"
    with start("run", "--data", region.history, "--out", out, "--as-of", AS_OF, *options, cwd=tmp_path) as process:
        _, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    assert different(bytes_of(out), bytes_of(result)) == []
    assert waited_for(lambda: not alive(process))
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    # Dask keeps two empty locks in the folder for temporary files.
    locks = {"dask-scratch-space/global.lock", "dask-scratch-space/purge.lock"}
    assert left - locks == {path.relative_to(tmp_path).as_posix() for path in out.rglob("*") if path.is_file()}
