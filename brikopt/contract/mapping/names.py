"""What tables, columns and values are called in Danish, Norwegian, Swedish and English, and how alike two names are."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Any

from rapidfuzz import fuzz, process

from brikopt.contract.tables import INPUTS, InputColumn

# A name that only contains another one is less alike than one that is the other with its words in another order.
_CONTAINS = 0.8
_LITTLE_WORDS = frozenset({"pr", "per", "a", "á", "à", "i", "in", "af", "av", "of", "the"})
_SWEDISH = str.maketrans("äö", "æø")


@cache
def known_names() -> dict[str, Any]:
    """Return the names that come along, by table, column and value."""
    return tomllib.loads(files("brikopt.contract.mapping").joinpath("names.toml").read_text("utf-8"))


@cache
def plain_name(text: str) -> str:
    """Write a name without capitals, signs and the differences between Danish and Swedish letters.

    Examples
    --------
    >>> plain_name("Förpackning (st.)")
    'førpackning st'
    """
    folded = unicodedata.normalize("NFC", text).casefold().translate(_SWEDISH)
    return " ".join(re.findall(r"[^\W_]+", folded))


@cache
def words_for(kind: str) -> frozenset[str]:
    """Return the words that stand for ``packs`` or ``units``."""
    return frozenset(plain_name(word) for word in known_names()["packs"][kind])


def counted_in(heading: str) -> str:
    """Tell whether a heading says that packs or units are counted: ``words``, ``units`` or nothing.

    Examples
    --------
    >>> counted_in("Antall pakninger"), counted_in("Antal (stk.)"), counted_in("Antal")
    ('words', 'units', '')
    """
    tokens = set(plain_name(heading).split())
    return next((kind for kind in ("words", "units") if tokens & words_for(kind)), "")


@cache
def likeness(heading: str, column: InputColumn) -> float:
    """Tell how much a heading looks like the name of a column; 1 is one of its names.

    Parameters
    ----------
    heading : str
        As sent.
    column : InputColumn
        The column.

    Returns
    -------
    float
        From 0 to 1.
    """
    names = (column.name, *column.aliases, *known_names()["columns"].get(column.name, ()))
    return _alike(heading, tuple(map(plain_name, names)))


@cache
def table_likeness(text: str, table: str) -> float:
    """Tell how much the name of a file or sheet, without its date, looks like the name of a table."""
    return _alike(text, tuple(map(plain_name, (table, *known_names()["tables"].get(table, ())))))


@cache
def best_likeness(heading: str) -> float:
    """Tell how much a text looks like the name of any column at all."""
    return max(likeness(heading, column) for table in INPUTS for column in table.columns)


def _alike(text: str, names: tuple[str, ...]) -> float:
    plain = plain_name(text.split("\0", maxsplit=1)[0])
    if not plain:
        return 0.0
    bare = " ".join(
        word for word in plain.split() if word not in words_for("words") | words_for("units") | _LITTLE_WORDS
    )
    if plain in names:
        return 1.0
    # rapidfuzz counts the letters that have to change, in C: names come misspelt and with their words turned round.
    best = process.extractOne(plain, names, scorer=fuzz.token_sort_ratio)[1]
    inside = process.extractOne(plain, names, scorer=fuzz.token_set_ratio)[1] * _CONTAINS
    alike = max(best, inside) / 100
    return max(alike, 0.97) if bare in names else alike


@cache
def value_of(text: str, column: str, *, flag: bool) -> str | None:
    """Return the contract's word for a text, or None."""
    words = known_names()["flags"] if flag else known_names()["words"].get(column, {})
    plain = plain_name(text) or text.strip()
    return next((word for word, texts in words.items() if plain in map(plain_name, texts) or text in texts), None)


def weekdays_of(text: str) -> str | None:
    """Read the names of weekdays as ISO numbers.

    Examples
    --------
    >>> weekdays_of("man, tors"), weekdays_of("Mandag-fredag"), weekdays_of("tisdag och fredag"), weekdays_of("ofte")
    ('1,4', '1,2,3,4,5', '2,5', None)
    """
    days = {plain_name(name): int(day) for day, names in known_names()["weekdays"].items() for name in names}
    found: set[int] = set()
    for part in re.split(r"[,;/+&]|\b(?:og|och|and)\b", text.casefold()):
        ends = [days.get(plain_name(end)) for end in re.split(r"[-–]", part)]
        if not ends or None in ends or len(ends) > len(("from", "to")):
            return None
        whole = [end for end in ends if end is not None]
        found |= set(range(whole[0], whole[-1] + 1))
    return ",".join(map(str, sorted(found)))
