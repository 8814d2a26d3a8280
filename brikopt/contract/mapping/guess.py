"""A stranger's folder -> the mapping by which it is read, as far as names and contents tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from brikopt.contract.decimals import parse_numbers
from brikopt.contract.mapping.columns import Fits, Ids, Match, columns_of, match
from brikopt.contract.mapping.details import date_form_of, decimal_of, units_of, values_of
from brikopt.contract.mapping.groups import ALL, Group, base_name, grouped
from brikopt.contract.mapping.look import Seen
from brikopt.contract.mapping.names import table_likeness
from brikopt.contract.mapping.questions import NONE, Answers, Asked, Question
from brikopt.contract.mapping.settings import Source
from brikopt.contract.tables import INPUTS, InputTable

_TABLES = {table.name: table for table in INPUTS}
_IDS = {"wards": "ward_id", "cabinets": "cabinet_id", "items": "item_id"}
_LIKELY, _SURE, _AHEAD = 0.5, 0.7, 0.05  # of a table's score; and by how much the best is ahead
_POOR = 0.45  # score of a required column below which it is taken for missing


@dataclass(frozen=True, slots=True)
class GuessedSource:
    """One source of a table, with what its files hold."""

    table: str
    source: Source
    group: Group


@dataclass(frozen=True, slots=True)
class Guess:
    """What a folder seems to hold.

    Parameters
    ----------
    sources : tuple of GuessedSource
        In the order of the contract.
    questions : tuple of Question
        What is not certain; empty: the mapping is complete.
    unused : tuple of str
        Files and sheets that are no table of the contract.
    """

    sources: tuple[GuessedSource, ...]
    questions: tuple[Question, ...]
    unused: tuple[str, ...]


def guess(seen: Sequence[Seen], answers: Answers) -> Guess:
    """Guess what a folder holds.

    Parameters
    ----------
    seen : sequence of Seen
        Its tables, as `look` finds them.
    answers : mapping of str to str
        What people answered to questions of earlier guesses.

    Returns
    -------
    Guess
        Only what is certain or was answered; everything else is a question.
    """
    asked = Asked(answers)
    groups = grouped(seen, asked)
    fits = Fits()
    ids: Ids = {}
    ranked = [_ranked(group, ids, fits) for group in groups]
    # Once more, with the ids of what seem to be the wards, cabinets and items.
    ids = _ids(groups, ranked)
    ranked = [_ranked(group, ids, fits) for group in groups]
    holders = _holders(groups, ranked, asked)
    packs: dict[str, int] = {}
    sources = []
    for name, table in _TABLES.items():
        for group, found in holders.get(name, ()):
            source = _source(group, table, found, packs, asked)
            sources.append(GuessedSource(name, source, group))
            if name == "items":
                packs = _pack_sizes(group, source)
    sources += _wards_among_cabinets(sources, fits)
    have = {one.table for one in sources}
    waiting = {option for question in asked.open if question.what == "table" for option in question.options}
    for table in INPUTS:
        if table.required and table.name not in have | waiting:
            asked.answer(Question("missing", table.name, table.name, ()))
    used = {id(one.group) for one in sources}
    unused = tuple(group.place for group in groups if id(group) not in used)
    order = list(_TABLES)
    return Guess(tuple(sorted(sources, key=lambda one: order.index(one.table))), tuple(asked.open), unused)


def _ranked(group: Group, ids: Ids, fits: Fits) -> list[tuple[float, Match]]:
    """Score every table for a group, the best first."""
    found = [match(group, table, ids, fits) for table in INPUTS]
    return sorted(((_score(group, one), one) for one in found), key=lambda pair: -pair[0])


def _score(group: Group, found: Match) -> float:
    """Weigh up how a group's headings, contents and names go with a table."""
    required = [
        found.scores[row, found.place[column.name]] if column.name in found.place else 0.0
        for row, column in enumerate(found.table.columns)
        if column.required
    ]
    taken = [found.scores[row, found.place.get(column.name, 0)] for row, column in enumerate(found.table.columns)]
    used = sum(one >= _SURE for one in taken) / max(len(found.headings), 1)
    names = [base_name(group.seen[0].path.name), group.seen[0].layout.sheet]
    named = max(table_likeness(name, found.table.name) for name in names)
    poor = sum(one < _POOR for one in required)
    return float(0.55 * np.mean(required) + 0.2 * min(used, 1.0) + 0.25 * named - 0.1 * poor)


