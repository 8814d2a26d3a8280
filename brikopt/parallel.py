"""Spread independent pieces of work over cores (loky) or a Dask cluster, keeping their order."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Literal, TypeVar

import joblib

Backend = Literal["loky", "dask"]
Item = TypeVar("Item")
Result = TypeVar("Result")

LOOK_SECONDS = 1.0  # how often a helper looks whether its run is still there


def map_in_order(
    work: Callable[[Item], Result], items: Sequence[Item], *, jobs: int = 1, backend: Backend = "loky"
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
        Where the processes run. ``dask`` uses the cluster that DASK_SCHEDULER_ADDRESS names, or starts one here.

    Yields
    ------
    Result
        One for each item, whatever the number of jobs.
    """
    if backend == "loky" and (jobs == 1 or len(items) <= 1):
        yield from map(work, items)
        return
    # An idle helper doesn't notice by itself that its run was killed, and would wait for minutes.
    watch = {"initializer": _end_with, "initargs": (os.getpid(),)} if backend == "loky" else {}
    with _cluster(backend, jobs), joblib.parallel_config(backend=backend, **watch):
        yield from joblib.Parallel(n_jobs=jobs, return_as="generator")(joblib.delayed(work)(item) for item in items)


def _end_with(run: int) -> None:
    """Let this process end soon after the run that started it, however that ends."""

    def watch() -> None:
        while os.getppid() == run:
            time.sleep(LOOK_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _cluster(backend: Backend, jobs: int) -> AbstractContextManager[Any]:
    if backend == "loky":
        return nullcontext()
    import dask  # noqa: PLC0415 - slow to import, and needed for this backend only
    from distributed import Client  # noqa: PLC0415

    address = dask.config.get("scheduler-address", None)
    if address:
        return Client(address)  # type: ignore[no-untyped-call]  # distributed has no types
    return Client(  # type: ignore[no-untyped-call]
        n_workers=jobs, threads_per_worker=1, dashboard_address=None
    )
