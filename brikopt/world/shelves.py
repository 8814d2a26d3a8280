"""Which item lies in which cabinet, at what levels, and the habits nobody writes down."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.world.settings import WorldSettings
from brikopt.world.streams import KeyArray, key, normal, pick, uniform

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

BRIK_COUNTS, BRIK_COUNT_WEIGHTS = (1, 2, 3, 4), (4, 73, 14, 9)
NEVER = 1 << 30  # a day that does not come

# How use changes: once, on some day up to a year after as_of; or it stops, and comes back after a pause.
CHANGES_AHEAD = 365  # days
SHIFT_SPREAD = 0.6  # standard deviation of the log of the factor
SHORTEST_PAUSE, PAUSE_SPREAD = 90, 300  # days

# Habits that all shelves of a region have in common.
SHARED_HABITS = (
    "count_wrong",
    "discard_lot_noted",
    "order_unknown",
    "date_noted",
    "card_lost",
    "double_scan",
    "not_looked_at",
    "urgent",
    "eye_error",
    "damaged",
    "never_comes",
    "late",
    "short",
    "older_lot",
    "lull",
)

# One shelf of one position: what is written on it, and the hidden habits of the people who use it.
SHELF = np.dtype(
    [
        ("use_key", "u8"),  # stream of what is wanted
        ("hand_key", "u8"),  # stream of everything people do with it
        ("item_key", "u8"),  # stream of the item's lots …
        ("last_lot", "i8"),  # … up to this one …
        ("later_key", "u8"),  # … and of those after it
        ("ward", "i8"),
        ("cabinet", "i8"),
        ("item", "i8"),
        ("is_brik", "b1"),
        ("min_level", "i8"),  # units
        ("max_level", "i8"),  # units
        ("brik_qty", "i8"),  # units per card; 0 in non-brik cabinets
        ("brik_count", "i8"),  # cards; 0 in non-brik cabinets
        ("pack_size", "i8"),  # units
        ("rate", "f8"),  # units a day on an ordinary weekday
        ("batch", "f8"),  # mean units wanted at once, at least 1
        ("steadiness", "f8"),  # shape of the weekly gamma multiplier; small is lumpy
        ("shift_day", "i8"),  # from this day on the rate is multiplied by shift_factor
        ("shift_factor", "f8"),
        ("dead_from", "i8"),  # nothing is wanted from this day on …
        ("back_from", "i8"),  # … until this one
        ("first_day", "i8"),  # the position exists in [first_day, end_day)
        ("end_day", "i8"),
        ("newest_share", "f8"),  # of the picks, from the newest lot
        ("recorded_share", "f8"),  # of what is thrown away
        ("lot_share", "f8"),  # of the deliveries with lot and date written down
        *((name, "f8") for name in SHARED_HABITS),  # as in Habits
        ("shelf_life", "i8"),  # days; 0 = does not expire
        ("lot_span", "i8"),  # days for which the central store gives out one lot
        ("lead_mean", "f8"),  # days
        ("lead_sd", "f8"),
    ]
)


def make_shelves(
    settings: WorldSettings, items: pd.DataFrame, cabinets: pd.DataFrame
) -> tuple[NDArray[np.void], pd.DataFrame]:
    """Fill the cabinets.

    Parameters
    ----------
    settings : WorldSettings
        Size and days.
    items, cabinets : DataFrame
        As made by ``make_items`` and ``make_cabinets``.

    Returns
    -------
    shelves : ndarray of SHELF, shape (n_shelves,)
        Listed positions first, sorted by cabinet, then shelves whose item was replaced.
    items : DataFrame
        The items, with ``replaced_by`` filled in.
    """
    cabinet, item = _choose(settings, items, cabinets)
    shelves = _shelves(settings, items, cabinets, cabinet, item)
    return _replace_some(settings, items, shelves)


def _choose(settings: WorldSettings, items: pd.DataFrame, cabinets: pd.DataFrame) -> tuple[IntArray, IntArray]:
    """Draw the items of each cabinet without repeats, the popular ones more often."""
    rooms = _apportion(settings.positions, cabinets["share"].to_numpy(), len(items))
    number = np.arange(len(items))
    weight = np.log(items["popularity"].to_numpy())
    chosen = []
    for cabinet, room in enumerate(rooms):
        # The highest scores with Gumbel noise are a draw without repeats by weight.
        score = weight - np.log(-np.log(uniform(key(settings.seed, "assortment", cabinet, number))))
        chosen.append(np.sort(np.argsort(-score, kind="stable")[:room]))
    return np.repeat(np.arange(len(cabinets)), rooms), np.concatenate(chosen)


def _apportion(total: int, share: FloatArray, most: int) -> IntArray:
    """Split ``total`` by share in whole numbers, at most ``most`` each; what does not fit is left out."""
    rooms = np.zeros(len(share), dtype=np.int64)
    for _ in range(len(share) + 1):
        open_rooms = np.where(rooms < most, share, 0.0)
        left = total - rooms.sum()
        if left <= 0 or not open_rooms.any():
            break
        bounds = np.floor(np.cumsum(open_rooms) / open_rooms.sum() * left + 1e-9).astype(np.int64)
        rooms = np.minimum(rooms + np.diff(bounds, prepend=0), most)
    return rooms


def _shelves(
    settings: WorldSettings, items: pd.DataFrame, cabinets: pd.DataFrame, cabinet: IntArray, item: IntArray
) -> NDArray[np.void]:
    seed, habits = settings.seed, settings.habits
    shelves = np.zeros(len(cabinet), dtype=SHELF)
    for name in SHARED_HABITS:
        shelves[name] = getattr(habits, name)
    shelves["cabinet"], shelves["item"] = cabinet, item
    shelves["ward"] = ward = cabinets["ward"].to_numpy()[cabinet]
    shelves["is_brik"] = (cabinets["kind"] == "brik").to_numpy()[cabinet]
    for name in ("use", "hand"):
        shelves[f"{name}_key"] = key(seed, name, cabinet, item)
    shelves["item_key"], shelves["last_lot"] = key(seed, "lots", item), NEVER
    goods = items.iloc[item]
    life = goods["shelf_life_days"].fillna(0).to_numpy().astype(np.int64)
    shelves["pack_size"], shelves["shelf_life"] = goods["pack_size"], life
    shelves["lead_mean"], shelves["lead_sd"] = goods["lead_time_days_mean"], goods["lead_time_days_sd"]
    span = np.where(goods["stocked"], 21 + pick(key(seed, "lot span", item), 63), 7)
    shelves["lot_span"] = np.where(life > 0, np.minimum(span, life // 4), span)
    shelves["newest_share"] = (habits.newest_first * uniform(key(seed, "newest first", ward))) ** 1.2
    least, most = habits.recorded
    shelves["recorded_share"] = least + (most - least) * uniform(key(seed, "recorded", ward))
    noted = pick(key(seed, "lot habit", ward), len(habits.lot_noted), habits.lot_noted_weights)
    on_item = 0.6 + 0.4 * uniform(key(seed, "lot on item", item))
    shelves["lot_share"] = np.array(habits.lot_noted)[noted] * on_item
    shelves["end_day"] = settings.n_days
    _set_use(shelves, settings, settings.pace * goods["pace"].to_numpy(), cabinets["share"].to_numpy()[cabinet])
    _set_levels(shelves, settings)
    return shelves


def _set_use(shelves: NDArray[np.void], settings: WorldSettings, pace: FloatArray, size: FloatArray) -> None:
    """Draw rates, lumpiness, and what happens to them over the years."""

    def stream(purpose: str) -> KeyArray:
        return key(settings.seed, purpose, shelves["cabinet"], shelves["item"])

    habits = settings.habits
    rate = pace * np.sqrt(size) * np.exp(0.6 * normal(stream("rate")))
    shelves["rate"] = rate.clip(0.002, 60)
    typical = np.maximum(1.0, 0.35 * np.sqrt(shelves["pack_size"])) + 0.6 * np.sqrt(shelves["rate"])
    shelves["batch"] = np.maximum(1.0, habits.batch * typical * np.exp(0.4 * normal(stream("batch"))))
    shelves["steadiness"] = np.exp(np.log(habits.steadiness) + 0.7 * normal(stream("steadiness")))
    # A change may also come in the year after as_of, whether or not those days are lived through.
    day = pick(stream("change day"), settings.as_of_day + CHANGES_AHEAD)
    chance = uniform(stream("change"))
    shelves["shift_day"] = np.where(chance < habits.shifted, day, NEVER)
    shelves["shift_factor"] = np.exp(SHIFT_SPREAD * normal(stream("shift")))
    always = chance > 1 - habits.dead
    later = (chance > 1 - habits.dead - habits.stops) & ~always
    shelves["dead_from"] = np.where(always, 0, np.where(later, day, NEVER))
    returns = later & (uniform(stream("returns")) < habits.revived)
    shelves["back_from"] = np.where(returns, day + SHORTEST_PAUSE + pick(stream("pause"), PAUSE_SPREAD), NEVER)
    new = uniform(stream("new")) < 0.04
    shelves["first_day"] = np.where(new, pick(stream("active from"), settings.as_of_day), 0)


def _set_levels(shelves: NDArray[np.void], settings: WorldSettings) -> None:
    """Set the levels to be safe: many weeks of a use that was guessed, rounded to whole packs."""
    seed, stream = settings.seed, (shelves["cabinet"], shelves["item"])
    guess = shelves["rate"] * np.exp(0.25 + 0.6 * normal(key(seed, "guess", *stream)))
    days = settings.cover_days * np.exp(0.4 * normal(key(seed, "cover", *stream))) + shelves["lead_mean"]
    wish = guess * days
    brik, pack = shelves["is_brik"], shelves["pack_size"]
    count = np.array(BRIK_COUNTS)[pick(key(seed, "cards", *stream), len(BRIK_COUNTS), BRIK_COUNT_WEIGHTS)]
    card = np.maximum(1, np.round(wish / count / pack)).astype(np.int64) * pack
    shelves["brik_qty"], shelves["brik_count"] = np.where(brik, card, 0), np.where(brik, count, 0)
    by_eye_max = np.maximum(2, np.maximum(1, np.round(wish * 0.8 / pack)) * pack).astype(np.int64)
    by_eye_min = np.round(by_eye_max * (0.15 + 0.5 * uniform(key(seed, "by eye", *stream)))).astype(np.int64)
    shelves["max_level"] = np.where(brik, card * count, by_eye_max)
    shelves["min_level"] = np.where(brik, card * (count - 1), np.minimum(by_eye_min, by_eye_max - 1))


def _replace_some(
    settings: WorldSettings, items: pd.DataFrame, shelves: NDArray[np.void]
) -> tuple[NDArray[np.void], pd.DataFrame]:
    """Let some items follow an older item number: its shelves end on the day the new one's begin."""
    successor = np.flatnonzero(uniform(key(settings.seed, "is successor", np.arange(len(items)))) < 0.02)
    switch = settings.as_of_day // 4 + pick(key(settings.seed, "switch", successor), settings.as_of_day // 2)
    olds = items.iloc[successor].copy()
    olds["item_id"] = pd.Series([f"{49 - n % 40:02d}{90000 + n:05d}" for n in successor], dtype="str").to_numpy()
    olds["replaced_by"] = items["item_id"].to_numpy()[successor]
    olds["gtin"], olds["substitute_group"] = "", ""
    day_of = np.full(len(items), -1, dtype=np.int64)
    day_of[successor] = switch
    old_number = np.zeros(len(items), dtype=np.int64)
    old_number[successor] = len(items) + np.arange(len(successor))

    followed = np.flatnonzero(day_of[shelves["item"]] >= 0)
    before = shelves[followed].copy()
    now = shelves.copy()
    now["first_day"][followed] = day_of[before["item"]]
    before["first_day"], before["end_day"] = 0, day_of[before["item"]]
    before["item"] = old_number[before["item"]]
    before["hand_key"] = key(settings.seed, "hand", before["cabinet"], before["item"])
    before["item_key"] = key(settings.seed, "lots", before["item"])
    return np.concatenate([now, before]), pd.concat([items, olds], ignore_index=True)
