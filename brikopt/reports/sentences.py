"""Turn a reason, a code with numbers, into one sentence in Danish or English."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from typing import Any

from brikopt.contract.rules import Language
from brikopt.reason import Reason
from brikopt.reports import wording
from brikopt.reports.wording import Words

# Nobody plans for more than this; beyond it the exact number says nothing.
_MOST_MONTHS = 120
_FIELD = re.compile(r"\{(\w+):(\w+)\}")

Form = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence cut at its fields; ``starts[i]`` is the text before field i."""

    starts: tuple[str, ...]
    fields: tuple[str, ...]
    forms: tuple[Form, ...]
    end: str
    about: str  # said before an amount that is not exact
    under: str  # … but not before one that is said to be small

    def with_numbers(self, numbers: Mapping[str, Any]) -> str:
        parts = zip(self.starts, self.fields, self.forms, strict=True)
        text = "".join([start + form(numbers[field]) for start, field, form in parts])
        text = text.replace(f"{self.about} {self.under}", self.under)
        # "stk." and "kr." bring a full stop of their own.
        return text if self.end == "." and text.endswith(".") else text + self.end


class Sentences:
    """The sentences of one language.

    Parameters
    ----------
    lang : {"da", "en"}
        Language.

    Examples
    --------
    >>> Sentences("da").say(Reason("level_cards", {"count": 1, "qty": 50}))
    '1 brik à 50 stk.'
    """

    def __init__(self, lang: Language) -> None:
        texts = texts_of(lang)
        forms = _forms(texts, lang)
        words: Mapping[str, str] = texts["words"]
        about = words["about"], words["under"].partition("{}")[0]
        self._sentences = {code: _cut(text, forms, *about) for code, text in texts["sentences"].items()}

    def say(self, reason: Reason) -> str:
        """Put one reason into words.

        Parameters
        ----------
        reason : Reason
            Its code is a key of ``[sentences]``; numbers that are missing values read as unknown.

        Returns
        -------
        str

        Raises
        ------
        KeyError
            If the code is unknown or a number that the sentence names is not given.
        """
        return self._sentences[reason.code].with_numbers(reason.numbers)

    def codes(self) -> tuple[str, ...]:
        """List the codes that can be said."""
        return tuple(self._sentences)


@cache
def texts_of(lang: Language) -> Mapping[str, Any]:
    """Read the text file of a language.

    Parameters
    ----------
    lang : {"da", "en"}
        Language.

    Returns
    -------
    mapping
        Its sections: sentences, columns, sheets and so on.
    """
    return tomllib.loads(files("brikopt.reports").joinpath("texts", f"{lang}.toml").read_text("utf-8"))


def _cut(text: str, forms: Mapping[str, Form], about: str, under: str) -> _Sentence:
    *before, end = _FIELD.split(text)
    return _Sentence(
        starts=tuple(before[0::3]),
        fields=tuple(before[1::3]),
        forms=tuple(forms[form] for form in before[2::3]),
        end=end,
        about=about,
        under=under,
    )


def _forms(texts: Mapping[str, Any], lang: Language) -> Mapping[str, Form]:
    """Name the ways a field can be written; every noun is one of them."""
    words = Words(**texts["words"])
    nouns = {name: tuple(pair) for name, pair in texts["nouns"].items()}
    counted = {name: partial(_counted, pair, words=words, lang=lang) for name, pair in nouns.items()}
    return counted | {
        "amount": partial(wording.amount, words=words, lang=lang),
        "whole": partial(wording.decimal, places=0, lang=lang),
        "percent": partial(wording.percent, words=words, lang=lang),
        "kroner": partial(wording.kroner, words=words, lang=lang),
        "saves": partial(wording.saves, words=words, lang=lang),
        "changes": partial(wording.changes, words=words, lang=lang),
        "date": partial(wording.day, words=words, lang=lang),
        "known": lambda known: words.known_date if known else words.inferred_date,
        "weekday": partial(wording.weekday, lang=lang),
        "iso_week": partial(wording.iso_week, lang=lang),
        "months": partial(_months, nouns["month"], words=words, lang=lang),
        "text": str,
    }


def _counted(noun: tuple[str, str], value: float, words: Words, lang: Language) -> str:
    shown = wording.amount(value, words, lang)
    return f"{shown} {noun[0] if wording.takes_singular(shown, lang) else noun[1]}"


def _months(noun: tuple[str, str], value: float, words: Words, lang: Language) -> str:
    if value > _MOST_MONTHS:
        return f"{words.over.format(_MOST_MONTHS)} {noun[1]}"
    return _counted(noun, value, words, lang)
