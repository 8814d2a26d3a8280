"""Why something is recommended: a code and its numbers. The words are made in ``reports``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence not yet put into words.

    Parameters
    ----------
    code : str
        Key of the sentence in ``reports/texts``.
    numbers : mapping
        What the sentence names: units, days, dates, kroner.
    """

    code: str
    numbers: Mapping[str, int | float | str | date | bool]
