"""Whether a review fits its ward: what it names is there, its levels can be, and nothing is said twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from brikopt.contract.quality.far_dates import A_YEAR, YEARS_AHEAD, YEARS_BACK
from brikopt.contract.quantities import MAX_QUANTITY_FACTOR
from service.lists.tables import ListRow
from service.places.tables import Cabinet, Item, Ward
from service.reviews.schemas import DATED, PARTS, Counted, Decision, Discarded, ReviewSent
from service.runs.tables import Run

Fault = dict[str, str]
_BRIK = "brik"
_A_YEAR = 365
_NEVER_TOO_MANY = 100  # units, however small the shelf
_ONCE = {
    "counts": "this position is counted more than once",
    "shelf_dates": "this position has more than one earliest date",
}


def faults_in(session: Session, run: Run, ward: Ward, sent: ReviewSent, today: date) -> list[Fault]:
    """Find all that doesn't fit.

    Parameters
    ----------
    session : Session
    run : Run
        The served one.
    ward : Ward
        The ward that is reviewed.
    sent : ReviewSent
    today : date
        In Denmark.

    Returns
    -------
    list of dict
        ``where`` in the request, and what is ``wrong``; empty where all fits.
    """
    found = chain(
        _strangers(session, run, ward, sent),
        _twice(sent.decisions),
        _said_twice(sent),
        _to_come(sent, today),
        _long_ago(sent, run.as_of, today),
        _years_off(sent, today),
        _too_many(session, run, ward, sent),
        _impossible_levels(session, run, ward, sent.decisions),
    )
    return list(found)


def _strangers(session: Session, run: Run, ward: Ward, sent: ReviewSent) -> Iterator[Fault]:
    known = _positions(session, run, ward)
    cabinets = _kinds(session, run, ward)
    for part in PARTS:
        for row, one in enumerate(getattr(sent, part)):
            if one.cabinet_id not in cabinets:
                yield _fault(f"{part}.{row}.cabinet_id", "this cabinet is not in the ward")
            elif (one.cabinet_id, one.item_id) not in known:
                yield _fault(f"{part}.{row}.item_id", "this item is not in the cabinet")


def _twice(decisions: Sequence[Decision]) -> Iterator[Fault]:
    """A position may have several things to do, but each is decided once."""
    times = Counter((one.cabinet_id, one.item_id, one.action) for one in decisions)
    for row, one in enumerate(decisions):
        if times[one.cabinet_id, one.item_id, one.action] > 1:
            yield _fault(f"decisions.{row}", "this line is decided more than once")


def _said_twice(sent: ReviewSent) -> Iterator[Fault]:
    """A position has one count and one earliest date; nobody could tell which of two is meant."""
    for part, wrong in _ONCE.items():
        rows = getattr(sent, part)
        times = Counter((one.cabinet_id, one.item_id) for one in rows)
        for row, one in enumerate(rows):
            if times[one.cabinet_id, one.item_id] > 1:
                yield _fault(f"{part}.{row}", wrong)


def _to_come(sent: ReviewSent, today: date) -> Iterator[Fault]:
    for part, day_name in DATED.items():
        for row, one in enumerate(getattr(sent, part)):
            day = getattr(one, day_name)
            if day is not None and day > today:
                yield _fault(f"{part}.{row}.{day_name}", "this day is still to come")


def _long_ago(sent: ReviewSent, as_of: date | None, today: date) -> Iterator[Fault]:
    """What was seen long before the figures that were reviewed is no part of this review: the year is mistyped."""
    first = min(as_of or today, today) - timedelta(days=_A_YEAR)
    for part, day_name in DATED.items():
        for row, one in enumerate(getattr(sent, part)):
            day = getattr(one, day_name)
            if day is not None and day < first:
                yield _fault(f"{part}.{row}.{day_name}", f"this day is before {first}, too long ago for this review")


def _years_off(sent: ReviewSent, today: date) -> Iterator[Fault]:
    for row, one in enumerate(sent.shelf_dates):
        days = (one.earliest_expiry - (one.checked_at or today)).days
        if days < -YEARS_BACK * A_YEAR or days > YEARS_AHEAD * A_YEAR:
            yield _fault(f"shelf_dates.{row}.earliest_expiry", "this date is years off; is the year right?")


def _too_many(session: Session, run: Run, ward: Ward, sent: ReviewSent) -> Iterator[Fault]:
    """A barcode scanned into the field, or a digit too many: more than any shelf like it holds."""
    parts = {part: getattr(sent, part) for part in ("counts", "discards")}
    named = [one for rows in parts.values() for one in rows if one.quantity > _NEVER_TOO_MANY]
    if not named:
        return
    present, packs = _present_levels(session, run, ward, named), _packs(session, run, named)
    for part, rows in parts.items():
        for row, one in enumerate(rows):
            levels = present.get((one.cabinet_id, one.item_id))
            if levels is None:
                continue
            pack = packs.get(one.item_id, 1)
            most = max(_or_today(None, levels.get("max_level")), pack) + pack - 1
            if one.quantity > max(MAX_QUANTITY_FACTOR * most, _NEVER_TOO_MANY):
                yield _fault(f"{part}.{row}.quantity", f"far more than the {most} units that lie there at most")


def _impossible_levels(session: Session, run: Run, ward: Ward, decisions: Sequence[Decision]) -> Iterator[Fault]:
    changed = [(row, one) for row, one in enumerate(decisions) if one.decision == "changed"]
    if not changed:
        return
    kinds, packs = _kinds(session, run, ward), _packs(session, run, [one for _, one in changed if one.new_brik_qty])
    present = _present_levels(session, run, ward, [one for _, one in changed])
    for row, one in changed:
        today = present.get((one.cabinet_id, one.item_id))
        if today is None:
            continue  # A stranger, and told so already.
        for name, wrong in _wrong_levels(one, kinds[one.cabinet_id], packs.get(one.item_id, 1), today):
            yield _fault(f"decisions.{row}.{name}", wrong)


def _wrong_levels(one: Decision, kind: str, pack: int, today: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Say what is wrong with the levels of one decision (contract, section 1)."""
    if kind != _BRIK:
        named = [name for name in ("new_brik_qty", "new_brik_count") if getattr(one, name)]
        yield from ((name, "there are no cards in this cabinet") for name in named)
    if one.new_brik_qty is not None and one.new_brik_qty % pack:
        yield "new_brik_qty", f"not a multiple of the pack of {pack}"
    if kind == _BRIK and one.new_brik_qty and one.new_brik_count:
        yield from _against_cards(one, one.new_brik_qty, one.new_brik_count)
    elif one.new_min_level is not None or one.new_max_level:  # max 0 takes the item away, whatever its min is
        low, high = (_or_today(sent, today.get(name)) for name, sent in _limits(one))
        if low > high:
            name = "new_max_level" if one.new_min_level is None else "new_min_level"
            yield name, f"min {low} would be above max {high}"


