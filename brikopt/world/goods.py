"""The items that the region buys."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.world.names import COLOURS, GOODS, SIZES
from brikopt.world.streams import key, normal, pick, uniform

IntArray = NDArray[np.int64]

PACKS = (1, 2, 5, 10, 20, 25, 50, 100)
PACK_WEIGHTS = (15, 14, 20, 20, 11, 8, 8, 4)
SHELF_LIVES = (180, 365, 540, 730, 1095, 1460, 1825)  # days
SHELF_LIFE_WEIGHTS = (6, 12, 13, 25, 25, 9, 10)


def n_items_for(positions: int, cabinets: int, wished: int = 0) -> int:
    """Return how many items a region of this size uses: those wished for, or 25,000 at 230,000 positions, fewer below.

    However few the cabinets, there are items enough to fill them, each item once.
    """
    usual = wished or min(positions, int(25_000 * (positions / 230_000) ** 0.68))
    return max(2, usual, -(-positions * 3 // (2 * cabinets)))


def make_items(n_items: int, seed: int) -> pd.DataFrame:
    """Invent the items.

    Returns
    -------
    DataFrame
        The columns of ``items`` (contract, section 2); whole numbers as int64, absent shelf lives as NaN. And
        ``popularity`` (how many cabinets want it) and ``pace`` (units a day in an average ward), hidden.
    """
    number = np.arange(n_items)
    pack = np.array(PACKS)[pick(key(seed, "pack", number), len(PACKS), PACK_WEIGHTS)]
    price = np.exp(np.log(14.0) + 1.5 * normal(key(seed, "price", number)) - 0.55 * np.log(pack / 5)).clip(0.25, 4000)
    pace = np.exp(
        np.log(0.22) + 0.95 * normal(key(seed, "pace", number)) + 0.75 * np.log(pack / 5) - 0.12 * np.log(price)
    )
    goods = pick(key(seed, "goods", number), len(GOODS))
    names = _names(goods, seed)
    return pd.DataFrame(
        {
            "item_id": _item_ids(n_items, seed),
            "name": names,
            "gtin": _gtins(n_items, seed),
            "category": pd.Series([GOODS[g][1] for g in goods], dtype="str"),
            "pack_size": pack,
            "unit_price_dkk": price.round(2),
            "unit_volume_litres": np.exp(np.log(0.11) + 0.9 * normal(key(seed, "volume", number)))
            .clip(0.005, 6)
            .round(3),
            "shelf_life_days": _shelf_lives(n_items, seed),
            "critical": uniform(key(seed, "critical", number)) < 0.07,
            **_supply(n_items, seed),
            **_climate(price, seed),
            "substitute_group": _groups(goods, seed),
            "ecolabel": uniform(key(seed, "ecolabel", number)) < 0.12,
            "replaced_by": pd.Series([""] * n_items, dtype="str"),
            "popularity": np.exp(0.9 * normal(key(seed, "popularity", number))),
            "pace": pace,
        }
    )


def _item_ids(n_items: int, seed: int) -> pd.Series:
    """Seven digits, without repeats; about a tenth begin with zeros, as old item numbers do."""
    spread = 9_000_000 // n_items
    place = np.argsort(uniform(key(seed, "item order", np.arange(n_items))))
    code = 1_000_000 + place * spread + pick(key(seed, "item code", np.arange(n_items)), spread)
    old = uniform(key(seed, "old number", np.arange(n_items))) < 0.1
    code = np.where(old, 50 + place, code)
    return pd.Series([f"{c:07d}" for c in code], dtype="str")


def _names(goods: IntArray, seed: int) -> pd.Series:
    number = np.arange(len(goods))
    size = pick(key(seed, "size", number), len(SIZES))
    measure = 2 + pick(key(seed, "measure", number), 58)
    colour = pick(key(seed, "colour", number), len(COLOURS))
    rows = zip(goods, size, measure, colour, strict=True)
    return pd.Series([f"{GOODS[g][0]} {SIZES[s].format(m)}{COLOURS[c]}" for g, s, m, c in rows], dtype="str")


def _gtins(n_items: int, seed: int) -> pd.Series:
    """Fourteen digits with the GS1 check digit; a fifth of the items has none."""
    number = np.arange(n_items)
    body = 5_700_000_000_000 + pick(key(seed, "gtin", number), 10**9) * 10 + number % 10
    digits = body[:, None] // 10 ** np.arange(13) % 10
    check = -(digits * np.where(np.arange(13) % 2 == 0, 3, 1)).sum(axis=1) % 10
    known = uniform(key(seed, "gtin known", number)) < 0.8
    texts = [f"{b:013d}{c}" if k else "" for b, c, k in zip(body, check, known, strict=True)]
    return pd.Series(texts, dtype="str")


def _shelf_lives(n_items: int, seed: int) -> NDArray[np.float64]:
    number = np.arange(n_items)
    life = np.array(SHELF_LIVES, dtype=np.float64)[
        pick(key(seed, "life", number), len(SHELF_LIVES), SHELF_LIFE_WEIGHTS)
    ]
    return np.where(uniform(key(seed, "expires", number)) < 0.65, life, np.nan)


def _supply(n_items: int, seed: int) -> dict[str, NDArray[np.generic]]:
    """Stocked goods come in a few days, goods ordered home in one to four weeks."""
    number = np.arange(n_items)
    stocked = uniform(key(seed, "stocked", number)) < 0.85
    near, far = 1 + pick(key(seed, "near", number), 3), 6 + pick(key(seed, "far", number), 20)
    mean = np.where(stocked, near, far)
    spread = np.where(stocked, 0.4, mean * (0.15 + 0.3 * uniform(key(seed, "lead sd", number))))
    return {
        "stocked": stocked,
        "lead_time_days_mean": mean.astype(np.float64),
        "lead_time_days_sd": spread.round(1),
    }


def _climate(price: NDArray[np.float64], seed: int) -> dict[str, NDArray[np.float64]]:
    number = np.arange(len(price))
    co2e = 0.03 * price**0.75 * np.exp(0.5 * normal(key(seed, "co2e", number)))
    flown = uniform(key(seed, "flown", number)) < 0.12
    share = np.where(flown, 0.3 + 0.6 * uniform(key(seed, "flown share", number)), 0.0)
    return {"co2e_kg_per_unit": co2e.clip(0.005).round(3), "air_freight_share": share.round(2)}


def _groups(goods: IntArray, seed: int) -> pd.Series:
    """About a quarter of the items can stand in for another of the same goods."""
    number = np.arange(len(goods))
    variant = pick(key(seed, "variant", number), max(1, len(goods) // 120))
    grouped = uniform(key(seed, "grouped", number)) < 0.27
    labels = [f"E{g:02d}-{v}" if is_in else "" for g, v, is_in in zip(goods, variant, grouped, strict=True)]
    return pd.Series(labels, dtype="str")
