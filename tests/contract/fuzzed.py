"""Files that were cut, torn and flipped, read under a limit of memory: each is read, or refused in words.

``python -m tests.contract.fuzzed SEED FILES MEGABYTES`` tries so many and says how they ended.
"""

from __future__ import annotations

import resource
import sys
import traceback
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from brikopt.contract.intake import read_extracts
from brikopt.errors import BadInput
from tests.worlds import Texts, tiny_hospital, write_extracts

KINDS = (".csv", ".csv.gz", ".xlsx", ".parquet")
COPIES = 30
TABLES = ("orders", "counts", "items", "positions")
MARKS = (b"\x00", b'"', b"\r", b"\n\n", b";", b"\xff\xfe", b"\xe5", b"PAR1", b"PK\x03\x04", b"\xff\xff\xff\x7f", b"<")


def torn(rng: np.random.Generator, data: bytes) -> bytes:
    """Spoil a file in one to three ways, as disks, cables and programs do."""
    for _ in range(int(rng.integers(1, 4))):
        at, length = int(rng.integers(len(data) + 1)), int(rng.integers(1, 64))
        way = int(rng.integers(6))
        if way == 0:  # cut off
            data = data[:at]
        elif way == 1 and data:  # a bit turned over
            at = min(at, len(data) - 1)
            data = data[:at] + bytes([data[at] ^ (1 << int(rng.integers(8)))]) + data[at + 1 :]
        elif way == 2:  # a piece lost
            data = data[:at] + data[at + length :]
        elif way == 3:  # a piece of nothing
            data = data[:at] + bytes(length) + data[at + length :]
        elif way == 4:  # a piece again, many times
            data = data[:at] + data[at : at + length] * int(rng.integers(2, 500)) + data[at + length :]
        else:  # a sign where it means something
            data = data[:at] + MARKS[int(rng.integers(len(MARKS)))] + data[at:]
    return data


def hospital() -> Texts:
    """A tiny hospital with so many order lines and counts that a few spoiled ones stop nothing."""
    tables = tiny_hospital()
    lines = [tables["orders"].assign(order_id=tables["orders"]["order_id"] + f"-{copy}") for copy in range(COPIES)]
    return tables | {"orders": pd.concat(lines), "counts": pd.concat([tables["counts"]] * COPIES)}


def address_space() -> int:
    """Bytes of memory that this process has mapped."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize()


def tried(seed: int, files: int, megabytes: int) -> tuple[Counter[str], list[str]]:
    """Read so many spoiled files.

    Parameters
    ----------
    seed : int
        The same seed spoils the same files.
    files : int
        How many.
    megabytes : int
        Memory that reading may take beyond what the program has mapped once it has read one good folder of each kind.

    Returns
    -------
    tuple of Counter and list of str
        How many were read and refused; and what else happened, which should be nothing.
    """
    rng = np.random.default_rng(seed)
    ended: Counter[str] = Counter()
    wrong: list[str] = []
    with TemporaryDirectory() as scratch:
        good = {kind: write_extracts(Path(scratch) / kind[1:], hospital(), suffix=kind) for kind in KINDS}
        for folder in good.values():
            read_extracts(folder)
        most = address_space() + (megabytes << 20)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        for number in range(files):
            kind, table = KINDS[int(rng.integers(len(KINDS)))], TABLES[int(rng.integers(len(TABLES)))]
            path = good[kind] / f"{table}{kind}"
            whole = path.read_bytes()
            path.write_bytes(torn(rng, whole))
            try:
                read_extracts(good[kind])
                ended["read"] += 1
            except BadInput as refused:
                ended["refused"] += 1
                if not (refused.where and refused.problem and refused.advice):
                    wrong.append(f"file {number} of seed {seed} ({path.name}): no word")
            except BaseException:
                wrong.append(f"file {number} of seed {seed} ({path.name}):\n{traceback.format_exc(limit=-4)}")
            path.write_bytes(whole)
    return ended, wrong


if __name__ == "__main__":
    ends, faults = tried(*map(int, sys.argv[1:4]))
    sys.stdout.write("\n".join([f"{ends['read']} read, {ends['refused']} refused, {len(faults)} else", *faults, ""]))
    sys.exit(bool(faults))
