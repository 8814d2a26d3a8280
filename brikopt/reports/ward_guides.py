"""Make the trimming guides of a run: gather what is known of each item, rank it, and put it into words."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import quote

import pandas as pd

from brikopt.contract.rules import Language
from brikopt.expiry.out_of_date import LEAST_CHANCE
from brikopt.reason import Reason
from brikopt.reports.guide import Edition, Guide, GuideCabinet, GuideRow, Task
from brikopt.reports.left_out import LeftOut, attempted, parted
from brikopt.reports.ordering_words import habit_words
from brikopt.reports.sentences import texts_of
from brikopt.reports.things import MINUTES

Say = Callable[[Reason], str]
Row = dict[Any, Any]  # a record of a frame

MOST_FIRST = 5  # rows named at the top of a guide
MOST_MOVES = 5  # moves of one item told one by one; an item may go to hundreds of cabinets
ADDRESS = "{base}/afsnit/{ward}"  # where the service has the page of a ward
# A region's frames are wide and long: only what is used is taken out of them.
_THING_COLUMNS = ["cabinet_id", "item_id", "rank", "section", "action", "saving_dkk_per_year", "reason"]
_POSITION_COLUMNS = [
    "cabinet_id",
    "item_id",
    "name",
    "earliest_expiry",
    "expiry_known",
    "shelf_life_days",
    "p_stale",
    "min_level",
    "max_level",
    "new_min_level",
    "new_max_level",
    "reason",
    "habit_lines",
    "habit_quantity",
    "habit_gap_days",
    "last_ordered",
    "silent",
]


@dataclass(frozen=True, slots=True)
class GuideBasis:
    """What guides are made from.

    Parameters
    ----------
    cabinets : DataFrame
        Cabinets without cards: ``cabinet_id``, ``ward_id``, ``ward_name``, ``hospital``, ``unit``.
    positions : DataFrame
        Positions of these cabinets, with levels, earliest expiry, habit, and in ``reason`` why the level stays or
        changes.
    things : DataFrame
        Columns of ``trim_list.csv`` and ``section``; what lies in other cabinets is left out.
    """

    cabinets: pd.DataFrame
    positions: pd.DataFrame
    things: pd.DataFrame


def ward_guides(basis: GuideBasis, edition: Edition, say: Say) -> tuple[list[Guide], list[LeftOut]]:
    """Make the guide of every ward that has a cabinet without cards.

    Parameters
    ----------
    basis : GuideBasis
        What the run found.
    edition : Edition
        The run and its language.
    say : callable
        Puts a reason into words, in the edition's language.

    Returns
    -------
    tuple of list of Guide and list of LeftOut
        By ward id; and the wards whose guide could not be put into words.
    """
    here = basis.things[basis.things["cabinet_id"].isin(basis.cabinets["cabinet_id"])]
    things = defaultdict(list)
    for thing in here[_THING_COLUMNS].sort_values("rank", kind="stable").to_dict("records"):
        things[thing["cabinet_id"], thing["item_id"]].append(thing)
    positions = defaultdict(list)
    for position in basis.positions[_POSITION_COLUMNS].to_dict("records"):
        positions[position["cabinet_id"]].append(position)

    def draft(position: Row) -> Row:
        return _draft(position, things.get((position["cabinet_id"], position["item_id"]), []), edition, say)

    wards = basis.cabinets.sort_values(["ward_id", "cabinet_id"], kind="stable").groupby("ward_id", sort=True)
    return parted(
        attempted(f"guide: {ward_id}", partial(_guide, ward.to_dict("records"), positions, draft, edition, say))
        for ward_id, ward in wards
    )


def _guide(
    cabinets: Sequence[Row],
    positions: Mapping[str, list[Row]],
    draft: Callable[[Row], Row],
    edition: Edition,
    say: Say,
) -> Guide:
    numbered, number = [], 0
    for cabinet in cabinets:
        found = sorted(map(draft, positions.get(cabinet["cabinet_id"], [])), key=_as_ranked)
        rows = tuple(GuideRow(number=number + place, **one) for place, one in enumerate(found, start=1))
        number += len(rows)
        numbered.append(
            GuideCabinet(cabinet["cabinet_id"], rows, _summary(rows, cabinet.get("kind") == "medicine", say))
        )
    rows = tuple(row for cabinet in numbered for row in cabinet.rows)
    ward = cabinets[0]
    stale = ", ".join(str(row.number) for row in rows if row.stale)
    return Guide(
        ward_id=ward["ward_id"],
        ward_name=_one_line(ward["ward_name"]),
        hospital=_one_line(ward["hospital"]),
        unit=_one_line(ward["unit"]),
        cabinets=tuple(numbered),
        first=_first(rows, say),
        stale=say(Reason("guide_stale", {"numbers": stale})) if stale else "",
        address=ADDRESS.format(base=edition.base_url.rstrip("/"), ward=quote(ward["ward_id"], safe="")),
        edition=edition,
    )


def _as_ranked(draft: Row) -> tuple[float, str, str]:
    """As on the ward's list, by the first thing to do about an item; then what may stay, by name."""
    return math.inf if draft["rank"] is None else draft["rank"], draft["name"], draft["item_id"]


