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
from service.runs.work import CHECK, USER_INPUT
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
        The report; empty where the check takes too long to wait for: then the run makes it.

    Raises
    ------
    ExtractsUnusable
        Where a run would stop.
    Unavailable
        While another upload is checked for too long.
    """
    order = {"do": CHECK, "as_of": as_of.isoformat() if as_of else None, "lang": lang}
    folder.order.write_text(json.dumps(order), "utf-8")
    if not _turn.acquire(timeout=settings.patience_seconds):
        raise Unavailable
    try:
        with folder.log.open("a", encoding="utf-8") as log:
            worker = Worker(folder.path, settings, log)
            try:
                code = worker.wait(_PATIENCE_SECONDS)
            finally:
                worker.end()
    finally:
        _turn.release()
    facts = worker.heard.facts
    if code == USER_INPUT:
        stop = facts["stop"]
        raise ExtractsUnusable(where=stop["where"], problem=stop["what"], advice=stop["advice"])
    if code not in (0, None):
        raise BrikoptError(f"The check of an upload ended with {code}: {folder.log.read_text('utf-8')[-2000:]}")
    report: dict[str, Any] = facts.get("report", {})
    return report
