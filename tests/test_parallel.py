"""Work spread over cores comes back in its order."""

import os
import signal
import threading
from pathlib import Path
from types import MappingProxyType

import dask
import numpy as np
import pytest
from distributed import LocalCluster

from brikopt.parallel import in_threads, map_in_order


@pytest.mark.parametrize("size", [0, 1, 2, 101])
def test_parts_are_joined_in_the_order_of_the_rows(size):
    """Twice each row, two numbers a row, also for fewer rows than there are cores."""
    found = in_threads(lambda rows: np.stack([rows, 2.0 * rows], axis=1), np.arange(size))
    assert found.tolist() == [[row, 2.0 * row] for row in range(size)]


def test_no_part_is_worked_on_by_the_one_who_asks():
    """So all cores can work at once."""
    seen = []

    def work(rows):
        seen.append(threading.get_ident())
        return rows.astype(float)

    in_threads(work, np.arange(10))
    assert threading.get_ident() not in seen


def dies_once(item):
    """Twice a number, by a worker that is killed at the first number 7; items are read-only, as policies are."""
    number, folder = item["number"], item["folder"]
    mark = Path(folder) / "died"
    if number == 7 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


@pytest.mark.filterwarnings("ignore")
def test_a_worker_that_dies_costs_no_result(tmp_path):
    """A hundred numbers over three workers, one of which is killed: all come back, in order, and no file is left."""
    items = [MappingProxyType({"number": number, "folder": str(tmp_path)}) for number in range(100)]
    with (
        LocalCluster(n_workers=3, threads_per_worker=1, dashboard_address=None) as cluster,
        dask.config.set({"scheduler-address": cluster.scheduler_address}),
    ):
        found = list(map_in_order(dies_once, items, backend="dask", folder=tmp_path))
    assert found == [2 * number for number in range(100)]
    assert [path.name for path in tmp_path.iterdir()] == ["died"]


def test_little_work_starts_no_cluster(monkeypatch):
    """Without a scheduler of its own, what a process does at once is done at once."""
    monkeypatch.setattr("brikopt.cluster._client", lambda _jobs: pytest.fail("a cluster"))
    assert list(map_in_order(abs, range(-5, 0), backend="dask")) == [5, 4, 3, 2, 1]
