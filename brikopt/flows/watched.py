"""One change that the watch tells of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

EPOCH = date(1970, 1, 1).toordinal()
WATCHED_DAYS = 730  # older changes are no news
POSITION, ITEM, WARD = "position", "item", "ward"


@dataclass(frozen=True, slots=True)
class Known:
    """A change that an earlier result told of."""

    key: tuple[str, ...]  # level, cabinet, item, ward, measure, change
    from_date: date
    to_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of use or of stock.

    Parameters
    ----------
    level : {"position", "item", "ward"}
        Where it is seen.
    rows : tuple of int
        Rows of its positions in the evidence.
    cabinet_id, item_id, ward_id : str
        Empty where the level has none.
    what : str
        Name of the item, or of the ward.
    first_day, last_day : float
        Between which it came, in nine cases of ten; days since 1970-01-01.
    before, before_sd, after, after_sd : float
        Units a usual day and how far off they may be; of stock units, of a ward's stock DKK.
    chance : float
        That there is one.
    change : {"rise", "fall", "stop", "restart"}
    dkk : float
        What it is worth a year, or in stock.
    positions : int
        That say so.
    cause : str
        Likely: replaced_item, ward_activity, new_procedure, season, counted, or unknown.
    measure : {"use", "stock"}
    is_new : bool
        Not told by the result before.
    """

    level: str
    rows: tuple[int, ...]
    cabinet_id: str
    item_id: str
    ward_id: str
    what: str
    first_day: float
    last_day: float
    before: float
    before_sd: float
    after: float
    after_sd: float
    chance: float
    change: str
    dkk: float
    positions: int = 1
    cause: str = "unknown"
    measure: str = "use"
    is_new: bool = True

    @property
    def from_date(self) -> date:
        """First day of the interval."""
        return date.fromordinal(EPOCH + int(self.first_day))

    @property
    def to_date(self) -> date:
        """Last day of the interval."""
        return date.fromordinal(EPOCH + int(self.last_day))

    @property
    def rises(self) -> bool:
        """Whether there is more than before."""
        return self.after > self.before

    @property
    def key(self) -> tuple[str, ...]:
        """Where it is, and what."""
        return self.level, self.cabinet_id, self.item_id, self.ward_id, self.measure, self.change

    def is_known_as(self, known: Known) -> bool:
        """Whether an earlier result told of it: the same place and direction, at days that meet."""
        return known.key == self.key and known.from_date <= self.to_date and self.from_date <= known.to_date

    def meets(self, other: Change, slack: float = 45.0) -> bool:
        """Whether another change goes the same way at about the same time."""
        near = self.first_day - slack <= other.last_day and other.first_day - slack <= self.last_day
        return near and self.rises == other.rises
