"""How near the expiry forecast comes to the best there can be, in simulated regions where the truth is known.

``.venv/bin/python -m tests.whole.expiry_truth 21 22 --habits usual sparse --keep /tmp/truth`` makes a region for each
seed and habit, forecasts at three cuts from what was known, and compares with what went out of date: beside recorded
dates, days of cover, and a forecast that knows every lot, rate and habit. What does not depend on the forecast is
kept in the folder that ``--keep`` names, and not worked out again.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.flows.model import model_in
from brikopt.flows.training_cases import cases_of, cuts_of, said_and_true, settings_of
from brikopt.policy import Policy
from brikopt.scoring import brier_skill, calibration, calibration_error, precision_of_ranking
from brikopt.world.futures import best_expiry_forecast
from brikopt.world.habits import HABITS
from brikopt.world.region import Region, simulate_region
from tests.whole.figures import KEY, table
from tests.whole.regions import built_once

DAYS, N_CUTS = 180, 3
FUTURES = 200  # of the best forecast
BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """A forecast held against what happened.

    Parameters
    ----------
    precision : float
        Average precision of the ranking by chance.
    brier, skill : float
        Mean squared error of the chances, and the share by which it is below that of the plain frequency.
    calibration_error : float
        Mean distance between chances said and shares that came true.
    units, dkk : float
        Expected to go out of date, over those that did.
    """

    precision: float
    brier: float
    skill: float
    calibration_error: float
    units: float
    dkk: float


def forecasts(region: Region, cut: date, kept: Path) -> pd.DataFrame:
    """Put what was said at a cut, what the best forecast says, and what went out of date side by side.

    Parameters
    ----------
    region : Region
        Lived through for AHEAD_DAYS beyond the last cut.
    cut : date
        Moment of decision.
    kept : Path
        File of the best forecast; made where it is not there.

    Returns
    -------
    DataFrame
        One row a position: as from ``said_and_true``, and p_expire and expired_units of the model that comes along
        (``model_``) and of the best forecast (``best_``).
    """
    said = said_and_true(region, cut, Policy())
    model = model_in(None)
    mechanism = said["p_expire"].to_numpy()
    chance = model.chances(mechanism, cases_of(said, said["gone"], said["ward_id"]).facts)
    by = np.divide(chance, mechanism, out=np.ones(len(said)), where=mechanism > 0)
    said = said.assign(model_p_expire=chance, model_expired_units=said["expired_units"] * by)
    best = table(built_once(kept, partial(_write_best, region, cut)))
    return said.merge(best.rename(columns={"p_expire": "best_p_expire", "expired_units": "best_expired_units"}), on=KEY)


def _write_best(region: Region, cut: date, path: Path) -> None:
    best_expiry_forecast(region.stage, cut, DAYS, FUTURES).to_csv(path, index=False)


def scores(found: pd.DataFrame, chance: str, units: str) -> Scores:
    """Score the columns of one forecast."""
    happened, said = (found["gone"] > 0).to_numpy(), found[chance].to_numpy(np.float64)
    gone, price = found["gone"], found["unit_price_dkk"]
    return Scores(
        precision=precision_of_ranking(happened, said),
        brier=float(((said - happened) ** 2).mean()),
        skill=brier_skill(happened, said),
        calibration_error=calibration_error(happened, said),
        units=float(found[units].sum() / gone.sum()),
        dkk=float((found[units] * price).sum() / (gone * price).sum()),
    )


def told(found: pd.DataFrame) -> str:
    """Sum up one cut, or several together, in a few lines."""
    happened = (found["gone"] > 0).to_numpy()
    ours, straight, best = (scores(found, f"{who}p_expire", f"{who}expired_units") for who in ("", "model_", "best_"))
    of_best = straight.precision / best.precision, straight.skill / best.skill
    rules = {name: precision_of_ranking(happened, found[name].to_numpy()) for name in ("dates_only", "days_of_cover")}
    lines = [
        f"{len(found)} positions, {happened.sum()} lost something: {found['gone'].sum():.0f} units",
        *(f"  {name:14} precision {value:.3f}" for name, value in rules.items()),
        *(
            f"  {name:14} {_line(each)}"
            for name, each in (("mechanism", ours), ("with the model", straight), ("best possible", best))
        ),
        f"  {'of the best':14} precision {of_best[0]:.3f}  skill {of_best[1]:.3f}",
    ]
    return "\n".join(lines)


def _line(found: Scores) -> str:
    return "  ".join(f"{name} {getattr(found, name):.3f}" for name in Scores.__slots__)


def measured(seeds: Sequence[int], habits: str, positions: int, kept: Path) -> Iterator[tuple[int, pd.DataFrame]]:
    """Yield the forecasts of every seed and cut, with the cut in a column."""
    for seed in seeds:
        region = simulate_region(settings_of(seed, habits, positions))
        for cut in cuts_of(region.stage.settings, N_CUTS):
            best = kept / f"best-{habits}-{seed}-{positions}-{cut}.csv"
            yield seed, forecasts(region, cut, best).assign(cut=cut.isoformat())


def show(seeds: Sequence[int], habits: Sequence[str], positions: int, kept: Path) -> None:
    """Print every cut of every region, and each habit's regions together with their calibration."""
    kept.mkdir(parents=True, exist_ok=True)
    for name in habits:
        parts = []
        for seed, found in measured(seeds, name, positions, kept):
            parts.append(found)
            _say(f"{name}, seed {seed}, cut {found['cut'].iloc[0]}: {told(found)}")
        together = pd.concat(parts, ignore_index=True)
        happened = (together["gone"] > 0).to_numpy()
        _say(f"{name}, all together: {told(together)}")
        _say(calibration(happened, together["model_p_expire"].to_numpy()).round(3).to_string(index=False) + "\n")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("seeds", nargs="*", type=int, default=[21, 22, 23])
    parser.add_argument("--habits", nargs="+", choices=list(HABITS), default=["usual", "sparse"])
    parser.add_argument("--positions", type=int, default=500)
    parser.add_argument("--keep", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        show(chosen.seeds, chosen.habits, chosen.positions, chosen.keep or Path(folder))


if __name__ == "__main__":
    main()