def _against_cards(one: Decision, qty: int, count: int) -> Iterator[tuple[str, str]]:
    made = {"min_level": (count - 1) * qty, "max_level": count * qty}
    for name, sent in _limits(one):
        if sent not in (None, made[name]):
            yield f"new_{name}", f"{count} cards of {qty} make {made[name]}"


def _limits(one: Decision) -> tuple[tuple[str, int | None], tuple[str, int | None]]:
    return ("min_level", one.new_min_level), ("max_level", one.new_max_level)


def _or_today(sent: int | None, today: Any) -> int:  # noqa: ANN401 - a cell
    """What a decision leaves out stays as it is."""
    return int(today or 0) if sent is None else sent


def _kinds(session: Session, run: Run, ward: Ward) -> dict[str, str]:
    query = select(Cabinet.cabinet_id, Cabinet.kind).where(Cabinet.run == run.id, Cabinet.ward_id == ward.ward_id)
    return dict(session.execute(query).all())


def _positions(session: Session, run: Run, ward: Ward) -> set[tuple[str | None, str | None]]:
    query = select(ListRow.cabinet_id, ListRow.item_id).where(
        ListRow.run == run.id, ListRow.name == "levels", ListRow.ward_id == ward.ward_id
    )
    return set(session.execute(query))


def _present_levels(
    session: Session, run: Run, ward: Ward, named: Sequence[Decision | Counted | Discarded]
) -> dict[tuple[str | None, str | None], Mapping[str, Any]]:
    items = sorted({one.item_id for one in named})
    query = select(ListRow).where(
        ListRow.run == run.id, ListRow.name == "levels", ListRow.ward_id == ward.ward_id, ListRow.item_id.in_(items)
    )
    return {(row.cabinet_id, row.item_id): row.cells for row in session.scalars(query)}


def _packs(session: Session, run: Run, named: Sequence[Decision | Counted | Discarded]) -> dict[str, int]:
    items = sorted({one.item_id for one in named})
    query = select(Item.item_id, Item.pack_size).where(Item.run == run.id, Item.item_id.in_(items))
    return dict(session.execute(query).all()) if items else {}


def _fault(where: str, wrong: str) -> Fault:
    return {"where": where, "wrong": wrong}
