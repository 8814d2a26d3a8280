"""Runs, and what they leave: files as rows of text, and as bytes."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

from brikopt.flows.progress import SilentProgress
from brikopt.flows.run import run
from tests.whole.regions import AS_OF

Row = dict[str, str]
Place = tuple[str, str]  # cabinet and item
ROOT = Path(__file__).parents[2]
PATIENCE = 120  # seconds until a test gives up; a cold start has to compile first


def run_on(data: Path, out: Path, **options: object) -> Path:
    """Do the main job in this process, as of AS_OF."""
    usual = {"as_of": AS_OF, "jobs": 1, "backend": "loky", "policy_file": None, "lang": "da"}
    run(data, out, **{**usual, **options}, progress=SilentProgress())
    return out


def start(*arguments: object, cwd: Path, module: str = "brikopt") -> subprocess.Popen[str]:
    """Start brikopt as a user would, in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=cwd,
        # What the process and its helpers leave behind shows in a folder that only they use.
        env={**os.environ, "TMPDIR": str(cwd), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )


def alive(process: subprocess.Popen[str]) -> list[str]:
    """Name what still runs of a process group; who has ended and was not yet buried by the system doesn't count."""
    found = []
    for one in psutil.process_iter():
        with suppress(psutil.NoSuchProcess, ProcessLookupError):
            if os.getpgid(one.pid) == process.pid and one.status() != psutil.STATUS_ZOMBIE:
                found.append(" ".join(one.cmdline()))
    return found


def waited_for(arrived: Callable[[], object], process: subprocess.Popen[str] | None = None) -> bool:
    """Whether something came to be, while the process ran if one is given; looks a thousand times a second."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and (process is None or process.poll() is None):
        if arrived():
            return True
        time.sleep(0.001)
    return False


def rows(path: Path) -> list[Row]:
    """Read a CSV table as text; every row has as many cells as the header."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    header, *lines = csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True)
    assert all(len(line) == len(header) for line in lines), path.name
    return [dict(zip(header, line, strict=True)) for line in lines]


def good_rows(data: Path, out: Path, table: str) -> list[Row]:
    """Read an input table without the rows that the run rejected, by their line numbers."""
    file = f"{table}.csv.gz"
    rejected = {int(row["line"]) for row in rows(out / "rejected_rows.csv") if row["file"] == file}
    return [row for line, row in enumerate(rows(data / file), start=2) if line not in rejected]


def place_of(row: Row) -> Place:
    """Return the cabinet and the item of a row."""
    return row["cabinet_id"], row["item_id"]


def by_place(found: list[Row]) -> dict[Place, Row]:
    """Look rows up by cabinet and item; none may come twice."""
    assert [place for place, n in Counter(map(place_of, found)).items() if n > 1] == []
    return {place_of(row): row for row in found}


def bytes_of(out: Path, *, leave_out: tuple[str, ...] = ()) -> dict[str, bytes]:
    """Read every file of a result, those in its folders too, but ``run.json``, whose timings differ."""
    skipped = ("run.json", *leave_out)
    found = {path.relative_to(out).as_posix(): path for path in sorted(out.rglob("*")) if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if name not in skipped}


def different(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """Name the files that differ; pytest would print all bytes."""
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


def record_of(out: Path) -> dict[str, object]:
    """Read ``run.json`` without what differs from run to run."""
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    return {key: value for key, value in record.items() if key not in ("timings_seconds", "peak_memory_mb")}
