"""New levels that somebody settled or took back, for the ordering system: what it still is to get."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brikopt.contract.outputs import Column, Kind
from service.access.callers import Caller
from service.access.grants import Located, Reach
from service.audit.chain import record
from service.audit.digests import digest_of_values
from service.clock import danish_day, now
from service.flowback.decisions import Decision, decisions
from service.flowback.settled_levels import LEVEL_NAMES
from service.flowback.tables import ExportedLevel
from service.flowback.taken_back import taken_back
from service.lists.views import View
from service.places.store import item_names
from service.refusals import Unknown
from service.reviews.tables import Review
from service.runs.kept_rows import Place
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
    """List the levels that were settled, or stand again, and that no file holds yet.

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


def files_made(session: Session, reach: Reach) -> list[tuple[str, int, date, int]]:
    """List the files that were made, the newest first: id, number, day, and rows in reach."""
    query = (
        select(ExportedLevel.export, ExportedLevel.number, func.min(ExportedLevel.exported_on), func.count())
        .where(reach.condition(ExportedLevel))
        .group_by(ExportedLevel.export, ExportedLevel.number)
        .order_by(ExportedLevel.number.desc())
    )
    return [(export, number, day, rows) for export, number, day, rows in session.execute(query)]


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
    number = (session.scalar(select(func.max(ExportedLevel.number))) or 0) + 1
    rows = levels_to_hand_over(session, who.reach)
    for place_in_file, row in enumerate(rows):
        cells = {**row, "exported_on": today.isoformat()}
        names = ("cabinet_id", "item_id", "unit", "hospital", "ward_id")
        place = {name: row[name] for name in names}
        session.add(
            ExportedLevel(
                export=export,
                row=place_in_file,
                number=number,
                exported_on=today,
                review=row["review_id"],
                cells=cells,
                **place,
            )
        )
    session.flush()
    if rows:
        content = digest_of_values([{**row, "exported_on": today.isoformat()} for row in rows])
        record(session, who.principal.id, "levels.exported", export, after={"rows": len(rows), "content": content})
    return export, len(rows)


def _settled(session: Session, reach: Reach) -> list[Row]:
    """What was settled last about each position, or stands again since it was undone."""
    query = select(Review).where(Review.undone_at.is_(None), reach.condition(Review))
    reviews = session.scalars(query.order_by(Review.sequence)).all()
    by_id = {review.id: review for review in reviews}
    last = {one.place: one for one in decisions(session, reviews)}
    exported = _exported(session)
    found: dict[Place, tuple[Decision, Located, date | None]] = {
        place: (one, by_id[one.review_id], exported.get((one.review_id, *place))) for place, one in last.items()
    }
    back = {place: one for place, one in taken_back(session, last.values()).items() if reach.covers(one.told)}
    found |= {place: (one.decision, one.told, one.exported_on) for place, one in back.items()}
    names = item_names(session, served_run(session).id, (item for _, item in found)) if found else {}
    rows = [_row(one, at, names.get(one.place[1]), exported_on) for one, at, exported_on in found.values()]
    return sorted(rows, key=lambda row: tuple(row[name] for name in ("unit", "ward_id", "cabinet_id", "item_id")))


def _exported(session: Session) -> dict[tuple[str, str, str], date]:
    columns = (ExportedLevel.review, ExportedLevel.cabinet_id, ExportedLevel.item_id, ExportedLevel.exported_on)
    return {(review, cabinet, item): day for review, cabinet, item, day in session.execute(select(*columns))}


def _row(one: Decision, at: Located, name: str | None, exported_on: date | None) -> Row:
    before, after = one.settled.before, one.settled.after
    cards = bool(before.brik_qty or after.brik_qty)
    return {
        "unit": at.unit,
        "hospital": at.hospital,
        "ward_id": at.ward_id,
        "cabinet_id": one.place[0],
        "item_id": one.place[1],
        "name": name,
        **_shown(asdict(before), "", cards),
        **_shown(asdict(after), "new_", cards),
        "decision": one.decision,
        "decided_on": one.decided_on.isoformat(),
        "review_id": one.review_id,
        "exported_on": exported_on.isoformat() if exported_on else None,
    }


def _shown(levels: dict[str, int], prefix: str, cards: bool) -> Row:
    """Cards are blank where there are none."""
    shown: Sequence[str] = LEVEL_NAMES if cards else LEVEL_NAMES[:2]
    return {f"{prefix}{name}": levels[name] if name in shown else None for name in LEVEL_NAMES}
