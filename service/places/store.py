"""Find wards, cabinets and items of a run, and refuse those out of reach."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.access.grants import Reach
from service.places.tables import Cabinet, Item, Ward
from service.refusals import OutOfScope, Unknown
from service.runs.tables import Run


def ward_in_reach(session: Session, run: Run, ward_id: str, reach: Reach) -> Ward:
    """Find a ward that somebody may see.

    Raises
    ------
    Unknown
        If the run knows no such ward.
    OutOfScope
        If it lies out of reach.
    """
    ward = session.get(Ward, (run.id, ward_id))
    if ward is None:
        raise Unknown(what="ward", id=ward_id)
    if not reach.covers(ward):
        raise OutOfScope(what="ward", id=ward_id)
    return ward


def cabinet_in_reach(session: Session, run: Run, cabinet_id: str, reach: Reach) -> Cabinet:
    """Find a cabinet that somebody may see; errors as for a ward."""
    cabinet = session.get(Cabinet, (run.id, cabinet_id))
    if cabinet is None:
        raise Unknown(what="cabinet", id=cabinet_id)
    if not reach.covers(session.get_one(Ward, (run.id, cabinet.ward_id))):
        raise OutOfScope(what="cabinet", id=cabinet_id)
    return cabinet


def wards_in_reach(
    session: Session, run: Run, reach: Reach, *, unit: str | None = None, hospital: str | None = None
) -> list[Ward]:
    """List the wards that somebody may see, by unit, hospital and id; a filter only narrows."""
    query = select(Ward).where(Ward.run == run.id, reach.condition(Ward))
    if unit is not None:
        query = query.where(Ward.unit == unit)
    if hospital is not None:
        query = query.where(Ward.hospital == hospital)
    return list(session.scalars(query.order_by(Ward.unit, Ward.hospital, Ward.ward_id)))


def item_names(session: Session, run: str, item_ids: Iterable[str]) -> dict[str, str]:
    """Return the names of some items."""
    wanted = sorted(set(item_ids))
    # One ward or page has few items; a whole region's would be more than a statement takes.
    query = select(Item.item_id, Item.name).where(Item.run == run)
    rows = session.execute(query.where(Item.item_id.in_(wanted)) if len(wanted) <= 500 else query)
    return dict(rows.all())
