"""Settings worth pricing for one position: cards, or min and max where there are no cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

# Card sizes, steps and mins to try: round numbers, the same whatever is expected, so that advice moves from one to the
# next only where it is worth it.
ROUND = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
ROUNDER = (1.2, 2.0, 3.0, 5.0, 8.0)  # of what is larger
LARGER = 20
LONGEST_COVER = 120.0  # days of use beyond the time to deliver that a full shelf may hold, however dear
MOST_COVER = 730.0  # and however cheap
ECONOMIC_ORDERS = 1.5  # economic orders that a full shelf may hold beyond the time to deliver
BURSTS = 2.0  # of the largest that may be seen, that a full shelf may hold
OF_A_BURST = (0.35, 0.7, 1.0)  # as mins to try, where a burst is more than those below
MIN_COVERS = (0.0, 0.35, 0.7, 1.0, 1.4, 2.0, 3.0, 4.5)  # of the use until goods arrive, as mins to try


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one position; arrays of shape (n_settings,), today's first.

    Parameters
    ----------
    min_level, max_level : ndarray of int64
        Units.
    brik_qty, brik_count : ndarray of int64
        Units a card and cards; 0 where there are no cards.
    """

    min_level: IntArray
    max_level: IntArray
    brik_qty: IntArray
    brik_count: IntArray

    def take(self, rows: IntArray | BoolArray) -> Settings:
        """Return some of the settings, in the order of ``rows``."""
        return Settings(self.min_level[rows], self.max_level[rows], self.brik_qty[rows], self.brik_count[rows])


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a position's new levels have to keep.

    Parameters
    ----------
    pack_size : int
        Units in a pack; cards hold whole packs.
    brik_counts : sequence of int
        Numbers of cards that are allowed.
    critical : bool
        A critical item has at least two cards, and is never removed.
    protected : bool
        A protected item is never removed, and its levels are never lowered.
    may_remove : bool
        Whether removal is worth asking for.
    may_raise : bool
        Whether more may be proposed than lies there today: not of what is probably dead, replaced, or in a closed ward.
    """

    pack_size: int
    brik_counts: Sequence[int]
    critical: bool
    protected: bool
    may_remove: bool
    may_raise: bool = True


def round_sizes(highest: int) -> IntArray:
    """Round numbers of packs up to a highest one; fewer of them where there would be many.

    Examples
    --------
    >>> round_sizes(10).tolist()
    [1, 2, 3, 4, 5, 6, 8, 10]
    >>> round_sizes(130).tolist()
    [1, 2, 3, 5, 8, 12, 20, 30, 50, 80, 120]
    """
    if highest <= LARGER:
        return _ladder(ROUND, highest)
    return np.union1d([1], _ladder(ROUNDER, highest)).astype(np.int64)


def _ladder(digits: tuple[float, ...], highest: int) -> IntArray:
    rungs = _rungs(digits, len(str(max(highest, 1))))
    return rungs[: np.searchsorted(rungs, max(highest, 1), side="right")]


@lru_cache(maxsize=64)
def _rungs(digits: tuple[float, ...], places: int) -> IntArray:
    """All round numbers of up to so many places; everybody gets the same array, and leaves it as is."""
    powers = 10.0 ** np.arange(places)
    numbers = np.outer(powers, digits).ravel()
    whole = np.unique(numbers[numbers == np.rint(numbers)]).astype(np.int64)
    # Below 10, where tens of round digits are no whole numbers.
    small = np.array([1, 2, 3, 4, 5, 6, 8] if digits == ROUND else [1, 2, 3, 5, 8], dtype=np.int64)
    return np.union1d(whole, small)


@lru_cache(maxsize=64)
def _round_packs(places: int) -> frozenset[int]:
    return frozenset({0, *_rungs(ROUND, places).tolist()})


def is_round(units: int, pack_size: int) -> bool:
    """Whether a number of units is a round number of packs; none at all is."""
    packs, loose = divmod(units, pack_size)
    return loose == 0 and packs in _round_packs(len(str(packs)))


def _round_number(number: float) -> int:
    """The round number nearest to one; 0 stays 0."""
    if number <= 0:
        return 0
    rungs = _ladder(ROUND, int(2 * number) + 2)
    return int(rungs[np.argmin(np.abs(np.log(rungs / number)))])


def longest_cover(use_per_day: float, order_line: float, holding_unit_day: float) -> float:
    """Days of use that a full shelf may hold beyond the time to deliver.

    Parameters
    ----------
    use_per_day : float
        Expected use, units.
    order_line : float
        DKK per order line.
    holding_unit_day : float
        DKK for a unit on the shelf for a day.

    Returns
    -------
    float

    Notes
    -----
    An economic order (Harris 1913) is sqrt(2 × order line × use / holding) units.

    Examples
    --------
    >>> longest_cover(use_per_day=1.0, order_line=18.0, holding_unit_day=0.001)
    284.60498941515414
    """
    if use_per_day <= 0:
        return LONGEST_COVER
    if holding_unit_day <= 0:
        return MOST_COVER
    economic = np.sqrt(2.0 * order_line / (holding_unit_day * use_per_day))
    return float(np.clip(ECONOMIC_ORDERS * economic, LONGEST_COVER, MOST_COVER))


def card_settings(
    today: Settings,
    bounds: Bounds,
    use_per_day: float,
    cover_days: float,
    longest: float = LONGEST_COVER,
    burst: int = 0,
) -> Settings:
    """List card settings: today's, then every allowed number of cards with sizes from one pack up, then none at all.

    Parameters
    ----------
    today : Settings
        The present setting, one row.
    bounds : Bounds
        What new levels have to keep.
    use_per_day : float
        Expected use, units.
    cover_days : float
        Days until an order placed now arrives.
    longest : float
        Days of use that a full shelf may hold beyond those.
    burst : int
        Most units that may be wanted until then: where use comes in bursts, far more than is expected.

    Returns
    -------
    Settings
        Today's comes first, even where it is not allowed; the rest keep the bounds.

    Examples
    --------
    >>> today = Settings(*(np.array([units]) for units in (10, 20, 10, 2)))
    >>> bounds = Bounds(pack_size=10, brik_counts=[2], critical=False, protected=True, may_remove=False)
    >>> card_settings(today, bounds, use_per_day=0.1, cover_days=3).max_level.tolist()
    [20, 40]
    """
    most_used = max(use_per_day * (cover_days + longest), BURSTS * burst)
    largest = _largest(int(today.max_level[0]), most_used, bounds.pack_size)
    parts = [bounds.pack_size * round_sizes(largest // (bounds.pack_size * count)) for count in bounds.brik_counts]
    # Today's full stock and today's card size, cut into other numbers of cards.
    for at, cards in enumerate(bounds.brik_counts):
        same_stock = int(today.max_level[0]) // cards // bounds.pack_size * bounds.pack_size
        # The smallest card that lowers neither max nor min, for goods that may not be lowered.
        not_lower = max(-(-int(today.max_level[0]) // cards), -(-int(today.min_level[0]) // max(cards - 1, 1)))
        not_lower = -(-not_lower // bounds.pack_size) * bounds.pack_size
        like_today = (same_stock, not_lower, int(today.brik_qty[0]))
        parts[at] = np.union1d(parts[at], [qty for qty in like_today if qty > 0])
    qty = np.concatenate(parts)
    count = np.repeat(np.asarray(bounds.brik_counts), [len(part) for part in parts])
    allowed = (count >= 2) | (not bounds.critical)
    found = Settings((count - 1) * qty, count * qty, qty, count).take(allowed)
    return _joined(today, found, bounds)


def min_max_settings(
    today: Settings,
    bounds: Bounds,
    use_per_day: float,
    cover_days: float,
    longest: float = LONGEST_COVER,
    burst: int = 0,
) -> Settings:
    """List min and max levels: today's, then mins around the use until goods arrive with steps of whole packs above.

    Parameters and result are those of `card_settings`.
    """
    most_used = max(use_per_day * (cover_days + longest), BURSTS * burst)
    largest = _largest(int(today.max_level[0]), most_used, bounds.pack_size)
    need = use_per_day * cover_days
    mins = np.array([_round_number(np.ceil(share * (need + np.sqrt(need)))) for share in MIN_COVERS], dtype=np.int64)
    if burst > mins.max():
        mins = np.append(mins, [_round_number(share * burst) for share in OF_A_BURST])
    mins = np.union1d(mins, today.min_level)
    steps = bounds.pack_size * round_sizes(max(largest // bounds.pack_size, 1))
    min_level, step = (grid.ravel() for grid in np.meshgrid(mins, steps))
    none = np.zeros(len(min_level), dtype=np.int64)
    found = Settings(min_level, min_level + step, none, none)
    return _joined(today, found.take(found.max_level <= largest), bounds)


def _largest(max_level: int, most_used: float, pack_size: int) -> int:
    return max(int(1.25 * max_level), int(np.ceil(most_used)), 4 * pack_size)


def _joined(today: Settings, found: Settings, bounds: Bounds) -> Settings:
    """Today's setting, then the others that keep the bounds, then none at all."""
    other = (found.min_level != today.min_level[0]) | (found.max_level != today.max_level[0])
    other |= found.brik_count != today.brik_count[0]
    # Without cards, a critical item is ordered before the last of it is gone.
    other &= (not bounds.critical) | (found.brik_count > 0) | (found.min_level >= 1)
    if not bounds.may_raise:
        other &= ~raises(today, found)
    if bounds.protected:
        other &= (found.min_level >= today.min_level[0]) & (found.max_level >= today.max_level[0])
    parts = [today, found.take(other)]
    if bounds.may_remove and not bounds.protected and not bounds.critical:
        parts.append(Settings(*(np.zeros(1, dtype=np.int64) for _ in range(4))))
    return Settings(
        np.concatenate([part.min_level for part in parts]),
        np.concatenate([part.max_level for part in parts]),
        np.concatenate([part.brik_qty for part in parts]),
        np.concatenate([part.brik_count for part in parts]),
    )


