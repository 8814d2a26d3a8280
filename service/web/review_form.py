"""A ward's form read back: what was decided, which dates were read, and what doesn't fit."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from pydantic import ValidationError

from brikopt.contract.personal_numbers import hide_personal_numbers
from brikopt.contract.tables import MOST_UNITS
from service.refusals import Unfit
from service.reviews.schemas import PARTS, Counted, Decision, Discarded, Kind, ReviewSent, Seen, ShelfDate
from service.web.sheet import LEVELS
from service.web.typed_days import typed_day

_DECISIONS = ("accepted", "rejected", "changed")
_SEEN = "seen"
_MOST_ROWS = 5000
_LONGEST_ID = 200
# What the service refuses, in the page's words.
_CODES = {
    "decisions.new_brik_qty": "not_whole_packs",
    "decisions.new_min_level": "min_above_max",
    "counts": "counted_twice",
    **{f"{part}.{name}": "not_here" for part in PARTS for name in ("cabinet_id", "item_id")},
}
Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a row that can't be kept as it is; ``row`` is its place in the form."""

    row: int
    code: str


@dataclass(frozen=True, slots=True)
class TypedRow:
    """What somebody put into one row, as they typed it."""

    place: int
    id: str
    decision: str
    reason: str
    levels: tuple[str, str]
    shelf_date: str
    counted: str
    thrown: str
    cause: str

    @property
    def about(self) -> tuple[str, str, tuple[str, ...]]:
        """Cabinet, item and actions; blank where the id isn't one of ours."""
        try:
            cabinet_id, item_id, *actions = (str(part) for part in json.loads(self.id))
        except (ValueError, TypeError, RecursionError):
            return "", "", ()
        if max(len(cabinet_id), len(item_id)) > _LONGEST_ID:
            return "", "", ()
        return cabinet_id, item_id, tuple(actions)


@dataclass(frozen=True, slots=True)
class FormSent:
    """The form of one ward and kind.

    Attributes
    ----------
    kind : {"brik", "non_brik"}
        Kind of goods.
    run, seen, once : str
        Run and newest review that the page showed; a key that makes sending it twice take effect once.
    enough : str
        Why it is enough, where few rows were handled.
    rows : tuple of TypedRow
        In the form's order.
    """

    kind: Kind
    run: str
    seen: str
    once: str
    enough: str
    rows: tuple[TypedRow, ...]

    @property
    def typed(self) -> dict[str, TypedRow]:
        """The rows by their id."""
        return {row.id: row for row in self.rows}


def read_form(fields: Fields) -> FormSent:
    """Read the fields of a form; unknown ones are left alone."""
    places = (str(place) for place in range(_MOST_ROWS))
    rows = []
    for place in places:
        if f"row-{place}" not in fields:
            break
        rows.append(_typed(int(place), fields))
    kind: Kind = "non_brik" if fields.get("kind") == "non_brik" else "brik"
    run, seen, once = (fields.get(name, "")[:200] for name in ("run", "seen", "once"))
    return FormSent(kind, run, seen, once, fields.get("enough", "").strip()[:500], tuple(rows))


def review_of(ward_id: str, form: FormSent) -> tuple[ReviewSent | None, list[Fault]]:
    """Turn a form into the review that the API would be sent.

    Parameters
    ----------
    ward_id : str
    form : FormSent

    Returns
    -------
    ReviewSent or None
        None where something doesn't fit.
    list of Fault
        All that doesn't, by row.
    """
    faults: list[Fault] = []
    decisions: list[Decision] = []
    dates: list[ShelfDate] = []
    counts: list[Counted] = []
    discards: list[Discarded] = []
    seen: list[Seen] = []
    for row in form.rows:
        try:
            seen.extend(_seen(row))
            decisions.extend(_decisions(row, form.kind))
            dates.extend(_dates(row))
            counts.extend(_counts(row))
            discards.extend(_discards(row))
        except _Unusable as error:
            faults.append(Fault(row.place, error.code))
    if hide_personal_numbers(form.enough) != form.enough:
        faults.append(Fault(-1, "personal_number"))
    if faults:
        return None, faults
    found = {
        "enough_because": form.enough or None,
        "decisions": decisions,
        "shelf_dates": dates,
        "counts": counts,
        "discards": discards,
        "seen": seen,
    }
    return ReviewSent.model_validate({"ward_id": ward_id, "kind": form.kind, **found}), []


