"""Units, hospitals, wards and cabinets."""

from __future__ import annotations

import numpy as np
import pandas as pd

from brikopt.world.names import EXCLUDED_FOR, SPECIALTIES, TOWNS
from brikopt.world.settings import WorldSettings
from brikopt.world.streams import key, normal, pick, uniform

ORDER_DAYS = ("1,2,3,4,5", "1,3,5", "2,4", "1,4", "1,3", "2,5", "3", "1")
_SITES = ("", " Syd", " Nord", " Vest", " Øst")
DELIVERY_DAYS = ("1,2,3,4,5", "1,2,3,4,5", "2,4", "1,3,5", "2,3,4,5", "4")


def make_wards(settings: WorldSettings) -> pd.DataFrame:
    """Lay out the wards, spread evenly over the units.

    Returns
    -------
    DataFrame
        The columns of ``wards`` (contract, section 2), and ``size``: how much the ward uses, 1 on average.
        ``nonbrik_relevant`` is filled in once the cabinets are known.
    """
    seed, number = settings.seed, np.arange(settings.wards)
    unit = number * settings.units // settings.wards
    site = number % settings.hospitals_per_unit if settings.wards >= 8 * settings.units else np.zeros_like(number)
    towns = [_town(int(u)) for u in unit]
    hospitals = [f"Sygehuset {town}{_SITES[s % len(_SITES)]}" for town, s in zip(towns, site, strict=True)]
    order_days = pick(key(seed, "order days", number), len(ORDER_DAYS))
    delivery_days = pick(key(seed, "delivery days", number), len(DELIVERY_DAYS))
    # SOR codes have 15 or 16 digits; 15 keeps them apart from anything that could be a person's number.
    sor = 10**14 + pick(key(seed, "sor", number), 10**9) * 10**5 + number
    return pd.DataFrame(
        {
            "ward_id": pd.Series([f"{u + 1:02d}{n + 1:04d}" for u, n in zip(unit, number, strict=True)], dtype="str"),
            "ward_name": pd.Series([_ward_name(int(n)) for n in number], dtype="str"),
            "hospital": pd.Series(hospitals, dtype="str"),
            "unit": pd.Series([f"Hospitalsenhed {town}" for town in towns], dtype="str"),
            "order_days": pd.Series([ORDER_DAYS[i] for i in order_days], dtype="str"),
            "delivery_days": pd.Series([DELIVERY_DAYS[i] for i in delivery_days], dtype="str"),
            "nonbrik_relevant": False,
            "sor_code": pd.Series(sor.astype(str), dtype="str"),
            **_validity(settings),
            "size": np.exp(0.5 * normal(key(seed, "ward size", number)) - 0.125),
        }
    )


def make_cabinets(wards: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Give each ward a brik cabinet, a non-brik cabinet, or both; every tenth has a second brik cabinet.

    Returns
    -------
    DataFrame
        cabinet_id, ward_id, kind, and hidden: ``ward`` (its row) and ``share`` (how many positions it holds).
    """
    number = np.arange(len(wards))
    kinds = pick(key(seed, "kinds", number), 4, weights=[0.35, 0.45, 0.1, 0.1])
    layouts = (("brik",), ("brik", "non_brik"), ("non_brik",), ("brik", "brik", "non_brik"))
    # The first ward has both kinds, so that even the smallest region shows the whole world.
    layout = [layouts[1 if n == 0 else k] for n, k in zip(number, kinds, strict=True)]
    ward = np.repeat(number, [len(kinds) for kinds in layout])
    row = np.arange(len(ward))
    return pd.DataFrame(
        {
            "cabinet_id": pd.Series([f"S{n + 10001:05d}" for n in row], dtype="str"),
            "ward_id": wards["ward_id"].to_numpy()[ward],
            "kind": pd.Series([kind for kinds in layout for kind in kinds], dtype="str"),
            "ward": ward,
            "share": wards["size"].to_numpy()[ward] * np.exp(0.3 * normal(key(seed, "cabinet share", row))),
        }
    )


def in_scope(wards: pd.DataFrame, cabinets: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Fill in ``nonbrik_relevant``: wards with a non-brik cabinet, but for one in ten that are let off."""
    has_nonbrik = wards["ward_id"].isin(cabinets.loc[cabinets["kind"] == "non_brik", "ward_id"])
    let_off = uniform(key(seed, "let off", np.arange(len(wards)))) < 0.1
    return wards.assign(nonbrik_relevant=has_nonbrik & ~let_off)


def _town(unit: int) -> str:
    around, town = divmod(unit, len(TOWNS))
    return TOWNS[town] + (f" {around + 1}" if around else "")


def _ward_name(number: int) -> str:
    around, specialty = divmod(number, len(SPECIALTIES))
    return f"{SPECIALTIES[specialty]}, afsnit {around + 1}{'ABCDEFGH'[specialty % 8]}"


def _validity(settings: WorldSettings) -> dict[str, pd.Series]:
    """One ward in fifteen counts only from a day on; one in twenty-five no longer counts."""
    number = np.arange(settings.wards)
    chance = uniform(key(settings.seed, "validity", number))
    day = pick(key(settings.seed, "validity day", number), settings.as_of_day)
    on = pd.Series([pd.Timestamp(settings.date_of(int(d))) for d in day], dtype="datetime64[s]")
    reason = pick(key(settings.seed, "excluded", number), len(EXCLUDED_FOR))
    ended = (chance > 0.96) & (number > 0)
    return {
        "valid_from": on.where((chance < 0.07) & (number > 0)),
        "valid_to": on.where(ended),
        "excluded_reason": pd.Series(np.where(ended, np.array(EXCLUDED_FOR)[reason], ""), dtype="str"),
    }
