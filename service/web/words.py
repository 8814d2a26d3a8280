"""The words of the pages, and how they write numbers, kroner, shares, days and moments."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from babel.dates import format_datetime

from brikopt.contract.outputs import Column, Kind
from brikopt.contract.rules import Language
from brikopt.reports import sentences, wording
from brikopt.reports.cells import is_share
from brikopt.reports.wording import Words
from service.clock import DENMARK

LANGUAGES: tuple[Language, ...] = ("da", "en")
_MOMENTS = {"da": "dd-MM-y 'kl.' HH.mm", "en": "d MMM y 'at' HH:mm"}
_BLANK = "–"


@cache
def page_texts(lang: Language) -> Mapping[str, Any]:
    """Read the pages' text file of a language."""
    return tomllib.loads(files("service.web").joinpath("texts", f"{lang}.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Speech:
    """One language, as templates use it; a value that is missing reads as a dash.

    Parameters
    ----------
    lang : {"da", "en"}
        Language.

    Examples
    --------
    >>> Speech("da").kroner(1234.5), Speech("da").day("2025-03-01"), Speech("en").percent(None)
    ('1.234 kr.', '01-03-2025', '–')
    """

    lang: Language

    @property
    def texts(self) -> Mapping[str, Any]:
        """The pages' own texts."""
        return page_texts(self.lang)

    def heading(self, column: str) -> str:
        """Return a column's heading, the same as in the workbook."""
        own: Mapping[str, str] = self.texts["columns"]
        return own.get(column) or str(sentences.texts_of(self.lang)["columns"].get(column, column))

    def value(self, column: str, code: object) -> str:
        """Return what a code word of a column means."""
        return str(sentences.texts_of(self.lang)["values"].get(column, {}).get(code, code))

    def cell(self, column: Column, value: Any) -> str:  # noqa: ANN401 - whatever the list holds
        """Write a value of a list as people read it: 82 % for a share, days as days, code words as words."""
        if value is None or value == "":
            return _BLANK
        if is_share(column):
            return self.percent(value)
        writers: Mapping[Kind, Callable[[Any], str]] = {
            Kind.DKK: self.kroner,
            Kind.UNITS: self.count,
            Kind.NUMBER: self.amount,
            Kind.RATE: lambda rate: wording.decimal(rate, 3, self.lang),
            Kind.DATE: self.day,
            Kind.FLAG: lambda flag: str(self.texts["words"]["yes" if flag else "no"]),
        }
        return writers.get(column.kind, lambda code: self.value(column.name, code))(value)

    def plain(self, value: float) -> str:
        """Write a number as somebody would type it."""
        return f"{value:g}".replace(".", "," if self.lang == "da" else ".")

    def step(self, name: str) -> str:
        """Return what a step of a run is called, the same as on the command line."""
        return str(sentences.texts_of(self.lang)["steps"].get(name, name))

    def kroner(self, value: float | None) -> str:
        """Write an amount of money, whole kroner."""
        return _BLANK if value is None else wording.kroner(round(value), self._words, self.lang)

    def saves(self, value: float | None) -> str:
        """Say what is saved or, below 0, what it costs."""
        return _BLANK if value is None else wording.saves(value, self._words, self.lang)

    def percent(self, value: float | None) -> str:
        """Write a share."""
        return _BLANK if value is None else wording.percent(value, self._words, self.lang)

    def amount(self, value: float | None) -> str:
        """Write units as precisely as they deserve."""
        return _BLANK if value is None else wording.amount(value, self._words, self.lang)

    def count(self, value: float) -> str:
        """Write a whole number."""
        return wording.decimal(value, 0, self.lang)

    def day(self, value: date | str | None) -> str:
        """Write a day."""
        if not value:
            return _BLANK
        return wording.day(date.fromisoformat(value) if isinstance(value, str) else value, self._words, self.lang)

    def week(self, code: str) -> str:
        """Write an ISO week, such as 2025-W09.

        Examples
        --------
        >>> Speech("da").week("2025-W09")
        'uge 9, 2025'
        """
        year, _, number = code.partition("-W")
        words: str = self.texts["words"]["week"]
        return words.format(number=number.lstrip("0"), year=year) if number else code

    def week_has_passed(self, code: str, today: date) -> bool:
        """Whether an ISO week, such as 2025-W09, ended before today.

        Examples
        --------
        >>> Speech("da").week_has_passed("2025-W09", date(2025, 3, 3))
        True
        """
        year, _, number = code.partition("-W")
        return bool(number) and date.fromisocalendar(int(year), int(number), 7) < today

    def moment(self, value: datetime | None) -> str:
        """Write a moment as clocks in Denmark show it."""
        if value is None:
            return _BLANK
        return str(format_datetime(value.astimezone(DENMARK), _MOMENTS[self.lang], locale=self.lang))

    @property
    def _words(self) -> Words:
        return Words(**sentences.texts_of(self.lang)["words"])
