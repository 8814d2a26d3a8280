"""Cases to learn from: simulated regions, where the truth is known, and a region's own past days, where a part is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import numpy as np
import pandas as pd

from brikopt.contract.extract import Extract
from brikopt.expiry.candidates import Cases
from brikopt.flows.hindsight import said_and_happened
from brikopt.flows.progress import Progress, SilentProgress
from brikopt.parallel import Backend, map_in_order
from brikopt.policy import Policy
from brikopt.world.habits import HABITS
from brikopt.world.region import Region, simulate_region
from brikopt.world.settings import WorldSettings

SEEDS = (101, 102, 103, 104, 105, 106)  # of the regions to learn from; figures are told of others
POSITIONS = 500
AHEAD_DAYS = 400  # lived beyond the last cut, so that every forecast looks as far as the policy does
CUT_GAP_DAYS = 180
OWN_CUTS = (900, 720, 540, 360)  # days before the end; the last of them is held out
LEAST_HISTORY_DAYS = 365  # before a cut, for it to teach anything
KEY = ["cabinet_id", "item_id"]
_FACT = "fact_"


@dataclass(frozen=True, slots=True)
class RegionJob:
    """A region to simulate, and how often to forecast in it, half a year apart."""

    settings: WorldSettings
    cuts: int


def settings_of(seed: int, habits: str, positions: int = POSITIONS) -> WorldSettings:
    """A region of two small units with three years of history, which goes on for a year."""
    return WorldSettings(
        units=2, wards=6, positions=positions, years=3, seed=seed, extra_days=AHEAD_DAYS, habits=HABITS[habits]
    )


def cuts_of(settings: WorldSettings, number: int) -> list[date]:
    """Moments of decision, the region's own last."""
    return [settings.as_of - timedelta(days=CUT_GAP_DAYS * back) for back in reversed(range(number))]


def said_and_true(region: Region, cut: date, policy: Policy) -> pd.DataFrame:
    """Forecast a simulated region at a cut, with what really went out of date beside it.

    Parameters
    ----------
    region : Region
        Lived through for AHEAD_DAYS beyond its own moment of decision.
    cut : date
        Moment of decision.
    policy : Policy
        How far the forecast looks.

    Returns
    -------
    DataFrame
        As from ``said_and_happened``, and ``gone``: units.
    """
    end = region.stage.settings.as_of + timedelta(days=AHEAD_DAYS)
    said, horizon = said_and_happened(
        region.extract, cut, end, policy, jobs=1, backend="loky", progress=SilentProgress()
    )
    expired = region.truth.expired
    until = cut + timedelta(days=horizon.expiry_days)
    ahead = (expired["expiry_date"] >= pd.Timestamp(cut)) & (expired["expiry_date"] < pd.Timestamp(until))
    gone = expired[ahead].groupby(KEY)["quantity"].sum().rename("gone")
    return said.merge(gone, on=KEY, how="left", validate="one_to_one").fillna({"gone": 0.0})


def simulated_cases(
    regions: Sequence[RegionJob], jobs: int, backend: Backend, progress: Progress
) -> list[pd.DataFrame]:
    """Simulate regions and forecast in each.

    Parameters
    ----------
    regions : sequence of RegionJob
        The regions.
    jobs : int
        Processes.
    backend : {"loky", "dask"}
        Where they run.
    progress : Progress
        Shows the steps.

    Returns
    -------
    list of DataFrame
        One a region, as from ``said_and_true``, all cuts together.
    """
    found = []
    with progress.step("simulate", total=len(regions)) as step:
        for frame in map_in_order(_lived, regions, jobs=jobs, backend=backend):
            found.append(frame)
            step.advance()
    return found


def _lived(job: RegionJob) -> pd.DataFrame:
    region = simulate_region(job.settings)
    cuts = cuts_of(job.settings, job.cuts)
    return pd.concat([said_and_true(region, cut, Policy()) for cut in cuts], ignore_index=True)


def own_cuts(extract: Extract, end: date) -> list[date]:
    """Past days of a region that have enough history before them to teach something."""
    orders = extract.before(end).orders["ordered_at"]
    begin = orders.min().date() if len(orders) else end
    cuts = [end - timedelta(days=days) for days in OWN_CUTS]
    return [cut for cut in cuts if (cut - begin).days >= LEAST_HISTORY_DAYS]


def own_cases(
    extract: Extract, cuts: Sequence[date], end: date, policy: Policy, jobs: int, backend: Backend, progress: Progress
) -> list[pd.DataFrame]:
    """Forecast at a region's own past days.

    Parameters
    ----------
    extract : Extract
        Its extracts.
    cuts : sequence of date
        The days.
    end : date
        The day after the newest record.
    policy : Policy
        The region's policy.
    jobs : int
        Processes.
    backend : {"loky", "dask"}
        Where they run.
    progress : Progress
        Shows the steps.

    Returns
    -------
    list of DataFrame
        One a cut, as from ``said_and_happened``.
    """
    told = partial(said_and_happened, extract, end=end, policy=policy, jobs=jobs, backend=backend, progress=progress)
    return [told(cut=cut)[0] for cut in cuts]


def cases_of(frame: pd.DataFrame, happened: pd.Series, group: pd.Series) -> Cases:
    """Take what a model looks at out of a table of forecasts."""
    facts = {
        name.removeprefix(_FACT): frame[name].fillna(0.0).to_numpy(np.float64)
        for name in sorted(frame.columns)
        if name.startswith(_FACT)
    }
    return Cases(
        frame["p_expire"].to_numpy(np.float64),
        facts,
        happened.to_numpy(np.float64),
        group.to_numpy(dtype=object),
    )
