"""Cabinets of which nothing has changed keep what the result before found; only the others are worked on.

A result holds, beside its lists, what was found in each cabinet under a digest of all that it hung on: the cabinet's
own rows, what is believed of its items elsewhere, what the whole region tells, the policy, the model and the day.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from brikopt import __version__
from brikopt.flows.cabinet import CabinetJob, CabinetResult
from brikopt.levels.earlier import NOTHING_EARLIER
from brikopt.reason import Reason
from brikopt.stock.batches import ShelfDates

KEPT_FILE = "cabinets.jsonl.gz"
FORM = 1  # of the file; another one is not read
# What one cabinet's work looks at: of the policy these sections, of the evidence all but what the region shares.
SECTIONS = {"cost", "levels", "expiry"}
SHARED = ("variation", "freshness", "clock", "clock_start", "eye_error", "as_of")
OWN = ("used_until", "lumpier", "dispersion", "first_day", "starts_empty", "open_lines")


def digests(jobs: Sequence[CabinetJob]) -> list[str]:
    """Tell for each cabinet what its result hangs on, in a few characters.

    Parameters
    ----------
    jobs : sequence of CabinetJob
        All cabinets of a run.

    Returns
    -------
    list of str
        The same only where the same comes out. Of earlier results it counts which levels are left in peace, and why;
        what they advised follows from the rest.
    """
    if not jobs:
        return []
    first = jobs[0]
    region = hashlib.blake2b(digest_size=16)
    settings = first.policy.model_dump_json(include=SECTIONS)
    region.update(f"{FORM} {__version__} {first.as_of} {first.straightening.id} {settings}".encode())
    _add(region, [getattr(first.evidence, name) for name in SHARED])
    _add(region, [first.evidence.pooled.fresh])
    return [_digest(job, region.digest()) for job in jobs]


def _digest(job: CabinetJob, region: bytes) -> str:
    evidence = job.evidence
    book, pooled = evidence.ledger, evidence.pooled
    found = hashlib.blake2b(region, digest_size=16)
    _add(found, [pd.util.hash_pandas_object(evidence.positions, index=False).to_numpy()])
    _add(found, [getattr(evidence, name) for name in OWN])
    _add(found, [pooled.grid, pooled.prior, pooled.centre, *evidence.checks.values()])
    for part in (book, book.lines, evidence.latest, evidence.past):
        _add(found, [getattr(part, field.name) for field in fields(part) if field.name != "lines"])
    standing = [(one.settled_on, one.stirred) for one in job.earlier or ()]
    if any(one != (NOTHING_EARLIER.settled_on, NOTHING_EARLIER.stirred) for one in standing):
        found.update(repr(standing).encode())
    return found.hexdigest()


def _add(digest: hashlib.blake2b, values: Sequence[object]) -> None:
    for value in values:
        array = np.ascontiguousarray(value)
        digest.update(f"{array.dtype} {array.shape}".encode())
        digest.update(array.astype(str).tobytes() if array.dtype.hasobject else array.tobytes())


def write_kept(path: Path, names: Sequence[str], results: Sequence[CabinetResult]) -> None:
    """Write what was found in each cabinet, a line each, under its digest.

    Parameters
    ----------
    path : Path
        The file.
    names : sequence of str
        Digests.
    results : sequence of CabinetResult
        In the same order.
    """
    with path.open("wb") as plain, gzip.GzipFile("", "wb", compresslevel=1, fileobj=plain, mtime=0) as file:
        for name, result in zip(names, results, strict=True):
            file.write(f"{name} {json.dumps(_told(result), separators=(',', ':'))}\n".encode())


def read_kept(path: Path, wanted: Sequence[str]) -> dict[str, CabinetResult]:
    """Read what an earlier result found of some cabinets.

    Parameters
    ----------
    path : Path
        The file.
    wanted : sequence of str
        Digests.

    Returns
    -------
    dict of str to CabinetResult
        Those that it holds; none where the file is missing, or isn't whole.
    """
    try:
        return dict(_lines(path, frozenset(wanted)))
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        return {}  # it saves time and nothing else: all is worked out afresh


def _lines(path: Path, wanted: frozenset[str]) -> Iterator[tuple[str, CabinetResult]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            name, _, told = line.partition(" ")
            if name in wanted:
                yield name, _result(json.loads(told))


def _told(result: CabinetResult) -> dict[str, Any]:
    facts = result.facts
    return {
        "facts": {name: [str(facts[name].dtype), _column(facts[name])] for name in facts},
        "expiry_reasons": _plain(result.expiry_reasons),
        "level_reasons": _plain(result.level_reasons),
        "phrases": _plain(result.phrases),
        "p_excess": [chances.tolist() for chances in result.p_excess],
        "dates": [{field.name: _listed(getattr(one, field.name)) for field in fields(one)} for one in result.dates],
        "cabinet": {name: _plain(value) for name, value in result.cabinet.items()},
        "cabinet_reason": _plain(result.cabinet_reason),
    }


def _result(told: Mapping[str, Any]) -> CabinetResult:
    facts = {name: _series(kind, values) for name, (kind, values) in told["facts"].items()}
    return CabinetResult(
        facts=pd.DataFrame(facts),
        expiry_reasons=[[_reason(one) for one in some] for some in told["expiry_reasons"]],
        level_reasons=[_reason(one) for one in told["level_reasons"]],
        phrases=[(_reason(before), _reason(after)) for before, after in told["phrases"]],
        p_excess=[np.array(chances, dtype=np.float64) for chances in told["p_excess"]],
        dates=[_shelf_dates(one) for one in told["dates"]],
        cabinet={name: _rich(value) for name, value in told["cabinet"].items()},
        cabinet_reason=_reason(told["cabinet_reason"]),
    )


def _listed(value: object) -> object:
    return value.tolist() if isinstance(value, np.ndarray) else value


def _shelf_dates(told: Mapping[str, Any]) -> ShelfDates:
    return ShelfDates(
        expiry=np.array(told["expiry"], dtype=np.int64),
        p_there=np.array(told["p_there"], dtype=np.float64),
        units=np.array(told["units"], dtype=np.float64),
        on_hand=np.array(told["on_hand"], dtype=np.float64),
        p_any=told["p_any"],
        mean=told["mean"],
    )


def _column(values: pd.Series) -> list[Any]:
    if values.dtype.kind == "M":
        return list(values.to_numpy().astype(np.int64).tolist())
    return [_plain(value) for value in values.tolist()]


def _series(kind: str, values: Sequence[Any]) -> pd.Series:
    if kind.startswith("datetime64"):
        return pd.Series(np.array(values, dtype=np.int64).view(kind))
    return pd.Series([_rich(value) for value in values], dtype=kind)


def _plain(value: object) -> object:
    """What JSON can hold: reasons and dates under a name of their own."""
    if isinstance(value, Reason):
        return {"code": value.code, "numbers": {name: _plain(number) for name, number in value.numbers.items()}}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.item() if isinstance(value, np.generic) else value


def _rich(value: object) -> object:
    """The other way round."""
    if not isinstance(value, dict):
        return value
    return _reason(value) if "code" in value else date.fromisoformat(value["date"])


def _reason(told: Mapping[str, Any]) -> Reason:
    numbers: dict[str, Any] = {name: _rich(number) for name, number in told["numbers"].items()}
    return Reason(told["code"], numbers)
