"""Totals of the next periods: ours beside statsforecast's methods for intermittent demand, in the same run.

``make bench-forecasts`` reads the folder DATA, else ../shared/data/demand where it is, else simulates series. The
folder has ``sets.json`` and one CSV a set with series_id, period, units and split (history or future); what comes after
the history is used for scoring alone. The peers need an older pandas, so they live in ``.venv-peers``, made at the
first run from ``peers-requirements.lock``.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from brikopt.demand import forecast_totals
from tests.demand.totals.series import as_frame, lumpy

QUANTILES = np.array([0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98])
COLUMNS = [f"q{chance:g}" for chance in QUANTILES]
ROOT = Path(__file__).parents[2]
BASELINE = "CrostonSBA + NB"


def sets():
    """Name, history, future totals by series, and horizon of each set."""
    folder = Path(os.environ.get("DATA") or ROOT.parent / "shared" / "data" / "demand")
    if not (folder / "sets.json").exists():
        units = lumpy(1_000, 66, seed=7, drift=0.1)
        yield "simulated", as_frame(units[:, :60]), pd.Series(units[:, 60:].sum(axis=1), dtype=float), 6
        return
    for name, about in json.loads((folder / "sets.json").read_text(encoding="utf-8"))["sets"].items():
        rows = pd.read_csv(folder / about["file"], usecols=["series_id", "period", "units", "split"])
        future = rows[rows["split"] == "future"].groupby("series_id")["units"].sum()
        history = rows[rows["split"] == "history"].drop(columns="split")
        yield name, history, future.sort_index().astype(float), about["horizon"]


def peer_python():
    """The Python of the peers' environment, made at the first call from its own lock."""
    python = ROOT / ".venv-peers" / "bin" / "python"
    if not python.exists():
        uv, lock = Path(sys.executable).with_name("uv"), Path(__file__).with_name("peers-requirements.lock")
        subprocess.run([uv, "venv", "--quiet", python.parents[1], "--python", sys.executable], check=True)
        subprocess.run(
            [uv, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", lock], check=True
        )
    return python


def of_peers(history, horizon, folder):
    """Forecasts of all peers, made by another Python from the same parquet file."""
    numbered = history.assign(period=history.groupby("series_id").cumcount())
    numbered.to_parquet(folder / "history.parquet", index=False)
    script = Path(__file__).with_name("peer_forecasts.py")
    arguments = [folder / "history.parquet", folder / "peers.parquet", str(horizon)]
    subprocess.run([peer_python(), script, *arguments], check=True)
    return pd.read_parquet(folder / "peers.parquet")


def of_ours(history, horizon):
    """Our forecasts in the same shape, and the seconds they took."""
    few = history[history["series_id"].isin(history["series_id"].unique()[:30])]
    forecast_totals(few, [horizon])  # compiles before the clock runs
    started = time.perf_counter()
    found = forecast_totals(history, [horizon])
    return found.assign(method="brikopt", seconds=time.perf_counter() - started)


def scored(forecasts, future, scale):
    """Pinball loss pooled and per series, cover of the 95 % quantile, and time; one row a method."""
    rows = {}
    for method, rows_of_method in forecasts.groupby("method", sort=False):
        own = rows_of_method.set_index("series_id").loc[future.index]
        off = future.to_numpy()[:, None] - own[COLUMNS].to_numpy()
        loss = np.maximum(QUANTILES * off, (QUANTILES - 1.0) * off).mean(axis=1)
        rows[method] = {
            "ppl": loss.sum() / scale.sum(),
            "spl": (loss / scale).mean(),
            "cover95": (future <= own["q0.95"] + 1e-9).mean(),
            "time": own["seconds"].iloc[0],
        }
    table = pd.DataFrame(rows).T
    return table.assign(**{name: table[name] / table.loc[BASELINE, name] for name in ("ppl", "spl")})


def test_our_totals_beside_those_of_peers(tmp_path):
    """Losses relative to CrostonSBA with a negative binomial; the geometric mean over the sets must beat every peer."""
    tables = {}
    for name, history, future, horizon in sets():
        forecasts = pd.concat([of_ours(history, horizon), of_peers(history, horizon, tmp_path)], ignore_index=True)
        scale = history.groupby("series_id")["units"].mean().loc[future.index]
        tables[name] = scored(forecasts, future, scale)
        tables[name]["time"] *= 1000.0 / len(future)  # seconds per 1,000 series
        print(f"\n{name}, {len(future)} series, horizon {horizon}\n{tables[name].round(3)}")  # noqa: T201 - a benchmark
    mean = np.exp(pd.concat(tables)[["ppl", "spl"]].apply(np.log).groupby(level=1).mean())
    print(f"\ngeometric mean over {len(tables)} sets\n{mean.sort_values('ppl').round(3)}")  # noqa: T201
    assert mean["ppl"].idxmin() == "brikopt"
    assert mean["spl"].idxmin() == "brikopt"
