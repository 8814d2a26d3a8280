"""Forecasts of other libraries, made in their own environment: ``python peer_forecasts.py HISTORY OUT HORIZON``.

HISTORY is a parquet file with series_id, period (whole numbers) and units. OUT gets one row a method and series: mean
and seven quantiles of the total of the next HORIZON periods, and the seconds that the method took for all series.

statsforecast's intermittent methods give points. ``+ NB`` puts a negative binomial around them: mean = horizon × point,
variance = horizon × the variance of the units of a period. The two bootstraps are ours, because no library has them:
"bootstrap" draws the horizon's periods one by one from the history; "Willemain bootstrap" draws used and unused
periods from a two-state Markov chain and sizes with their jitter (Willemain, Smart & Schwarz 2004).
"""

import sys
import time
import warnings

import numpy as np
import pandas as pd
from scipy.stats import nbinom
from statsforecast import StatsForecast
from statsforecast.models import ADIDA, IMAPA, TSB, CrostonClassic, CrostonSBA

QUANTILES = np.array([0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98])
PATHS = 1_000


def points(frame, model, horizon):
    """The library's mean of the total, series in the order of their ids."""
    long = frame.rename(columns={"series_id": "unique_id", "period": "ds", "units": "y"})
    found = StatsForecast(models=[model], freq=1, n_jobs=1).forecast(df=long, h=horizon)
    return found.groupby("unique_id")[str(model)].sum().to_numpy()


def negative_binomial(mean, histories, horizon):
    """Quantiles around a point."""
    mean = np.maximum(mean, 1e-9)
    variance = np.maximum([horizon * units.var() for units in histories], 1.0001 * mean)
    size, success = mean**2 / (variance - mean), mean / variance
    return nbinom.ppf(QUANTILES, size[:, None], success[:, None])


def bootstrap(units, horizon, rng):
    """Totals of periods drawn one by one."""
    return rng.choice(units, size=(PATHS, horizon)).sum(axis=1)


def willemain(units, horizon, rng):
    """Totals of a two-state chain of used and unused periods, with jittered sizes."""
    used = (units > 0).astype(int)
    follows = [(used[1:][used[:-1] == state].sum() + 0.5) / ((used[:-1] == state).sum() + 1.0) for state in (0, 1)]
    sizes, state, total = units[units > 0], np.full(PATHS, used[-1]), np.zeros(PATHS)
    for _ in range(horizon):
        state = (rng.random(PATHS) < np.where(state == 1, follows[1], follows[0])).astype(int)
        drawn = rng.choice(sizes, size=PATHS)
        jittered = 1.0 + np.trunc(drawn + rng.normal(size=PATHS) * np.sqrt(drawn))
        total += state * np.where(jittered > 0, jittered, drawn)
    return total


def drawn(histories, draw, horizon):
    """Mean and quantiles of a bootstrap."""
    rng = np.random.default_rng(0)
    totals = np.stack([draw(units, horizon, rng) for units in histories])
    return totals.mean(axis=1), np.quantile(totals, QUANTILES, axis=1, method="inverted_cdf").T


def main(source, target, horizon):
    """Forecast by every method and write all of it."""
    frame = pd.read_parquet(source).sort_values(["series_id", "period"])
    histories = [own.to_numpy(float) for _, own in frame.groupby("series_id")["units"]]
    ids = np.unique(frame["series_id"])
    tables = []
    models = [CrostonClassic(), CrostonSBA(), TSB(alpha_d=0.1, alpha_p=0.1), ADIDA(), IMAPA()]
    few = frame[frame["series_id"].isin(ids[:2])]
    for model in models:
        points(few, model, horizon)  # compiles before the clock runs
        started = time.perf_counter()
        mean = points(frame, model, horizon)
        quantiles = negative_binomial(mean, histories, horizon)
        tables.append((f"{model} + NB", mean, quantiles, time.perf_counter() - started))
    for name, draw in (("bootstrap", bootstrap), ("Willemain bootstrap", willemain)):
        started = time.perf_counter()
        mean, quantiles = drawn(histories, draw, horizon)
        tables.append((name, mean, quantiles, time.perf_counter() - started))
    columns = [f"q{chance:g}" for chance in QUANTILES]
    pd.concat(
        pd.DataFrame(quantiles, columns=columns).assign(method=name, series_id=ids, mean=mean, seconds=seconds)
        for name, mean, quantiles, seconds in tables
    ).to_parquet(target)


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
