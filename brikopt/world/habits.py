"""What people, suppliers and wards of a region are in the habit of, and no extract tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

from brikopt.errors import BadInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """The hidden habits of a region; checked at birth.

    Everything typed float is a share from 0 to 1, but for the two where something else is said.

    Parameters
    ----------
    count_every_days : tuple of int
        Gaps between the counts of a cabinet; each cabinet keeps to one of them.
    count_by_lot : float
        Of the counts, those that write each lot down.
    count_wrong : float
        Of the counted rows, those that are a little off.
    recorded : tuple of (float, float)
        Lowest and highest share of the discards that a ward writes down.
    discard_lot_noted : float
        Of the recorded discards, those with lot and date.
    lot_noted, lot_noted_weights : tuple of float
        Share of the deliveries whose lot and date a ward writes down, and how common each share is.
    order_unknown : float
        Of the deliveries, those without their order.
    notes_dates, date_noted : float
        Of the cabinets, those where earliest dates are noted at checks, and of their positions at each check.
    check_every_days : tuple of (int, int)
        Shortest and longest gap between the checks of a cabinet, the longest excluded.
    newest_first : float
        Highest share of a ward's picks that take the newest box.
    card_lost, double_scan : float
        At each scan with hung cards: a card lies in a pocket for weeks; a card is scanned twice.
    not_looked_at, urgent : float
        At each order day of a non-brik shelf; each time something is wanted and not there.
    eye_error : float
        Standard deviation of what the eye makes of a stock, as a share of it; any number from 0.
    damaged : float
        Chance of finding something damaged, for each position and day.
    never_comes, late, short, older_lot : float
        Of the order lines, or of the deliveries.
    batch : float
        Units wanted at once, compared with the usual; any number above 0.
    steadiness : float
        Median shape of the weekly gamma multiplier, any number above 0; small is lumpy.
    lull : float
        Of the four-week stretches, those in which a position isn't wanted at all; the others make up for it.
    shifted, dead, stops, revived : float
        Of the positions: use changes its level once; nothing was ever wanted; use stops one day; and of those
        that stop, the ones that come back.
    """

    count_every_days: tuple[int, ...] = (365, 182)
    count_by_lot: float = 0.35
    count_wrong: float = 0.05
    recorded: tuple[float, float] = (0.3, 0.9)
    discard_lot_noted: float = 0.5
    lot_noted: tuple[float, ...] = (0.1, 0.5, 1.0)
    lot_noted_weights: tuple[float, ...] = (4, 3, 3)
    order_unknown: float = 0.1
    notes_dates: float = 0.6
    date_noted: float = 0.08
    check_every_days: tuple[int, int] = (22, 42)
    newest_first: float = 0.45
    card_lost: float = 0.03
    double_scan: float = 0.003
    not_looked_at: float = 0.1
    urgent: float = 0.25
    eye_error: float = 0.08
    damaged: float = 0.0002
    never_comes: float = 0.01
    late: float = 0.02
    short: float = 0.015
    older_lot: float = 0.04
    batch: float = 1.0
    steadiness: float = 2.0
    lull: float = 0.0
    shifted: float = 0.2
    dead: float = 0.04
    stops: float = 0.07
    revived: float = 0.25

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(field.default, float) and field.name not in {"batch", "steadiness", "eye_error"}:
                _need(0 <= value <= 1, field.name, value, "a share from 0 to 1")
        _need(min(self.batch, self.steadiness) > 0, "batch and steadiness", (self.batch, self.steadiness), "above 0")
        _need(self.lull < 1, "lull", self.lull, "below 1: something has to be wanted some day")
        _need(min(self.count_every_days) >= 1, "count_every_days", self.count_every_days, "a day or more")
        shortest, longest = self.check_every_days
        _need(1 <= shortest < longest, "check_every_days", self.check_every_days, "a shorter and a longer gap")


def _need(holds: bool, name: str, value: object, meant: str) -> None:
    if not holds:
        raise BadInput(f"habits, {name}", f"{value} is not {meant}.", "Correct it.")


USUAL = Habits()
HABITS: Mapping[str, Habits] = MappingProxyType(
    {
        "usual": USUAL,
        # Little is written down: a count in two to six years, few lots, few discards.
        "sparse": Habits(
            count_every_days=(730, 2190),
            count_by_lot=0.1,
            recorded=(0.0, 0.3),
            discard_lot_noted=0.2,
            lot_noted=(0.0, 0.1),
            lot_noted_weights=(7, 3),
            order_unknown=0.4,
            notes_dates=0.1,
            date_noted=0.03,
            check_every_days=(40, 120),
        ),
        # Use comes in bursts: large picks, long lulls, and goods that rest for months and come back.
        "bursty": Habits(batch=2.5, steadiness=0.4, lull=0.6, shifted=0.3, stops=0.2, revived=0.8),
        # Everybody does what the manual says.
        "tidy": Habits(
            count_every_days=(91, 182),
            count_by_lot=0.8,
            count_wrong=0.0,
            recorded=(0.95, 1.0),
            discard_lot_noted=1.0,
            lot_noted=(1.0,),
            lot_noted_weights=(1,),
            order_unknown=0.0,
            notes_dates=1.0,
            date_noted=0.5,
            check_every_days=(28, 32),
            newest_first=0.05,
            card_lost=0.0,
            double_scan=0.0,
            not_looked_at=0.0,
            eye_error=0.0,
            never_comes=0.0,
            late=0.0,
            short=0.0,
            older_lot=0.0,
            steadiness=6.0,
        ),
    }
)
