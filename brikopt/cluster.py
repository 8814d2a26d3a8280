"""Work on a Dask cluster, handed over as files in a shared folder: no worker holds it all, the scheduler nothing."""

from __future__ import annotations

import os
import pickle
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeVar

import cloudpickle
import numpy as np

from brikopt.errors import BadInput

Item = TypeVar("Item")
Result = TypeVar("Result")

# So many parts a worker that nobody waits long for the slowest, and that a worker which dies loses little.
_PARTS_A_WORKER = 8
# A cluster of our own takes longer to start than this many cabinets take here.
LEAST_ITEMS = 64
_PATIENCE = "20s"


def scheduler_address() -> str | None:
    """Return the scheduler that ``--scheduler`` or DASK_SCHEDULER_ADDRESS names, if either does."""
    import dask  # noqa: PLC0415 - slow to import, and needed for this backend only

    address: str | None = dask.config.get("scheduler-address", None)
    return address


def name_scheduler(address: str) -> None:
    """Have all later work of this process done on an existing cluster."""
    import dask  # noqa: PLC0415

    dask.config.set({"scheduler-address": address})


def map_on_cluster(
    work: Callable[[Item], Result], items: Sequence[Item], *, jobs: int, folder: Path | None = None
) -> Iterator[Result]:
    """Yield ``work(item)`` for each item, in the order of the items, done by the workers of a cluster.

    Parameters
    ----------
    work : callable
        As for `brikopt.parallel.map_in_order`.
    items : sequence
        What to work on.
    jobs : int
        Workers, where no scheduler is named and a cluster is started here.
    folder : Path, optional
        On a disk that all workers see at the same path; the folder for temporary files by default. What is handed over
        lies there in a folder of its own, which is removed at the end.

    Yields
    ------
    Result
        One for each item. A worker that dies costs the time of its part, which another does again.
    """
    with (
        tempfile.TemporaryDirectory(prefix=".brikopt-handover-", dir=folder) as shared,
        _client(jobs) as client,
    ):
        workers = max(1, len(client.nthreads()))
        parts = np.array_split(np.arange(len(items)), min(len(items), _PARTS_A_WORKER * workers))
        futures = []
        for number, rows in enumerate(parts):
            path = Path(shared) / f"part-{number:05d}"
            path.write_bytes(cloudpickle.dumps([items[int(row)] for row in rows]))
            futures.append(client.submit(_work_on_file, work, str(path), pure=False))
        for future in futures:
            done = Path(future.result())
            yield from pickle.loads(done.read_bytes())  # noqa: S301 - written by our own worker
            done.unlink()


def _work_on_file(work: Callable[[Item], Result], path: str) -> str:
    """Work on the items in one file; the results lie beside it, whole or not at all, and only their path comes back."""
    done = f"{path}.done"
    if not Path(done).exists():  # the worker may have died between writing and telling
        results = [work(item) for item in pickle.loads(Path(path).read_bytes())]  # noqa: S301 - written by the run
        part = Path(f"{done}.{os.getpid()}")
        part.write_bytes(cloudpickle.dumps(results))
        part.replace(done)
    return done


def _client(jobs: int) -> AbstractContextManager[Any]:
    from distributed import Client  # noqa: PLC0415

    address = scheduler_address()
    if address:
        try:
            return Client(address, timeout=_PATIENCE)  # type: ignore[no-untyped-call]  # distributed has no types
        except (OSError, ValueError) as error:
            advice = "Start it, or correct the address: tcp://host:8786."
            raise BadInput(f"--scheduler {address}", f"no scheduler answers there ({error}).", advice) from None
    return Client(  # type: ignore[no-untyped-call]
        n_workers=jobs, threads_per_worker=1, dashboard_address=None
    )