def raises(today: Settings, found: Settings) -> BoolArray:
    """Tell which settings are more than today's: a larger max, or as large a one with a larger min."""
    more: BoolArray = (found.max_level > today.max_level[0]) | (
        (found.max_level == today.max_level[0]) & (found.min_level > today.min_level[0])
    )
    return more


def with_advised(settings: Settings, advised: Settings, bounds: Bounds) -> Settings:
    """Add an earlier proposal to the settings, where it is none of them and keeps the bounds."""
    listed = (settings.min_level == advised.min_level[0]) & (settings.max_level == advised.max_level[0])
    listed &= settings.brik_count == advised.brik_count[0]
    if listed.any() or advised.max_level[0] == 0 or not keeps_rules(advised, bounds):
        return settings
    today = settings.take(np.zeros(1, dtype=np.int64))
    kept = _joined(today, advised, replace(bounds, may_remove=False))
    names = [field.name for field in fields(Settings)]
    return Settings(*(np.concatenate([getattr(settings, name), getattr(kept, name)[1:]]) for name in names))


def keeps_rules(today: Settings, bounds: Bounds) -> bool:
    """Whether today's setting is allowed: cards by the policy; without cards, min below max, or nothing at all."""
    qty, count = int(today.brik_qty[0]), int(today.brik_count[0])
    if count == 0:
        return bool(today.max_level[0] == 0 or today.min_level[0] < today.max_level[0])
    return count in bounds.brik_counts and qty % bounds.pack_size == 0 and (count >= 2 or not bounds.critical)
