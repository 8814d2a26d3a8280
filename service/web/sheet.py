"""The rows on which a ward's review is decided, numbered as on the paper that was taken to the shelf."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from brikopt.reports.sections import SECTIONS, section_of
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
    section : str
        The part of the list that its first line belongs to; blank where the level stays.
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
    section: str
    decided: Decided | None
    rejected: Decided | None

    @property
    def actions(self) -> tuple[str, ...]:
        """What to do, as the trim list calls it; ``keep`` where there is nothing."""
        return tuple(thing["action"] for thing in self.things) or ("keep",)

    @property
    def says(self) -> str:
        """The advice, so that an answer to other advice is told from one to this."""
        return "; ".join(f"{thing['action']} {thing['from']} {thing['to']}" for thing in self.things)

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
        section=_section(things[0], level) if things else "",
        decided=next((one for action in actions if (one := lists.decided.get((*key, action)))), None),
        rejected=next((one for action in actions if (one := lists.rejected.get((*key, action)))), None),
    )


def _section(thing: Mapping[str, Any], level: Mapping[str, Any]) -> str:
    """The part of the list; results of earlier versions name no promise."""
    return section_of(thing["action"], float(level.get("fill_rate") or 1.0), float(level.get("min_fill_rate") or 0.0))


def in_parts(rows: Sequence[SheetRow]) -> list[tuple[str, str, list[SheetRow]]]:
    """Part rows as the list does.

    Parameters
    ----------
    rows : sequence of SheetRow
        With something to do, in order.

    Returns
    -------
    list of tuple of str, str and list of SheetRow
        Section, cabinet and rows. Cabinets follow one another where rows are numbered by cabinet, and are blank where
        they aren't; one part without a name where the order isn't that of the sections, as in results of earlier
        versions.
    """
    by_cabinet = [list(part) for _, part in groupby(rows, key=lambda row: row.cabinet_id)]
    apart = len(by_cabinet) == len({row.cabinet_id for row in rows}) and len(by_cabinet) > 1
    found = []
    for here in by_cabinet if apart else [list(rows)]:
        places = [SECTIONS.index(row.section) for row in here]
        if places != sorted(places):
            return [("", "", list(rows))]
        found += [
            (section, here[0].cabinet_id if apart else "", list(part))
            for section, part in groupby(here, key=lambda row: row.section)
        ]
    return found


def _key(row: Mapping[str, Any]) -> Key:
    return row["cabinet_id"], row["item_id"]
