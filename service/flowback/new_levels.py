"""New levels that somebody settled, for the ordering system: which are still to be handed over, and which were."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from brikopt.contract.outputs import Column, Kind
from service.access.callers import Caller
from service.access.grants import Reach
from service.audit.chain import record
from service.clock import danish_day, now
from service.flowback.gather import Decision, decisions
from service.flowback.settled_levels import LEVEL_NAMES
from service.flowback.tables import ExportedLevel
from service.lists.views import View
from service.places.store import item_names
from service.refusals import Unknown
from service.reviews.tables import Review
from service.runs.store import served_run

Row = dict[str, Any]
_PLACE = ("unit", "hospital", "ward_id", "cabinet_id", "item_id", "name")
NEW_LEVELS = View(
    "new_levels",
    "new_levels",
    (
        *(Column(name, Kind.TEXT) for name in _PLACE),
        *(Column(name, Kind.UNITS) for name in LEVEL_NAMES),
        *(Column(f"new_{name}", Kind.UNITS) for name in LEVEL_NAMES),
        Column("decision", Kind.TEXT),
        Column("decided_on", Kind.DATE),
        Column("review_id", Kind.TEXT),
        Column("exported_on", Kind.DATE),
    ),
)


def levels_to_hand_over(session: Session, reach: Reach) -> list[Row]:
    """List the settled levels that no file holds yet.

    Parameters
    ----------
    session : Session
    reach : Reach
        The wards whose levels count.

    Returns
    -------
    list of dict
        One a position, as it was settled last, with the columns of `NEW_LEVELS`; by ward, cabinet and item.
    """
    return [row for row in _settled(session, reach) if row["exported_on"] is None]


def levels_since(session: Session, reach: Reach, since: date) -> list[Row]:
    """List the levels settled on a day or later, handed over or not."""
    return [row for row in _settled(session, reach) if date.fromisoformat(row["decided_on"]) >= since]


def exported_levels(session: Session, reach: Reach, export: str) -> list[Row]:
    """Read a file that was made before.

    Raises
    ------
    Unknown
        If there is none of that id with anything in reach.
    """
    query = select(ExportedLevel.cells).where(ExportedLevel.export == export, reach.condition(ExportedLevel))
    rows = [dict(cells) for cells in session.scalars(query.order_by(ExportedLevel.row))]
    if not rows:
        raise Unknown(what="export", id=export)
    return rows


def hand_over(session: Session, who: Caller) -> tuple[str, int]:
    """Put everything that is to be handed over into a file.

    Parameters
    ----------
    session : Session
        Of a writing transaction.
    who : Caller
        Whose reach counts.

    Returns
    -------
    tuple of str and int
        The file's id, and its rows; where there are none there is no file.
    """
    export, today = secrets.token_hex(8), danish_day(now())
    rows = levels_to_hand_over(session, who.reach)
    for number, row in enumerate(rows):
        cells = {**row, "exported_on": today.isoformat()}
        names = ("cabinet_id", "item_id", "unit", "hospital", "ward_id")
        place = {name: row[name] for name in names}
        kept = ExportedLevel(
            export=export, row=number, exported_on=today, review=row["review_id"], cells=cells, **place
        )
        session.add(kept)
    session.flush()
    if rows:
        record(session, who.principal.id, "levels.exported", export, after={"rows": len(rows)})
    return export, len(rows)


def _settled(session: Session, reach: Reach) -> list[Row]:
    query = select(Review).where(Review.undone_at.is_(None), reach.condition(Review))
    reviews = session.scalars(query.order_by(Review.reviewed_at, Review.id)).all()
    last = {one.place: one for one in decisions(session, reviews)}
    names = item_names(session, served_run(session).id, (item for _, item in last)) if last else {}
    exported = _exported(session)
    by_id = {review.id: review for review in reviews}
    rows = [
        {
            **_row(one, by_id[one.review_id], names.get(one.place[1])),
            "exported_on": exported.get((one.review_id, *one.place)),
        }
        for one in last.values()
    ]
    return sorted(rows, key=lambda row: tuple(row[name] for name in ("unit", "ward_id", "cabinet_id", "item_id")))


def _exported(session: Session) -> dict[tuple[str, str, str], str]:
    columns = (ExportedLevel.review, ExportedLevel.cabinet_id, ExportedLevel.item_id, ExportedLevel.exported_on)
    return {
        (review, cabinet, item): day.isoformat() for review, cabinet, item, day in session.execute(select(*columns))
    }


def _row(one: Decision, review: Review, name: str | None) -> Row:
    cards = bool(one.settled.before.brik_qty)
    return {
        "unit": review.unit,
        "hospital": review.hospital,
        "ward_id": review.ward_id,
        "cabinet_id": one.place[0],
        "item_id": one.place[1],
        "name": name,
        **_shown(asdict(one.settled.before), "", cards),
        **_shown(asdict(one.settled.after), "new_", cards),
        "decision": one.decision,
        "decided_on": review.reviewed_on.isoformat(),
        "review_id": review.id,
    }


def _shown(levels: dict[str, int], prefix: str, cards: bool) -> Row:
    """Cards are blank where there are none."""
    shown: Sequence[str] = LEVEL_NAMES if cards else LEVEL_NAMES[:2]
    return {f"{prefix}{name}": levels[name] if name in shown else None for name in LEVEL_NAMES}
