"""A form with files becomes a run that waits for its turn."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from fastapi import Request, Response
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile

from brikopt.contract.rules import Language
from service.access.callers import Caller
from service.access.csrf import MOST_FIELDS, MOST_FILES
from service.answers.repeats import Answer, Change, known_answer, take_effect
from service.refusals import Unfit
from service.runs.archives import Budget
from service.runs.checking import check_extracts
from service.runs.folders import JobFolder
from service.runs.jobs import Asked, request_run
from service.runs.tables import Run
from service.runs.uploads import Sent, keep_extracts
from service.setup import Service

# What the OpenAPI document says of the form; the route reads it itself, after it has seen who sends it.
UPLOAD_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "files": {
                            "type": "array",
                            "minItems": 1,
                            "items": {"type": "string", "format": "binary"},
                            "description": "One zip file, or a file for each table, policy.toml and mapping.toml; with "
                            "the latter, extracts have names of their own.",
                        },
                        "as_of": {
                            "type": "string",
                            "format": "date",
                            "description": "Moment of decision; without it, the day after the newest record.",
                        },
                        "lang": {"type": "string", "enum": ["da", "en"], "description": "Language of sentences."},
                    },
                }
            }
        },
    }
}
_FIRST, _LAST = date(1990, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class Upload:
    """What came in a form.

    Attributes
    ----------
    sent : sequence of Sent
        The files.
    as_of : date or None
        Moment of decision.
    lang : {"da", "en"}
        Language of the run's sentences.
    """

    sent: Sequence[Sent]
    as_of: date | None
    lang: Language


@asynccontextmanager
async def upload_of(request: Request) -> AsyncIterator[Upload]:
    """Read the form of a request; Unfit where a field holds what it can't.

    Notes
    -----
    Files lie on the disk from their second megabyte on, and are gone at the end.
    """
    async with request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS) as form:
        files = [one for _, one in form.multi_items() if isinstance(one, UploadFile) and one.filename]
        as_of, lang = (str(form.get(name) or "").strip() for name in ("as_of", "lang"))
        if lang not in ("", "da", "en"):
            raise Unfit([{"where": "lang", "wrong": "choose da or en"}])
        sent = [Sent(one.filename or "", one.file) for one in files]
        yield Upload(sent, _day(as_of), cast("Language", lang or "da"))


def take_upload(
    here: Service, request: Request, who: Caller, key: str | None, upload: Upload, answer: Callable[[Run], Answer]
) -> Response:
    """Keep an upload, check it, and put its run into the queue.

    Parameters
    ----------
    here : Service
    request : Request
    who : Caller
    key : str or None
        Idempotency-Key.
    upload : Upload
    answer : callable
        Says what to answer about the run.

    Returns
    -------
    Response
        Where the same files came with the same key before, what was answered then.

    Raises
    ------
    UploadRefused
        With the reason; nothing is kept.
    """
    run_id = secrets.token_hex(8)
    folder = JobFolder.of(here.settings, run_id)
    queued = False
    try:
        budget = Budget(here.settings.unpacked_bytes, here.settings.upload_ratio)
        files = keep_extracts(upload.sent, folder.extracts, budget)
        means = {"files": files, "as_of": upload.as_of, "lang": upload.lang}
        change = Change.of(request, who.principal, key, means)
        with here.database.reading() as session:
            known = known_answer(session, change)
        report = {} if known else check_extracts(folder, here.settings, upload.as_of, upload.lang)

        def effect(session: Session) -> Answer:
            nonlocal queued
            asked = Asked(run_id, who.principal.id, upload.as_of, upload.lang, files, report)
            queued = True
            return answer(request_run(session, asked))

        return take_effect(here.database, change, effect)
    except BaseException:
        queued = False
        raise
    finally:
        if not queued:
            folder.remove()


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        day = _LAST.replace(year=9999)
    if day is not None and not _FIRST <= day <= _LAST:
        raise Unfit([{"where": "as_of", "wrong": "write a day as YYYY-MM-DD, from 1990 to 2199"}])
    return day