def faults_of(refusal: Unfit, form: FormSent, sent: ReviewSent) -> list[Fault]:
    """Say in which rows of the form something lies that the service doesn't know."""
    faults = []
    for fault in refusal.faults:
        part, number, *column = str(fault["where"]).split(".")
        place = _place_of(getattr(sent, part)[int(number)], part, form.rows)
        faults.append(Fault(place, _CODES.get(".".join([part, *column]), "not_fit")))
    return faults


def _place_of(one: Decision | ShelfDate | Counted | Discarded | Seen, part: str, rows: Sequence[TypedRow]) -> int:
    """The row in which something was typed: an item may have several rows, but only one of them says this."""
    mine = [row for row in rows if row.about[:2] == (one.cabinet_id, one.item_id)]
    if isinstance(one, Decision):
        mine = [row for row in mine if row.decision in _DECISIONS and one.action in row.about[2]] or mine
    typed = {"shelf_dates": "shelf_date", "counts": "counted", "discards": "thrown"}.get(part)
    return next((row.place for row in mine if typed is None or getattr(row, typed)), mine[0].place)


class _Unusable(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _typed(place: int, fields: Fields) -> TypedRow:
    def field(name: str) -> str:
        return fields.get(f"{name}-{place}", "").strip()

    levels = (field("level-0"), field("level-1"))
    found = (field(name) for name in ("date", "counted", "thrown", "cause"))
    return TypedRow(place, field("row"), field("decision"), field("reason"), levels, *found)


def _decisions(row: TypedRow, kind: str) -> Iterator[Decision]:
    """One decision for each thing to do about the position."""
    if row.decision not in _DECISIONS:
        if (row.decision != _SEEN and any(row.levels)) or row.reason:
            raise _Unusable("not_chosen")
        return
    if row.decision == "rejected" and not row.reason:
        raise _Unusable("no_reason")
    decision = cast("Literal['accepted', 'rejected', 'changed']", row.decision)
    cabinet_id, item_id, actions = row.about
    if not actions:
        raise _Unusable("not_here")
    for action in actions:
        yield _decision(row, cabinet_id, item_id, action, decision, _levels(row, kind))


def _decision(
    row: TypedRow, cabinet_id: str, item_id: str, action: str, decision: str, levels: Mapping[str, int]
) -> Decision:
    if hide_personal_numbers(row.reason) != row.reason:
        raise _Unusable("personal_number")
    place: dict[str, Any] = {"cabinet_id": cabinet_id, "item_id": item_id, "action": action}
    try:
        return Decision(**place, decision=decision, reason=row.reason or None, **levels)  # type: ignore[arg-type]
    except ValidationError:
        raise _Unusable("too_long" if len(row.reason) > 500 else "not_fit") from None


def _levels(row: TypedRow, kind: str) -> dict[str, int]:
    if row.decision != "changed":
        return {}
    if not all(level.isdecimal() and len(level) < 8 for level in row.levels):
        raise _Unusable(f"levels_missing_{kind}")
    first, second = (int(level) for level in row.levels)
    if kind == "non_brik" and first >= max(second, 1) and (first, second) != (0, 0):
        raise _Unusable("min_above_max")
    names = (f"new_{name}" for name in LEVELS[kind])
    return dict(zip(names, (first, second), strict=True))


def _seen(row: TypedRow) -> Iterator[Seen]:
    if row.decision == _SEEN:
        yield Seen.model_validate(_position(row))


def _dates(row: TypedRow) -> Iterator[ShelfDate]:
    if not row.shelf_date:
        return
    try:
        yield ShelfDate.model_validate({**_position(row), "earliest_expiry": typed_day(row.shelf_date)})
    except ValueError:  # pydantic's is one, too
        raise _Unusable("no_date") from None


def _counts(row: TypedRow) -> Iterator[Counted]:
    if row.counted:
        yield Counted.model_validate({**_position(row), "quantity": _units(row.counted)})


def _discards(row: TypedRow) -> Iterator[Discarded]:
    if row.cause and not row.thrown:
        raise _Unusable("none_thrown")
    if row.thrown and (thrown := _units(row.thrown)):
        try:
            yield Discarded.model_validate({**_position(row), "quantity": thrown, "cause": row.cause or None})
        except ValidationError:
            raise _Unusable("not_fit") from None


def _position(row: TypedRow) -> dict[str, str]:
    cabinet_id, item_id, _ = row.about
    if not (cabinet_id and item_id):
        raise _Unusable("not_here")
    return {"cabinet_id": cabinet_id, "item_id": item_id}


def _units(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= MOST_UNITS):
        raise _Unusable("no_number")
    return int(text)
