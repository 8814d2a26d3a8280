"""Reviews of wards, and items that somebody protects."""

from __future__ import annotations

import numpy as np
import pandas as pd

from brikopt.world.names import OWNERS, PROTECTED_FOR
from brikopt.world.settings import WorldSettings
from brikopt.world.streams import key, pick, uniform

NO_DAY = pd.Timestamp("NaT")


def make_reviews(settings: WorldSettings, cabinets: pd.DataFrame) -> pd.DataFrame:
    """Let some wards be reviewed, from a year before ``as_of`` on; now and then a ward is reviewed twice.

    Returns
    -------
    DataFrame
        The columns of ``reviews`` (contract, section 2), in the order of their days.
    """
    scopes = cabinets[["ward", "ward_id", "kind"]].drop_duplicates().reset_index(drop=True)
    number = scopes["ward"].to_numpy() * 2 + (scopes["kind"] == "non_brik")
    rounds = []
    for turn, share_brik, share_other in ((0, 0.9, 0.6), (1, 0.1, 0.05)):
        chance = uniform(key(settings.seed, "reviewed", number, turn))
        done = chance < np.where(scopes["kind"] == "brik", share_brik, share_other)
        first = max(0, settings.as_of_day - 365)
        day = first + pick(key(settings.seed, "review day", number, turn), 500)
        group = 1 + pick(key(settings.seed, "reviewer", number, turn), 4)
        dates = pd.Series([pd.Timestamp(settings.date_of(int(d))) for d in day], dtype="datetime64[s]")
        names = pd.Series([f"logistik {g}" for g in group], dtype="str")
        rounds.append(scopes.assign(reviewed_at=dates, reviewer=names)[done & (day < settings.n_days)])
    reviews = pd.concat(rounds).sort_values(["reviewed_at", "ward_id", "kind"])
    return reviews[["reviewed_at", "ward_id", "kind", "reviewer"]].reset_index(drop=True)


def make_protected(settings: WorldSettings, items: pd.DataFrame, wards: pd.DataFrame) -> pd.DataFrame:
    """Protect about one item in sixty, everywhere or in one ward, some only until a day.

    Returns
    -------
    DataFrame
        The columns of ``protected`` (contract, section 2).
    """
    seed = settings.seed
    number = np.flatnonzero(uniform(key(seed, "protected", np.arange(len(items)))) < 1 / 60)
    everywhere = uniform(key(seed, "protected everywhere", number)) < 0.6
    ward = wards["ward_id"].to_numpy()[pick(key(seed, "protected ward", number), len(wards))]
    ends = uniform(key(seed, "protected ends", number)) < 0.3
    days = settings.as_of_day - 200 + pick(key(seed, "protected until", number), 700)
    until = [pd.Timestamp(settings.date_of(int(d))) if e else NO_DAY for d, e in zip(days, ends, strict=True)]
    reason = np.array(PROTECTED_FOR)[pick(key(seed, "protected for", number), len(PROTECTED_FOR))]
    owner = np.array(OWNERS)[pick(key(seed, "owner", number), len(OWNERS))]
    return pd.DataFrame(
        {
            "item_id": items["item_id"].take(number).reset_index(drop=True),
            "ward_id": pd.Series(np.where(everywhere, "", ward), dtype="str"),
            "reason": pd.Series(reason, dtype="str"),
            "owner": pd.Series(owner, dtype="str"),
            "until": pd.Series(until, dtype="datetime64[s]"),
        }
    )
