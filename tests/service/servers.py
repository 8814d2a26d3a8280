"""The service as a process of its own, on a port, as it can be stopped, killed and started again."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from service.app import create_app
from service.settings import Settings

# Imports are done once, in a process that each server is a copy of: starting one takes a tenth of a second.
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["__main__", __name__])


def empty_app() -> FastAPI:
    """An app with one route that does nothing, to compare with."""
    app = FastAPI()

    @app.get("/")
    async def nothing() -> dict[str, str]:
        return {"status": "ok"}

    return app


@dataclass(frozen=True, slots=True)
class Server:
    """A running service."""

    process: BaseProcess
    address: str

    @property
    def pid(self) -> int:
        """Id of its process."""
        return self.process.pid or 0

    def kill(self) -> None:
        """Kill it as a power cut would: nothing is finished, nothing is said."""
        os.kill(self.pid, signal.SIGKILL)
        self.process.join()

    def stop(self) -> int | None:
        """Ask it to end, wait until it has, and return its exit code."""
        self.process.terminate()
        self.process.join(60)
        return self.process.exitcode


def started(settings: Settings, log: Path | None = None) -> Server:
    """Start a service; see `started_app`."""
    return started_app(partial(create_app, settings), log)


def started_app(make: Callable[[], FastAPI], log: Path | None = None) -> Server:
    """Start an app in a process of its own.

    Parameters
    ----------
    make : callable
        Makes the app there; it must be possible to pickle it.
    log : Path, optional
        File that gets its standard error.

    Returns
    -------
    Server
        It takes requests: its socket is open already.
    """
    here, there = _FORKS.Pipe()
    process = _FORKS.Process(target=_serve, args=(make, log, there), daemon=True)
    process.start()
    there.close()
    with here:
        port = here.recv()
    return Server(process, f"http://127.0.0.1:{port}")


@contextmanager
def running(settings: Settings, log: Path | None = None) -> Iterator[Server]:
    """Start a service, and stop it at the end."""
    server = started(settings, log)
    try:
        yield server
    finally:
        if server.process.is_alive():
            server.stop()


def _serve(make: Callable[[], FastAPI], log: Path | None, there: Connection) -> None:
    # Said to be TCP, or asyncio doesn't know that small answers mustn't wait for the other side.
    with (
        Path(log or os.devnull).open("a", encoding="utf-8") as sys.stderr,
        socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening,
    ):
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        there.send(listening.getsockname()[1])
        there.close()
        usual = {"access_log": False, "log_config": None, "server_header": False, "timeout_graceful_shutdown": 20}
        uvicorn.Server(uvicorn.Config(make(), **usual)).run([listening])
