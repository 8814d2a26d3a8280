"""How large the simulated region is, and which days it covers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from brikopt.errors import BadInput
from brikopt.world.habits import USUAL, Habits

_LEAST = {
    "units": 1,
    "wards": 1,
    "positions": 1,
    "years": 1,
    "extra_days": 0,
    "items": 0,
    "hospitals_per_unit": 1,
    "pace": 0.01,
    "cover_days": 1.0,
}
_MOST_EXTRA_DAYS = 3652  # ten years


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldSettings:
    """Size, days and seed of a region; checked at birth.

    Parameters
    ----------
    units, wards, positions : int
        Totals over the region.
    years : int
        Years of history before ``as_of``.
    seed : int
        The same seed gives the same region, byte for byte.
    dirty : float
        Share of rows added that break a rule; 0 for clean extracts.
    as_of : date
        The natural moment of decision: the day after the last day of history.
    extra_days : int
        Days that go on from ``as_of``, to check forecasts against.
    hospitals_per_unit : int
        Hospitals of each unit, where its wards are enough for more than one.
    pace : float
        Use of every item, compared with a small region's.
    items : int
        Items in all; few of them lie in many cabinets each. 0: as many as a region of the size uses.
    cover_days : float
        Days of use that the levels were once set for; the use was guessed, and rather high.
    habits : Habits
        What people, suppliers and wards are in the habit of.
    """

    units: int = 1
    wards: int = 12
    positions: int = 1500
    years: int = 3
    seed: int = 0
    dirty: float = 0.003
    as_of: date = date(2025, 3, 1)
    extra_days: int = 0
    hospitals_per_unit: int = 2
    pace: float = 1.0
    items: int = 0
    cover_days: float = 90.0
    habits: Habits = USUAL

    def __post_init__(self) -> None:
        for name, least in _LEAST.items():
            value = getattr(self, name)
            if value < least:
                option = f"--{name.replace('_', '-')}"
                raise BadInput(option, f"{value} is too small.", f"Use {least} or more.")
        if self.years > 30:  # earlier days would fall before 1990, which no extract may hold
            raise BadInput("--years", f"{self.years} is too many.", "Use 30 or fewer.")
        if self.extra_days > _MOST_EXTRA_DAYS:
            raise BadInput("--extra-days", f"{self.extra_days} is too many.", f"Use {_MOST_EXTRA_DAYS} or fewer.")
        if self.wards < self.units:
            problem = f"{self.wards} wards cannot be spread over {self.units} units."
            raise BadInput("--wards", problem, "Use at least as many wards as units.")
        if not 0 <= self.dirty < 0.2:
            raise BadInput("--dirty", f"{self.dirty} is not a share below 0.2.", "Use for example 0.003, or 0.")

    @property
    def first_day(self) -> date:
        """First day of history."""
        return self.as_of.replace(year=self.as_of.year - self.years)

    @property
    def as_of_day(self) -> int:
        """Days from the first day to ``as_of``."""
        return (self.as_of - self.first_day).days

    @property
    def n_days(self) -> int:
        """Days that are lived through."""
        return self.as_of_day + self.extra_days

    def date_of(self, day: int) -> date:
        """Return the date of a day number; the first day is 0."""
        return self.first_day + timedelta(days=day)