def _summary(rows: Sequence[GuideRow], is_medicine: bool, say: Say) -> str:
    to_do = sum(row.dkk_per_minute is not None for row in rows)
    told = say(Reason("guide_items", {"items": len(rows), "todo": to_do}))
    return f"{told} {say(Reason('guide_medicine', {}))}" if is_medicine else told


def _first(rows: Sequence[GuideRow], say: Say) -> tuple[tuple[int, str], ...]:
    """The first rows of the ward's list, whatever their cabinet; what is out of date already is named by itself."""
    todo = [row for row in rows if row.rank is not None and not row.stale]
    best = sorted(todo, key=lambda row: (row.rank, row.number))[:MOST_FIRST]
    code = "guide_line_in" if len({row.cabinet_id for row in rows}) > 1 else "guide_line"
    lines = []
    for row in best:
        what = ", ".join(dict.fromkeys(task.word for task in row.tasks))
        facts: dict[str, int | float | str] = {
            "number": row.number,
            "name": row.name,
            "cabinet": row.cabinet_id,
            "what": what,
        }
        lines.append((row.number, say(Reason(code, facts))))
    return tuple(lines)


def _draft(position: Row, things: Sequence[Row], edition: Edition, say: Say) -> Row:
    """A row without its number."""
    worth = _dkk_per_minute(things)
    sections: Mapping[str, str] = texts_of(edition.lang)["values"]["section"]
    stamp = position["earliest_expiry"]
    day: date | None = None if stamp is pd.NaT else stamp.date()
    known = bool(position["expiry_known"])
    levels = {name: int(position[name]) for name in ("min_level", "max_level", "new_min_level", "new_max_level")}
    new = (levels["new_min_level"], levels["new_max_level"])
    stays = new == (levels["min_level"], levels["max_level"])
    return {
        "cabinet_id": position["cabinet_id"],
        "item_id": position["item_id"],
        "name": _one_line(position["name"]),
        "earliest_expiry": day,
        "expiry_known": known,
        "expiry_text": _expiry(position, day, edition.lang, say),
        "stale": bool(position["p_stale"] >= LEAST_CHANCE),
        "rank": int(things[0]["rank"]) if things else None,
        "section": sections[things[0]["section"]] if things else "",
        "habit_text": say(habit_words(position, say)),
        **levels,
        "level_text": say(_level(levels["min_level"], levels["max_level"])),
        "new_level_text": "" if stays else say(_level(*new)),
        "tasks": _tasks(position, things, edition, say),
        "dkk_per_minute": worth,
        "worth_text": say(Reason("guide_worth", {"dkk": worth})) if worth else "–",
    }


def _expiry(position: Row, day: date | None, lang: Language, say: Say) -> str:
    if day is None and math.isnan(position["shelf_life_days"]):
        return str(texts_of(lang)["guide"]["no_expiry"])
    if day is None:
        return str(texts_of(lang)["words"]["unknown"])
    return say(Reason("guide_known" if position["expiry_known"] else "guide_inferred", {"earliest_expiry": day}))


def _level(min_level: int, max_level: int) -> Reason:
    if max_level == 0:
        return Reason("level_none", {})
    return Reason("guide_level", {"min_level": min_level, "max_level": max_level})


def _tasks(position: Row, things: Sequence[Row], edition: Edition, say: Say) -> tuple[Task, ...]:
    """What to do, in the order of the trim list; of many moves the best are told, and how many more there are."""
    texts = texts_of(edition.lang)
    words: Mapping[str, str] = texts["values"]["action"]
    blind: Mapping[str, str] = texts["guide"]["blind"] if edition.blind_count else {}
    if not things:
        return (Task("keep", words["keep"], position["reason"]),)
    moves = [thing for thing in things if thing["action"] == "move"]
    more = Reason("guide_more_moves", {"more": len(moves) - MOST_MOVES})
    tasks, moved = [], 0
    for thing in things:
        action, why = thing["action"], thing["reason"]
        if action == "move":
            moved += 1
            if moved > MOST_MOVES + 1:
                continue
            why = why if moved <= MOST_MOVES else say(more)
        tasks.append(Task(action, words[action], blind.get(action, why)))
    return tuple(tasks)


def _dkk_per_minute(things: Sequence[Row]) -> float | None:
    """DKK saved a year for a minute of work at the cabinet, over everything to do about an item."""
    if not things:
        return None
    saving = sum(float(thing["saving_dkk_per_year"]) for thing in things)
    return saving / sum(MINUTES[thing["action"]] for thing in things)


def _one_line(text: str) -> str:
    return " ".join(text.split())
