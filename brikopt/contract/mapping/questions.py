"""What a guess leaves open, and what people answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

NONE = "-"  # the answer "none of these"
Answers = Mapping[str, str]  # Question.key -> one of its options
What = Literal["table", "files", "column", "value", "units", "dates", "decimal", "missing"]


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that names and contents don't tell for certain.

    Parameters
    ----------
    what : str
        ``table``: what a file holds; ``files``: which of several files count; ``column``: where a column stands;
        ``value``: what a text means; ``units``: packs or units; ``dates``, ``decimal``: a form that can be read in two
        ways; ``missing``: no file holds a required table.
    table : str
        Table of the contract; empty where that is asked for.
    subject : str
        File, column, text or numbers in question.
    options : tuple of str
        What may be answered.
    best : str
        The likeliest of them; empty where none is.
    column : str
        Column of the contract that a text stands in.
    """

    what: What
    table: str
    subject: str
    options: tuple[str, ...]
    best: str = ""
    column: str = ""

    @property
    def key(self) -> str:
        """Name the question, for its answer."""
        return "|".join((self.what, self.table, self.column, self.subject))


class Asked:
    """Collects questions, and gives the answers that are known.

    Parameters
    ----------
    answers : mapping of str to str
        By the key of the question.
    """

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self.open: list[Question] = []

    def answer(self, question: Question) -> str | None:
        """Return what was answered; None, and the question is open."""
        known = self._answers.get(question.key)
        if known is None:
            self.open.append(question)
        return known
