"""The present: moments in UTC, days as people in Denmark count them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

DENMARK = ZoneInfo("Europe/Copenhagen")


def now() -> datetime:
    """Return this moment in UTC, in whole milliseconds."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def danish_day(moment: datetime) -> date:
    """Return the day on which a moment falls in Denmark.

    Examples
    --------
    >>> danish_day(datetime(2025, 3, 1, 23, 30, tzinfo=UTC))
    datetime.date(2025, 3, 2)
    """
    return moment.astimezone(DENMARK).date()
