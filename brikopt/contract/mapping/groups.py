"""Files that belong together: parts of one table, told by their names without dates and by their headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

import pandas as pd

from brikopt.contract.files import SUFFIXES
from brikopt.contract.mapping.look import Seen
from brikopt.contract.mapping.questions import Asked, Question

_NUMBERS = re.compile(r"\(\d+\)|\d[\d_. -]*\d|\d")
_DATED = 4  # digits that a date in a name has at least
_OVERLAP = 0.01  # share of rows in common from which two files are no parts of one table
ALL = "*"


@dataclass(frozen=True, slots=True)
class Group:
    """Tables with the same headings in files whose names differ by a date or a number.

    Parameters
    ----------
    patterns : tuple of str
        Names of the files, or a pattern of them.
    seen : tuple of Seen
        At least one; by file name.
    """

    patterns: tuple[str, ...]
    seen: tuple[Seen, ...]

    @property
    def place(self) -> str:
        """Name the files, and the sheet where there is one."""
        sheet = self.seen[0].layout.sheet
        return ", ".join([*self.patterns, *([sheet] if sheet else [])])

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings that all of them have."""
        return tuple(self.seen[0].raw.columns)


def grouped(seen: Sequence[Seen], asked: Asked) -> list[Group]:
    """Put the tables of a folder into groups.

    Parameters
    ----------
    seen : sequence of Seen
        As found.
    asked : Asked
        Gets the question which files count, where several hold the same rows.

    Returns
    -------
    list of Group
    """
    found: dict[tuple[str, str, tuple[str, ...]], list[Seen]] = {}
    for one in seen:
        found.setdefault((base_name(one.path.name), one.layout.sheet, tuple(one.raw.columns)), []).append(one)
    groups = []
    for many in found.values():
        kept, everyone = _counting(many, asked)
        groups.append(Group(_patterns(kept, seen, everyone=everyone), tuple(kept)))
    return groups


def base_name(name: str) -> str:
    """Return the name of a file without its ending, dates and numbers.

    Examples
    --------
    >>> base_name("Leveranser_2024-12 (1).csv"), base_name("leveranser.xlsx")
    ('leveranser', 'leveranser')
    """
    return re.sub(r"[\s_.*-]+", " ", _NUMBERS.sub("*", _parts(name)[0])).strip().casefold()


def _parts(name: str) -> tuple[str, str]:
    ending = next(one for one in sorted(SUFFIXES, key=len, reverse=True) if name.casefold().endswith(one))
    return name[: -len(ending)], name[-len(ending) :]


def _counting(many: Sequence[Seen], asked: Asked) -> tuple[list[Seen], bool]:
    """Tell which files of a group count: all, where they are parts; else one that somebody names."""
    if len(many) == 1:
        return list(many), True
    if _are_parts(many):
        return list(many), True
    names = tuple(one.path.name for one in many)
    subject = ", ".join(names) + (f" ({many[0].layout.sheet})" if many[0].layout.sheet else "")
    # The newest is likely to hold what the others do: a list that is made anew each month.
    answer = asked.answer(Question("files", "", subject, (*names, ALL), names[-1])) or names[-1]
    kept = [one for one in many if answer in (ALL, one.path.name)]
    return kept, answer == ALL


def _are_parts(many: Sequence[Seen]) -> bool:
    rows = [_hashed(one) for one in many]
    return all(
        len(rows[a] & rows[b]) <= _OVERLAP * min(len(rows[a]), len(rows[b])) for a in range(len(rows)) for b in range(a)
    )


def _hashed(one: Seen) -> set[int]:
    texts = {name: cells.values.to_pandas().to_numpy()[cells.codes] for name, cells in one.raw.columns.items()}
    return set(pd.util.hash_pandas_object(pd.DataFrame(texts).astype("str"), index=False).tolist())


def _patterns(kept: Sequence[Seen], seen: Sequence[Seen], *, everyone: bool) -> tuple[str, ...]:
    """Return a pattern with a star for the dates, so that the next extract fits as well; else the names."""
    names = tuple(one.path.name.replace("[", "?") for one in kept)  # a bracket would begin a set of signs
    patterns = {_NUMBERS.sub("*", _parts(name)[0]) + _parts(name)[1] for name in names}
    if len(patterns) > 1 or not everyone or not any(_is_dated(name) for name in names):
        return names
    (pattern,) = patterns
    others = {one.path.name for one in seen} - set(names)
    return names if any(fnmatchcase(other.casefold(), pattern.casefold()) for other in others) else (pattern,)


def _is_dated(name: str) -> bool:
    return any(sum(map(str.isdigit, part)) >= _DATED for part in _NUMBERS.findall(_parts(name)[0]))
