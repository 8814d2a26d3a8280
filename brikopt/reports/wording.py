"""Numbers, dates and shares as a person writes them in Danish or English."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import pandas as pd
from babel import Locale
from babel.dates import format_date, get_day_names
from babel.numbers import format_decimal

from brikopt.contract.rules import Language

LANGUAGES: tuple[Language, ...] = ("da", "en")

_LOCALES: dict[str, Locale] = {"da": Locale("da", "DK"), "en": Locale("en", "GB")}
_DATES = {"da": "dd-MM-y", "en": "d MMM y"}
# Texts repeat the same few thousand numbers hundreds of thousands of times.
_remembered = lru_cache(maxsize=100_000)


@dataclass(frozen=True, slots=True)
class Words:
    """The fixed words that numbers and dates need, from the text file of the language."""

    unknown: str
    under: str  # {} is the limit
    over: str
    known_date: str
    inferred_date: str
    kroner: str  # {} is the amount
    about: str
    saves: str
    costs: str
    costs_nothing: str
    rises: str
    falls: str


def decimal(value: float, places: int, lang: Language) -> str:
    """Write a number with its decimal sign and thousands separators.

    Parameters
    ----------
    value : float
        A finite number.
    places : int
        Most decimals; zeros at the end are left out.
    lang : {"da", "en"}
        Language.

    Returns
    -------
    str
        Never with a minus before a zero.

    Examples
    --------
    >>> decimal(1234.50, 2, "da")
    '1.234,5'
    """
    # Rounding before the cache makes its keys few; adding 0 takes the sign off a zero.
    return _decimal(round(float(value), places) + 0.0, "#,##0." + "#" * places, lang)


def amount(value: float, words: Words, lang: Language) -> str:
    """Write an amount as precisely as it deserves: whole from 10, one decimal from 1, else two.

    Parameters
    ----------
    value : float
        Units, months, lines; NaN where it is unknown.
    words : Words
        For what is unknown or too small to write.
    lang : {"da", "en"}
        Language.

    Returns
    -------
    str
    """
    if math.isnan(value):
        return words.unknown
    size = abs(value)
    if 0 < size < 0.005:
        return words.under.format(decimal(0.01, 2, lang))
    return decimal(value, 0 if size >= 9.95 else 1 if size >= 1 else 2, lang)


def percent(share: float, words: Words, lang: Language) -> str:
    """Write a share as per cent, one decimal near 0 and 1, and never as certainty where there is none.

    Parameters
    ----------
    share : float
        0 to 1; NaN where it is unknown.
    words : Words
        For what is unknown or nearly 0 or 1.
    lang : {"da", "en"}
        Language.

    Returns
    -------
    str
    """
    if math.isnan(share):
        return words.unknown
    sign = " %" if lang == "da" else "%"
    if 0 < share < 0.001:
        return words.under.format(decimal(0.1, 1, lang) + sign)
    if 0.999 < share < 1:
        return words.over.format(decimal(99.9, 1, lang) + sign)
    return decimal(100 * share, 1 if share < 0.1 or share > 0.9 else 0, lang) + sign


def kroner(value: float, words: Words, lang: Language) -> str:
    """Write Danish kroner, whole from 100, with øre below.

    Parameters
    ----------
    value : float
        DKK; NaN where it is unknown.
    words : Words
        For the currency and what is unknown.
    lang : {"da", "en"}
        Language.

    Returns
    -------
    str
    """
    if math.isnan(value):
        return words.unknown
    if abs(value) >= 100 or value == round(value):
        return words.kroner.format(decimal(value, 0, lang))
    return words.kroner.format(_decimal(round(float(value), 2) + 0.0, "#,##0.00", lang))


def saves(value: float, words: Words, lang: Language) -> str:
    """Say what is saved or, below 0, what it costs; nobody reads a minus in a sentence.

    Parameters
    ----------
    value : float
        DKK; NaN where it is unknown.
    words : Words
        For both, and for what rounds to nothing.
    lang : {"da", "en"}
        Language.

    Returns
    -------
    str
    """
    whole = value if math.isnan(value) else round(value)
    if whole == 0:
        return words.costs_nothing
    return (words.costs if whole < 0 else words.saves).format(kroner(abs(whole), words, lang))


def changes(value: float, words: Words, lang: Language) -> str:
    """Say by how much something rises or, below 0, falls.

    Parameters
    ----------
    value : float
        DKK.
    words : Words
        For both.
    lang : {"da", "en"}
        Language.

    Returns
    -------
    str
    """
    return (words.falls if value < 0 else words.rises).format(kroner(abs(value), words, lang))


def day(value: date | None, words: Words, lang: Language) -> str:
    """Write a date: 01-03-2025 in Danish, 1 Mar 2025 in English.

    Parameters
    ----------
    value : date or Timestamp or datetime64 or None
        A missing one is unknown.
    words : Words
        For what is unknown.
    lang : {"da", "en"}
        Language.

    Returns
    -------
    str
    """
    if value is None or pd.isna(value):
        return words.unknown
    return _day(pd.Timestamp(value).date(), lang)


def weekday(number: int, lang: Language) -> str:
    """Name a weekday.

    Parameters
    ----------
    number : int
        Monday is 0.
    lang : {"da", "en"}
        Language.

    Returns
    -------
    str

    Examples
    --------
    >>> weekday(1, "da")
    'tirsdag'
    """
    return str(get_day_names("wide", locale=_LOCALES[lang])[number])


@_remembered
def iso_week(name: str, lang: Language) -> str:
    """Write an ISO week as people say it.

    Parameters
    ----------
    name : str
        As 2025-W09; anything else, such as a dash for none, stays.
    lang : {"da", "en"}
        Language.

    Returns
    -------
    str

    Examples
    --------
    >>> iso_week("2025-W09", "da"), iso_week("2025-W10", "en")
    ('uge 9, 2025', 'week 10, 2025')
    """
    year, mark, number = name.partition("-W")
    return f"{'uge' if lang == 'da' else 'week'} {int(number)}, {year}" if mark else name


def takes_singular(shown: str, lang: Language) -> bool:
    """Say whether a noun after this number stands in the singular.

    Parameters
    ----------
    shown : str
        The number as ``amount`` wrote it: the noun agrees with what is read, not with what was computed.
    lang : {"da", "en"}
        Language.

    Returns
    -------
    bool
    """
    number = shown.replace(".", "").replace(",", ".") if lang == "da" else shown.replace(",", "")
    try:
        return bool(_LOCALES[lang].plural_form(float(number)) == "one")
    except ValueError:  # "under 0,01" and "ukendt"
        return False


@_remembered
def _decimal(value: float, pattern: str, lang: Language) -> str:
    return str(format_decimal(value, pattern, locale=_LOCALES[lang]))


@_remembered
def _day(value: date, lang: Language) -> str:
    return str(format_date(value, _DATES[lang], locale=_LOCALES[lang]))