def _ids(groups: Sequence[Group], ranked: Sequence[Sequence[tuple[float, Match]]]) -> dict[str, frozenset[str]]:
    ids: dict[str, frozenset[str]] = {}
    for table, column in _IDS.items():
        best = max(
            (
                (score, group, found)
                for group, rank in zip(groups, ranked, strict=True)
                for score, found in rank[:1]
                if found.table.name == table and column in found.place
            ),
            key=lambda one: one[0],
            default=None,
        )
        if best is not None and best[0] >= _LIKELY:
            _, group, found = best
            cells = [one.raw.columns[found.headings[found.place[column]]] for one in group.seen]
            ids[column] = frozenset(str(text).strip() for one in cells for text in one.values.to_pylist()) - {""}
    return ids


def _holders(
    groups: Sequence[Group], ranked: Sequence[Sequence[tuple[float, Match]]], asked: Asked
) -> dict[str, list[tuple[Group, Match]]]:
    """Tell which groups hold which table."""
    holders: dict[str, list[tuple[float, Group, Match]]] = {}
    for group, rank in zip(groups, ranked, strict=True):
        by_name = {found.table.name: (score, found) for score, found in rank}
        best, found = rank[0]
        if best < _LIKELY:
            continue
        table: str | None = found.table.name
        if best < _SURE or best - rank[1][0] < _AHEAD:
            likely = [one.table.name for score, one in rank if score >= _LIKELY - _AHEAD][:6]
            table = asked.answer(Question("table", "", group.place, (*likely, NONE), found.table.name))
        if table is not None and table != NONE:
            score, found = by_name[table]
            holders.setdefault(table, []).append((score, group, found))
    return {table: _counting(table, many, asked) for table, many in holders.items()}


def _counting(table: str, many: list[tuple[float, Group, Match]], asked: Asked) -> list[tuple[Group, Match]]:
    """Where files of several kinds seem to hold one table, ask which count."""
    if len(many) == 1:
        return [(group, found) for _, group, found in many]
    places = tuple(group.place for _, group, _ in many)
    best = max(many, key=lambda one: one[0])[1].place
    answer = asked.answer(Question("files", table, "; ".join(places), (*places, ALL), best)) or best
    return [(group, found) for _, group, found in many if answer in (ALL, group.place)]


def _source(group: Group, table: InputTable, found: Match, packs: Mapping[str, int], asked: Asked) -> Source:
    columns = columns_of(found, group, asked)
    sign = decimal_of(group, table, columns, asked)
    first = group.seen[0]
    return Source.model_validate(
        {
            "file": group.patterns,
            "sheet": first.layout.sheet,
            "header_row": first.layout.header,
            "skip": tuple(dict.fromkeys(pattern for one in group.seen for pattern in one.skip)),
            "delimiter": first.layout.delimiter,
            "decimal": sign,
            "dates": date_form_of(group, table, columns, asked),
            "columns": columns,
            "values": values_of(group, table, columns, asked),
            "units": units_of(group, table, columns, packs, sign, asked),
        }
    )


def _pack_sizes(group: Group, source: Source) -> dict[str, int]:
    if not {"item_id", "pack_size"} <= source.columns.keys():
        return {}
    packs = {}
    for one in group.seen:
        items, sizes = (one.raw.columns[source.columns[name]] for name in ("item_id", "pack_size"))
        numbers = parse_numbers(sizes.values, sizes.native, "," if source.decimal == "," else ".")[sizes.codes]
        for item, size in zip(items.codes.tolist(), numbers.tolist(), strict=True):
            packs[str(items.values[item].as_py()).strip()] = int(size) if size >= 1 else 1
    return packs


def _wards_among_cabinets(sources: Sequence[GuessedSource], fits: Fits) -> list[GuessedSource]:
    """Take the wards from a list of cabinets that names them, where they have no list of their own."""
    if any(one.table == "wards" for one in sources):
        return []
    for one in sources:
        if one.table == "cabinets":
            asked = Asked({})
            found = match(one.group, _TABLES["wards"], {}, fits)
            source = _source(one.group, _TABLES["wards"], found, {}, asked)
            if not any(question.what == "column" for question in asked.open):
                return [GuessedSource("wards", source.model_copy(update={"distinct": True}), one.group)]
    return []
