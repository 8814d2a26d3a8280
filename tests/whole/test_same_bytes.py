"""The same input gives the same bytes, whoever does the work."""

from __future__ import annotations

import time

import psutil
import pytest
from distributed import LocalCluster

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


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_gives_the_same_bytes_though_a_worker_is_killed(tiny_once, tmp_path):
    """Three worker processes of a cluster that is there already; one is killed when the first part is done."""
    with LocalCluster(n_workers=3, threads_per_worker=1, dashboard_address=None) as cluster:
        options = ("--backend", "dask", "--scheduler", cluster.scheduler_address)
        out = tmp_path / "out"
        with start("run", "--data", tiny_once, "--out", out, "--as-of", AS_OF, *options, cwd=tmp_path) as process:
            # Workers of a new installation compile first, which on a busy machine takes minutes.
            while process.poll() is None and not list(tmp_path.glob(".brikopt-handover-*/*.done")):
                time.sleep(0.01)
            victim = cluster.workers[0].pid
            psutil.Process(victim).kill()
            _, errors = process.communicate(timeout=900)
        assert process.returncode == 0, errors
        assert victim not in {worker.pid for worker in cluster.workers.values()}
    assert different(bytes_of(out), bytes_of(run_on(tiny_once, tmp_path / "here"))) == []
    assert list(tmp_path.glob(".brikopt-handover-*")) == []


def test_a_scheduler_that_is_not_there_is_told(tiny_once, tmp_path):
    """And so is one without the backend that it belongs to; neither leaves a result."""
    data = ("run", "--data", tiny_once, "--out", tmp_path / "out", "--scheduler", "tcp://127.0.0.1:9")
    for backend, words in (("dask", "no scheduler answers there"), ("loky", "Add --backend dask.")):
        with start(*data, "--backend", backend, cwd=tmp_path) as process:
            _, errors = process.communicate(timeout=300)
        assert (process.returncode, words in errors, "Traceback" in errors) == (2, True, False), errors
    assert not (tmp_path / "out").exists()
