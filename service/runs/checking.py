"""The check of an upload, in a process of its own: whatever a file does to its reader, the service goes on."""

from __future__ import annotations

import json
from datetime import date
from threading import BoundedSemaphore
from typing import Any

from brikopt.contract.rules import Language
from brikopt.errors import BrikoptError
from service.refusals import ExtractsUnusable, Unavailable
from service.runs.folders import JobFolder
from service.runs.work import CHECK, OUT_OF_MEMORY, USER_INPUT
from service.runs.worker_process import Worker
from service.settings import Settings

# Longer than a region's extracts take; whoever waits behind a proxy would be given up on then.
_PATIENCE_SECONDS = 100.0
# Reading a region takes gigabytes, so one upload is read at a time.
_turn = BoundedSemaphore(1)


def check_extracts(folder: JobFolder, settings: Settings, as_of: date | None, lang: Language) -> dict[str, Any]:
    """Check extracts as `brikopt check` does.

    Parameters
    ----------
    folder : JobFolder
        With the extracts; gets the rejected rows.
    settings : Settings
    as_of : date or None
        Moment of decision; None is the day after the newest record.
    lang : {"da", "en"}
        Language of what is said about rows.

    Returns
    -------
    dict
        The report.

    Raises
    ------
    ExtractsUnusable
        Where a run would stop, and where the check takes too long or too much memory: what can't be read within its
        limits isn't run on.
    Unavailable
        While another upload is checked for too long.
    """
    bounds = {"memory_mb": settings.run_memory_mb, "cpu_seconds": round(_PATIENCE_SECONDS)}
    order = {"do": CHECK, "as_of": as_of.isoformat() if as_of else None, "lang": lang, **bounds}
    folder.order.write_text(json.dumps(order), "utf-8")
    if not _turn.acquire(timeout=settings.patience_seconds):
        raise Unavailable
    try:
        with folder.log.open("a", encoding="utf-8") as log:
            worker = Worker(folder.path, settings, log, with_database=False)
            try:
                code = worker.wait(_PATIENCE_SECONDS)
            finally:
                worker.end(politely=False)
    finally:
        _turn.release()
    facts = worker.heard.facts
    if code == USER_INPUT:
        stop = facts["stop"]
        raise ExtractsUnusable(where=stop["where"], problem=stop["what"], advice=stop["advice"])
    if code is None or code < 0 or code == OUT_OF_MEMORY:
        problem = f"the check didn't end within {_PATIENCE_SECONDS:.0f} seconds, or within its memory."
        raise ExtractsUnusable(where="upload", problem=problem, advice="Send fewer years or wards at once.")
    if code:
        raise BrikoptError(f"The check of an upload ended with {code}: {folder.log.read_text('utf-8')[-2000:]}")
    report: dict[str, Any] = facts.get("report", {})
    return report
