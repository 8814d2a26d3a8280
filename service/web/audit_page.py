"""The page of the log of changes."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request, Response
from sqlalchemy import func, select

from service.access.callers import Administers
from service.audit.people import about
from service.audit.tables import Entry
from service.runs.tables import Run
from service.setup import Here
from service.web.names import names_of
from service.web.pages import page, pages_router
from service.web.paging import ROWS, Cut
from service.web.visit import visit_of
from service.web.words import Speech

router = pages_router()
_SILENT = ("content", "id", "digest")
PageNumber = Annotated[int, Query(ge=1, le=100_000)]


@router.get("/revision")
def show_audit(
    request: Request,
    who: Administers,
    here: Here,
    subject: Annotated[str, Query(max_length=200)] = "",
    side: PageNumber = 1,
) -> Response:
    """Every change, the newest first."""
    visit = visit_of(request, who)
    chosen = [about(subject.strip())] if subject.strip() else []
    with here.database.reading() as session:
        run = session.scalars(
            select(Run).where(Run.served_number.is_not(None)).order_by(Run.served_number.desc())
        ).first()
        rows = session.scalars(Entry.newest().where(*chosen).offset((side - 1) * ROWS).limit(ROWS)).all()
        total = session.scalar(select(func.count()).select_from(Entry).where(*chosen)) or 0
        people = [known for entry in rows for known in (entry.who_known, entry.subject_known)]
        names = names_of(session, people, visit)
        lines = {entry.number: change_words(entry.before, entry.after, visit.say) for entry in rows}
    return page(visit, "audit", run=run, shown=Cut(rows, side, total), names=names, subject=subject, lines=lines)


def change_words(before: Any, after: Any, say: Speech) -> list[str]:  # noqa: ANN401 - what the entry holds
    """Say what was changed, a line each: grants as roles and places, other facts by their names.

    Parameters
    ----------
    before, after : dict or None
        Of the entry.
    say : Speech

    Returns
    -------
    list of str
        Digests are left out: they are for the check of the audit.
    """
    words = say.texts["audit"]
    told = []
    for label, facts in ((words["before"], before), (words["after"], after)):
        if not isinstance(facts, dict):
            continue
        for name, value in facts.items():
            if name in _SILENT or value in (None, "", []):
                continue
            heading = words["facts"].get(name, say.heading(name))
            told.append(
                f"{label}: {heading}: {_fact(name, value, say)}" if before else f"{heading}: {_fact(name, value, say)}"
            )
    return told


def _fact(name: str, value: Any, say: Speech) -> str:  # noqa: ANN401 - as above
    if name == "grants":
        return "; ".join(_grant(one, say) for one in value) or str(say.texts["people"]["nothing"])
    if name == "role":
        return str(say.texts["roles"].get(value, value))
    if isinstance(value, bool):
        return str(say.texts["words"]["yes" if value else "no"])
    if isinstance(value, list):
        return (
            ", ".join(str(one) for one in value)
            if all(isinstance(one, str) for one in value)
            else say.count(len(value))
        )
    if isinstance(value, dict):
        return ", ".join(f"{key} {one}" for key, one in value.items())
    words = say.texts["audit"]["values"]
    return str(words.get(str(value), value))


def _grant(one: dict[str, Any], say: Speech) -> str:
    limits = [place for name in ("units", "hospitals", "wards") for place in one[name]]
    return ", ".join([str(say.texts["roles"].get(one["role"], one["role"])), *limits])
