"""Spread independent pieces of work over cores (loky) or a Dask cluster, keeping their order."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal, TypeVar

import joblib
import numpy as np
import numpy.typing as npt

from brikopt.cluster import LEAST_ITEMS, map_on_cluster, scheduler_address

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
Backend = Literal["loky", "dask"]
Item = TypeVar("Item")
Result = TypeVar("Result")

LOOK_SECONDS = 1.0  # how often a helper looks whether its run is still there


def map_in_order(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    *,
    jobs: int = 1,
    backend: Backend = "loky",
    folder: Path | None = None,
) -> Iterator[Result]:
    """Yield ``work(item)`` for each item, in the order of the items.

    Parameters
    ----------
    work : callable
        A function that can be sent to another process; it gets no shared state and draws its own random numbers.
    items : sequence
        What to work on.
    jobs : int
        Processes; with 1 everything happens in this one.
    backend : {"loky", "dask"}
        Where the processes run. ``dask`` uses the cluster that ``--scheduler`` or DASK_SCHEDULER_ADDRESS names; without
        one it starts a cluster here, where there is work enough for it.
    folder : Path, optional
        Where a cluster's work is handed over, on a disk that all workers see.

    Yields
    ------
    Result
        One for each item, whatever the number of jobs.
    """
    if backend == "dask" and items and (len(items) >= LEAST_ITEMS or scheduler_address()):
        yield from map_on_cluster(work, items, jobs=jobs, folder=folder)
        return
    if jobs == 1 or len(items) <= 1:
        yield from map(work, items)
        return
    # An idle helper doesn't notice by itself that its run was killed, and would wait for minutes.
    with joblib.parallel_config(backend="loky", initializer=_end_with, initargs=(os.getpid(),)):
        yield from joblib.Parallel(n_jobs=jobs, return_as="generator")(joblib.delayed(work)(item) for item in items)


def in_threads(work: Callable[[IntArray], FloatArray], rows: IntArray) -> FloatArray:
    """Work on parts of the rows at the same time, and join what comes out in their order.

    Parameters
    ----------
    work : callable
        Compiled, letting other threads run; what it finds of a row may hang on that row alone.
    rows : ndarray of int64, shape (n,)
        What to work on.

    Returns
    -------
    ndarray of float64, first axis n
    """
    parts = np.array_split(rows, os.cpu_count() or 1)
    with ThreadPoolExecutor(len(parts)) as threads:
        return np.concatenate(list(threads.map(work, parts)))


def _end_with(run: int) -> None:
    """Let this process end soon after the run that started it, however that ends."""

    def watch() -> None:
        while os.getppid() == run:
            time.sleep(LOOK_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
