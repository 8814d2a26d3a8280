"""The rows on which a ward's review is decided, numbered as on the paper that was taken to the shelf."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.reviews.schemas import Kind
from service.web.paper_numbers import Numbers

Key = tuple[str, str]
_LEVEL_ACTIONS = frozenset({"trim", "raise", "remove", "keep"})
LEVELS = {"brik": ("brik_qty", "brik_count"), "non_brik": ("min_level", "max_level")}


@dataclass(frozen=True, slots=True)
class Decided:
    """What somebody decided about a row: accepted, rejected or changed, by whom, and in which review."""

    decision: str
    reason: str
    by: str
    review: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One row to decide about.

    Attributes
    ----------
    number : int or None
        As on the paper: the place on the trim list, in a cabinet without cards that on the guide.
    cabinet_id, item_id, name : str
        The position.
    things : tuple of mapping
        Its lines of the trim list; none where the level stays.
    level : mapping
        Today's and the proposed level, and why it stays or changes.
    earliest : str or None
        First date on the shelf, YYYY-MM-DD.
    decided : Decided or None
        The newest decision that stands.
    rejected : Decided or None
        The newest time that the same advice of an earlier run wasn't followed.
    """

    number: int | None
    cabinet_id: str
    item_id: str
    name: str
    things: tuple[Mapping[str, Any], ...]
    level: Mapping[str, Any]
    earliest: str | None
    decided: Decided | None
    rejected: Decided | None

    @property
    def actions(self) -> tuple[str, ...]:
        """What to do, as the trim list calls it; ``keep`` where there is nothing."""
        return tuple(thing["action"] for thing in self.things) or ("keep",)

    @property
    def takes_level(self) -> bool:
        """Whether another level could be chosen instead."""
        return not _LEVEL_ACTIONS.isdisjoint(self.actions)

    @property
    def id(self) -> str:
        """Names the row in the form, whichever run made it."""
        return json.dumps([self.cabinet_id, self.item_id, *self.actions], ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Lists:
    """What is known of a ward's positions: the trim list, levels, expiry, decisions now and rejections before."""

    things: Sequence[Mapping[str, Any]]
    levels: Sequence[Mapping[str, Any]]
    earliest: Mapping[Key, str | None]
    decided: Mapping[tuple[str, str, str], Decided]
    rejected: Mapping[tuple[str, str, str], Decided]


def rows_with_cards(lists: Lists, cabinets: Iterable[str]) -> list[SheetRow]:
    """Make a row of each line of the trim list that lies in some cabinets, in the list's order."""
    here = set(cabinets)
    levels = {_key(level): level for level in lists.levels}
    return [
        _row(lists, levels.get(_key(thing), {}), (thing,), thing["rank"], thing["name"])
        for thing in lists.things
        if thing["cabinet_id"] in here
    ]


def rows_without_cards(lists: Lists, cabinets: Iterable[str], numbers: Numbers) -> list[SheetRow]:
    """Make a row of each position in some cabinets, in the guide's order.

    Parameters
    ----------
    lists : Lists
    cabinets : iterable of str
    numbers : dict
        As printed; positions that the guide doesn't have come last.
    """
    here = set(cabinets)
    things = defaultdict(list)
    for thing in lists.things:
        things[_key(thing)].append(thing)
    levels = [level for level in lists.levels if level["cabinet_id"] in here]
    rows = [_row(lists, level, tuple(things[_key(level)]), numbers.get(_key(level)), level["name"]) for level in levels]
    last = len(rows) + 1
    return sorted(rows, key=lambda row: (row.number or last, row.cabinet_id, row.name, row.item_id))


def standing_decisions(
    reviews: Iterable[tuple[str, str, Sequence[Mapping[str, Any]]]],
) -> dict[tuple[str, str, str], Decided]:
    """Keep the newest decision about each line.

    Parameters
    ----------
    reviews : iterable of tuple
        Id, who, and decisions of each review that stands; the newest first.
    """
    decided: dict[tuple[str, str, str], Decided] = {}
    for review, who, decisions in reviews:
        for one in decisions:
            key = (one["cabinet_id"], one["item_id"], one["action"])
            decided.setdefault(key, Decided(one["decision"], one.get("reason") or "", who, review))
    return decided


def kinds_of(cabinets: Mapping[str, str]) -> list[Kind]:
    """Name the kinds of a ward's cabinets, those with cards first."""
    kinds: tuple[Kind, ...] = ("brik", "non_brik")
    return [kind for kind in kinds if kind in cabinets.values()]


def _row(
    lists: Lists, level: Mapping[str, Any], things: tuple[Mapping[str, Any], ...], number: int | None, name: str | None
) -> SheetRow:
    cabinet_id, item_id = key = _key(things[0] if things else level)
    actions = [thing["action"] for thing in things] or ["keep"]
    return SheetRow(
        number=number,
        cabinet_id=cabinet_id,
        item_id=item_id,
        name=name or item_id,
        things=things,
        level=level,
        earliest=lists.earliest.get(key),
        decided=next((one for action in actions if (one := lists.decided.get((*key, action)))), None),
        rejected=next((one for action in actions if (one := lists.rejected.get((*key, action)))), None),
    )


def _key(row: Mapping[str, Any]) -> Key:
    return row["cabinet_id"], row["item_id"]
