"""Find the shelves of a recall, and keep who has looked."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from brikopt.recall import Found, plain_lot, shelves_to_look_at
from service.access.callers import Caller
from service.access.grants import Reach
from service.audit.chain import next_number, record
from service.clock import now
from service.lists.tables import ListRow
from service.places.store import cabinet_in_reach
from service.places.tables import Cabinet, Item, Ward
from service.recalls.tables import RecallLook
from service.refusals import Unknown
from service.runs.tables import Run

_LIST = "lots"


@dataclass(frozen=True, slots=True)
class ShelfShown:
    """One shelf to look at, with the names that people know, and the last look at it."""

    found: Found
    name: str
    ward: Ward
    look: RecallLook | None


def items_named(session: Session, run: Run, item: str | None, gtin: str | None) -> list[Item]:
    """Find the recalled items by number, or by that of their bar code, whose leading zeros don't count.

    Raises
    ------
    Unknown
        If there is none.
    """
    number = (gtin or "").strip().lstrip("0")
    wanted = [Item.item_id == item] if item else []
    wanted += [func.ltrim(Item.gtin, "0") == number] if number else []
    found = list(session.scalars(select(Item).where(Item.run == run.id, or_(*wanted)).order_by(Item.item_id)))
    if not found:
        raise Unknown(what="item", id=item or gtin or "")
    return found


def shelves_of(session: Session, run: Run, items: Sequence[Item], lot: str | None, reach: Reach) -> list[ShelfShown]:
    """List the shelves of a recall that somebody may see, ward by ward.

    Notes
    -----
    Chances rest on all wards, also those out of reach: a lot that was recorded elsewhere has its date from there.
    """
    ids = [item.item_id for item in items]
    query = select(ListRow.cells).where(ListRow.run == run.id, ListRow.name == _LIST, ListRow.item_id.in_(ids))
    found = shelves_to_look_at(session.scalars(query.order_by(ListRow.row)), lot or None)
    places = (
        select(Cabinet.cabinet_id, Ward)
        .join(Ward, (Ward.run == Cabinet.run) & (Ward.ward_id == Cabinet.ward_id))
        .where(Cabinet.run == run.id, reach.condition(Ward))
    )
    wards: dict[str, Ward] = dict(session.execute(places).all())
    names = {item.item_id: item.name for item in items}
    looks = _looks(session, ids, lot)
    shown = [
        ShelfShown(one, names[one.item_id], wards[one.cabinet_id], looks.get((one.cabinet_id, one.item_id)))
        for one in found
        if one.cabinet_id in wards
    ]
    return sorted(shown, key=lambda one: (one.ward.unit, one.ward.hospital, one.ward.ward_id))


def _looks(session: Session, ids: Sequence[str], lot: str | None) -> dict[tuple[str, str], RecallLook]:
    query = select(RecallLook).where(RecallLook.item_id.in_(ids), RecallLook.lot == plain_lot(lot or ""))
    return {(look.cabinet_id, look.item_id): look for look in session.scalars(query.order_by(RecallLook.sequence))}


def look_at(
    session: Session, run: Run, item_id: str, lot: str | None, cabinet_id: str, units: int | None, who: Caller
) -> RecallLook:
    """Keep that somebody has looked at a shelf.

    Raises
    ------
    Unknown, OutOfScope
        If there is no such item or cabinet, or the cabinet lies out of reach.
    """
    cabinet = cabinet_in_reach(session, run, cabinet_id, who.reach)
    (item,) = items_named(session, run, item_id, None)
    look = RecallLook(
        id=secrets.token_hex(8),
        item_id=item.item_id,
        lot=plain_lot(lot or ""),
        cabinet_id=cabinet.cabinet_id,
        ward_id=cabinet.ward_id,
        units_found=units,
        looked_at=now(),
        looked_by=who.principal.id,
        sequence=next_number(session),
    )
    session.add(look)
    session.flush()
    after = {name: getattr(look, name) for name in ("item_id", "lot", "cabinet_id", "units_found")}
    record(session, who.principal.id, "recall.looked", look.id, after=after)
    return look
