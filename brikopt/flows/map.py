"""Match a stranger's extracts with the contract, ask what isn't certain, and keep the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from brikopt.contract.mapping.groups import ALL
from brikopt.contract.mapping.guess import Guess, GuessedSource, guess
from brikopt.contract.mapping.look import look
from brikopt.contract.mapping.questions import NONE, Question
from brikopt.contract.mapping.settings import MAPPING_FILE, read_mapping
from brikopt.contract.mapping.write import keep_earlier, mapping_text
from brikopt.contract.personal_numbers import hide_personal_numbers
from brikopt.contract.rules import Language
from brikopt.errors import BadInput
from brikopt.reason import Reason
from brikopt.reports.sentences import Sentences

EXAMPLES = 5
# Shows lines, then a question with its choices, of which one may be the likeliest; returns the place of the choice.
Ask = Callable[[Sequence[str], str, Sequence[str], int | None], int]


@dataclass(frozen=True, slots=True)
class Mapped:
    """What came of it.

    Parameters
    ----------
    lines : tuple of str
        What was guessed, with five rows each, and what is to be done next.
    complete : bool
        Whether nothing is open.
    """

    lines: tuple[str, ...]
    complete: bool


def map_extracts(data: Path, out: Path | None = None, *, ask: Ask | None = None, lang: Language = "da") -> Mapped:
    """Write the mapping of a folder.

    Parameters
    ----------
    data : Path
        The stranger's extracts.
    out : Path, optional
        The file to write; by default ``mapping.toml`` among the extracts. An earlier one is put aside.
    ask : callable, optional
        Asks somebody; without it, only what is certain is taken.
    lang : {"da", "en"}
        Language of lines and questions.

    Returns
    -------
    Mapped

    Raises
    ------
    BadInput
        If the folder holds nothing to read, or the mapping can't be written.
    """
    sentences = Sentences(lang)
    seen = look(data)
    answers: dict[str, str] = {}
    found, shown = guess(seen, answers), _NOTHING
    while ask is not None and (asked := next((one for one in found.questions if one.options), None)) is not None:
        labels = [_label(asked, option, sentences) for option in asked.options]
        best = asked.options.index(asked.best) if asked.best else None
        lines = [line for line in _lines_about(asked, found, sentences) if line not in shown]
        answers[asked.key] = asked.options[ask(lines, _worded(asked, sentences), labels, best)]
        found, shown = guess(seen, answers), (*shown, *lines)
    path = out or data / MAPPING_FILE
    aside = _write(path, mapping_text(found, [_with_choices(one, sentences) for one in found.questions]))
    complete = not found.questions
    if complete:
        read_mapping(path)  # what no command would take must not be left behind unsaid
    return Mapped(tuple(_lines(found, data, path, aside, sentences)), complete)


_NOTHING: tuple[str, ...] = ()


def _write(path: Path, text: str) -> Path | None:
    try:
        aside = keep_earlier(path)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        problem = f"the mapping can't be written ({error.strerror or error})."
        raise BadInput(f"--out {path}", problem, "Name a file in a folder that can be written.") from None
    return aside


def _lines(found: Guess, data: Path, path: Path, aside: Path | None, sentences: Sentences) -> list[str]:
    lines = [line for one in found.sources for line in _lines_of(one, sentences)]
    lines += [sentences.say(Reason("map_unused", {"place": place})) for place in found.unused]
    lines += [_with_choices(question, sentences) for question in found.questions]
    if aside is not None:
        lines.append(sentences.say(Reason("map_kept", {"path": str(aside)})))
    code = "map_draft" if found.questions else "map_saved"
    counted: dict[str, str | int] = {"path": str(path), "data": str(data), "questions": len(found.questions)}
    return [*lines, sentences.say(Reason(code, {**counted}))]


def _lines_of(one: GuessedSource, sentences: Sentences) -> list[str]:
    """Show a source: every column with its heading and five of its cells."""
    lines = [sentences.say(Reason("map_source", {"place": one.group.place, "table": one.table}))]
    raw = one.group.seen[0].raw
    plain = {heading.split("\0")[0]: cells for heading, cells in reversed(list(raw.columns.items()))}
    for column, heading in one.source.columns.items():
        cells = [plain[heading].at(row).strip() for row in range(min(len(raw.lines), EXAMPLES))]
        unit = one.source.units.get(column)
        name = f"{column} × {unit}" if unit is not None else column
        shown = hide_personal_numbers(" | ".join(cells))
        lines.append(sentences.say(Reason("map_column", {"column": name, "heading": heading, "cells": shown})))
    return lines


def _lines_about(question: Question, found: Guess, sentences: Sentences) -> Iterable[str]:
    """Show what is known already of the table that a question is about."""
    return [line for one in found.sources if one.table == question.table for line in _lines_of(one, sentences)]


def _worded(question: Question, sentences: Sentences) -> str:
    subject = hide_personal_numbers(question.subject)
    numbers = {"table": question.table, "column": question.column, "subject": subject}
    return sentences.say(Reason(f"map_ask_{question.what}", numbers))


def _with_choices(question: Question, sentences: Sentences) -> str:
    if not question.options:
        return _worded(question, sentences)
    return f"{_worded(question, sentences)} {' / '.join(_label(question, one, sentences) for one in question.options)}"


def _label(question: Question, option: str, sentences: Sentences) -> str:
    """Put an option into words, with some of what it holds where it is a heading."""
    if option == NONE:
        return sentences.say(Reason("map_none", {}))
    if option == ALL and question.what == "files":
        return sentences.say(Reason("map_all", {}))
    if question.what == "units":
        return sentences.say(Reason(f"map_{option}", {}))
    return option.split("\0", maxsplit=1)[0]
