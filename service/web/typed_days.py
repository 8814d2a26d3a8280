"""Days as people type them off a pack."""

from __future__ import annotations

import calendar
import re
from datetime import date

# Day first, as in Denmark; with all digits written, nothing need stand between them.
_DAY = re.compile(r"(?P<day>\d{1,2})[-./ ](?P<month>\d{1,2})[-./ ](?P<year>\d{4}|\d{2})")
_DIGITS = re.compile(r"(?P<day>\d{2})(?P<month>\d{2})(?P<year>\d{4}|\d{2})")
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})")
_MONTH = re.compile(r"(?P<month>\d{1,2})[-./ ](?P<year>\d{4})")
_ISO_MONTH = re.compile(r"(?P<year>\d{4})[-./ ](?P<month>\d{1,2})")
_CENTURY = 2000


def typed_day(text: str) -> date:
    """Read a day.

    Parameters
    ----------
    text : str
        Day, month and year, or month and year alone.

    Returns
    -------
    date
        The last day of the month where no day is written: the goods are good to its end.

    Raises
    ------
    ValueError
        If it is no day.

    Examples
    --------
    >>> typed_day("1.3.2026"), typed_day("010326"), typed_day("02-2028")
    (datetime.date(2026, 3, 1), datetime.date(2026, 3, 1), datetime.date(2028, 2, 29))
    """
    found = next((match for one in (_DAY, _DIGITS, _ISO, _MONTH, _ISO_MONTH) if (match := one.fullmatch(text))), None)
    if found is None:
        raise ValueError(f"{text!r} is no day; write it as 31-12-2025")
    parts = {name: int(value) for name, value in found.groupdict().items()}
    year, month = parts["year"] + (_CENTURY if parts["year"] < 100 else 0), parts["month"]
    return date(year, month, parts["day"] if "day" in parts else calendar.monthrange(year, month)[1])
