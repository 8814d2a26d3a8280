"""A guess -> the text of ``mapping.toml``, as somebody would write it by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import tomlkit
from tomlkit.items import Table

from brikopt.contract.mapping.guess import Guess
from brikopt.contract.mapping.settings import Source

_NESTED = ("columns", "constants", "values", "units")


def mapping_text(found: Guess, questions: Sequence[str] = ()) -> str:
    """Write a guess as TOML.

    Parameters
    ----------
    found : Guess
        The sources.
    questions : sequence of str
        What is not answered yet; a mapping with such a list is a draft, which no command takes.

    Returns
    -------
    str
    """
    document = tomlkit.document()
    if questions:
        document.add("open", tomlkit.item(list(questions)).multiline(multiline=True))
    tables: dict[str, list[Table]] = {}
    for one in found.sources:
        tables.setdefault(one.table, []).append(_table(one.source))
    for name, sources in tables.items():
        if len(sources) == 1:
            document.add(name, sources[0])
        else:
            many = tomlkit.aot()
            for source in sources:
                many.append(source)
            document.add(name, many)
    return tomlkit.dumps(document)


def _table(source: Source) -> Table:
    """Write what differs from what is found out by itself."""
    table = tomlkit.table()
    values = source.model_dump(exclude_defaults=True)
    for key, value in values.items():
        if key in _NESTED:
            continue
        plain = list(value) if isinstance(value, tuple) else value
        table.add(key, plain[0] if isinstance(plain, list) and len(plain) == 1 else plain)
    for key in _NESTED:
        if key in values:
            table.add(key, values[key])
    return table


def keep_earlier(path: Path) -> Path | None:
    """Put an earlier mapping aside, so that nothing written by hand is lost; return where it lies now."""
    if not path.exists():
        return None
    number, aside = 1, path.with_name(f"{path.name}.1")
    while aside.exists():
        number, aside = number + 1, path.with_name(f"{path.name}.{number + 1}")
    path.rename(aside)
    return aside
