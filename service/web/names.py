"""What people who decided are called on a page."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.access.tables import PrincipalRow
from service.audit.people import SOMEBODY, is_mark
from service.web.visit import Visit


def names_of(session: Session, ids: Iterable[str | None], visit: Visit) -> dict[str, str]:
    """Say who some principals are.

    Parameters
    ----------
    session : Session
    ids : iterable of str or None
        Ids of principals; None is left out.
    visit : Visit
        Whose own name gets a word that says so.

    Returns
    -------
    dict
        Id to name where one is kept, else to the id itself; who was erased has a word that says so.
    """
    wanted = sorted({one for one in ids if one})
    rows = session.execute(select(PrincipalRow.id, PrincipalRow.name).where(PrincipalRow.id.in_(wanted)))
    erased = visit.say.texts["words"]["erased"]
    known: dict[str, str] = {one: erased if is_mark(one) or one == SOMEBODY else one for one in wanted} | {
        one: name for one, name in rows if name
    }
    if visit.principal and visit.principal.id in known:
        known[visit.principal.id] += f" ({visit.say.texts['words']['you']})"
    return known
