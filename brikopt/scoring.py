"""How good a forecast was: against what happened, beside its baseline."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import average_precision_score, brier_score_loss

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

CALIBRATION_EDGES = (0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1.0)


def precision_of_ranking(happened: BoolArray, score: FloatArray) -> float:
    """Average precision of a ranking: the mean precision at each thing found.

    Parameters
    ----------
    happened : ndarray of bool, shape (n,)
        What came true.
    score : ndarray of float64, shape (n,)
        Higher for what was thought likelier.

    Returns
    -------
    float
        NaN where nothing happened.

    Examples
    --------
    >>> precision_of_ranking(np.array([True, False]), np.array([0.9, 0.1]))
    1.0
    """
    return float(average_precision_score(happened, score)) if happened.any() else float("nan")


def brier_skill(happened: BoolArray, chance: FloatArray) -> float:
    """Share by which the squared error of the chances is below that of the plain frequency (Brier 1950).

    Parameters
    ----------
    happened : ndarray of bool, shape (n,)
        What came true.
    chance : ndarray of float64, shape (n,)
        Forecast probabilities.

    Returns
    -------
    float
        1 is perfect, 0 no better than the frequency; NaN where everything or nothing happened.

    Examples
    --------
    >>> brier_skill(np.array([True, False]), np.array([1.0, 0.0]))
    1.0
    """
    share = happened.mean()
    if share in (0.0, 1.0):
        return float("nan")
    return float(1.0 - brier_score_loss(happened, chance) / (share * (1.0 - share)))


def calibration(happened: BoolArray, chance: FloatArray) -> pd.DataFrame:
    """Chances said beside shares that came true.

    Parameters
    ----------
    happened : ndarray of bool, shape (n,)
        What came true.
    chance : ndarray of float64, shape (n,)
        Forecast probabilities.

    Returns
    -------
    DataFrame
        One row a band of chances that has any: ``low``, ``high``, ``forecasts``, ``said`` (mean chance), ``came_true``
        (share) and ``error`` (standard error of that share).
    """
    band = np.clip(np.digitize(chance, CALIBRATION_EDGES) - 1, 0, len(CALIBRATION_EDGES) - 2)
    found = pd.DataFrame({"band": band, "said": chance, "came_true": happened.astype(np.float64)})
    table = found.groupby("band").agg(
        forecasts=("said", "size"), said=("said", "mean"), came_true=("came_true", "mean")
    )
    table = table.reset_index()
    edges = np.asarray(CALIBRATION_EDGES)
    table.insert(0, "low", edges[table["band"]])
    table.insert(1, "high", edges[table["band"] + 1])
    # A share of 0 or 1 among few has an error too: one more that did and one more that didn't come true.
    smoothed = (table["came_true"] * table["forecasts"] + 1) / (table["forecasts"] + 2)
    table["error"] = np.sqrt(smoothed * (1 - smoothed) / table["forecasts"])
    return table.drop(columns="band")


def calibration_error(happened: BoolArray, chance: FloatArray) -> float:
    """Mean distance between chances said and shares that came true, weighted by the forecasts of each band."""
    table = calibration(happened, chance)
    distance = (table["said"] - table["came_true"]).abs()
    return float((distance * table["forecasts"]).sum() / table["forecasts"].sum())


def pinball(actual: FloatArray, quantiles: FloatArray, probs: FloatArray) -> float:
    """Mean pinball loss of quantile forecasts (Koenker & Bassett 1978), in the units of what is forecast.

    Parameters
    ----------
    actual : ndarray of float64, shape (n,)
        What happened.
    quantiles : ndarray of float64, shape (n, n_probs)
        Forecasts.
    probs : ndarray of float64, shape (n_probs,)
        Their levels.

    Returns
    -------
    float

    Examples
    --------
    >>> pinball(np.array([10.0]), np.array([[8.0]]), np.array([0.5]))
    1.0
    """
    off = actual[:, None] - quantiles
    return float(np.maximum(probs * off, (probs - 1.0) * off).mean())


def inside(actual: FloatArray, low: FloatArray, high: FloatArray) -> float:
    """Share of what happened that lies within its interval, both ends included."""
    return float(((actual >= low) & (actual <= high)).mean()) if len(actual) else float("nan")


def precision_at_top(happened: BoolArray, score: FloatArray, group: npt.NDArray[np.object_], top: int) -> float:
    """Share of the ``top`` entries of each group's ranking that came true.

    Parameters
    ----------
    happened : ndarray of bool, shape (n,)
        What came true.
    score : ndarray of float64, shape (n,)
        Higher for what comes first on the list.
    group : ndarray of object, shape (n,)
        Whose list it is, for example the ward's.
    top : int
        Entries read from each list.

    Returns
    -------
    float
    """
    order = pd.DataFrame({"group": group, "score": score, "happened": happened})
    ranked = order.sort_values(["group", "score"], ascending=[True, False], kind="stable")
    return float(ranked.groupby("group").head(top)["happened"].mean())
