"""The record of a run, ``run.json``: what it read, decided by, and took (contract, section 5)."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import platform
import resource
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from brikopt import __version__
from brikopt.contract.extract import Tables
from brikopt.contract.intake import Intake, TableRecord
from brikopt.contract.rules import Language
from brikopt.policy import Policy
from brikopt.reports.publish import PRODUCT, names_below

# Characters of a run id: enough to tell apart every run a region will ever make, short enough for a footer.
_ID_LENGTH = 12


def run_id_of(tables: Tables, policy: Policy, model_id: str | None = None, decided: Sequence[object] = ()) -> str:
    """Name a run by what its result rests on.

    Parameters
    ----------
    tables : Tables
        The rows known at the moment of decision. Later rows don't count, so the id may stand in the output.
    policy : Policy
        The policy.
    model_id : str, optional
        The trained model, where one is used.
    decided : sequence of object, optional
        Decisions of people that count beside the tables.

    Returns
    -------
    str
        12 hexadecimal digits: the same for the same rows, policy, model, moment and version.
    """
    digest = hashlib.sha256()
    basis = {"version": __version__, "as_of": tables.as_of.isoformat(), "policy": policy.as_dict(), "model": model_id}
    digest.update(json.dumps(basis, sort_keys=True).encode())
    digest.update("".join(map(repr, decided)).encode())
    for field in dataclasses.fields(tables):
        frame = getattr(tables, field.name)
        if isinstance(frame, pd.DataFrame):
            for column in sorted(frame.columns):
                digest.update(f"\n{field.name}.{column} {len(frame)}\n".encode())
                _add_column(digest, frame[column])
    return digest.hexdigest()[:_ID_LENGTH]


def run_record(
    intake: Intake,
    policy: Policy,
    *,
    run_id: str,
    lang: Language,
    model_id: str | None,
    seconds: Mapping[str, float],
) -> dict[str, Any]:
    """Collect what ``run.json`` says.

    Parameters
    ----------
    intake : Intake
        What was read.
    policy : Policy
        What it was decided by.
    run_id : str
        As from ``run_id_of``.
    lang : {"da", "en"}
        Language of the output.
    model_id : str or None
        The trained model, or ``mechanism``; None where nothing was estimated.
    seconds : mapping of str to float
        How long each step took.

    Returns
    -------
    dict
        Plain values, ready for JSON.
    """
    return {
        "product": PRODUCT,
        "version": __version__,
        "run_id": run_id,
        "as_of": intake.as_of.isoformat(),
        "lang": lang,
        "model_id": model_id,
        "policy": policy.as_dict(),
        "inputs": {record.name: _input(record) for record in intake.tables},
        "mapping_sha256": intake.mapping_sha256,
        "rejected_rows": sum(record.rejected for record in intake.tables),
        "set_aside_rows": sum(record.set_aside for record in intake.tables),
        "without_position": intake.without_position,
        "timings_seconds": {step: round(taken, 3) for step, taken in seconds.items()},
        "peak_memory_mb": peak_memory_mb(),
        "python": platform.python_version(),
        "platform": platform.platform(),
    }


def write_run_record(record: Mapping[str, Any], path: Path) -> None:
    """Write a run record as JSON.

    Parameters
    ----------
    record : mapping
        As from ``run_record``.
    path : Path
        The file; keys are sorted, two spaces a level, UTF-8.
    """
    # Whoever puts a file of their own beside the result gets it back: the next result does not replace it unseen.
    files = sorted({path.name, *names_below(path.parent)})
    text = json.dumps({**record, "files": files}, sort_keys=True, indent=2, ensure_ascii=False, default=_plain)
    path.write_text(text + "\n", encoding="utf-8")


def peak_memory_mb() -> dict[str, float]:
    """Return the most memory that this process, and the largest of its finished workers, has held, in MB."""
    kilobytes = 1024 if sys.platform == "darwin" else 1  # macOS counts bytes, Linux kilobytes
    people = {"this_process": resource.RUSAGE_SELF, "largest_worker": resource.RUSAGE_CHILDREN}
    peaks = {name: resource.getrusage(who).ru_maxrss for name, who in people.items()}
    return {name: round(peak / kilobytes / 1024, 1) for name, peak in peaks.items()}


def _input(record: TableRecord) -> dict[str, Any]:
    return {key: value for key, value in dataclasses.asdict(record).items() if key != "name"}


def _add_column(digest: Any, values: pd.Series) -> None:  # noqa: ANN401 - hashlib names no public type
    """Add a column's content in a form that doesn't depend on how it lies in memory."""
    if not isinstance(values.dtype, pd.StringDtype):
        digest.update(np.ascontiguousarray(values.to_numpy()).tobytes())
        return
    texts = pa.array(values, type=pa.large_string(), from_pandas=True)
    texts = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    if len(texts):
        _, offsets, characters = texts.buffers()
        places = np.frombuffer(offsets, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
        digest.update((places - places[0]).tobytes())
        digest.update(memoryview(characters or b"")[places[0] : places[-1]])


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} has no place in a run record")
