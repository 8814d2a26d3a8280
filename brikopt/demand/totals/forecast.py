"""Forecast the total of the next periods: mean and quantiles, for any number of series at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.demand.totals.errors import BadSeries
from brikopt.demand.totals.history import History, lay_out
from brikopt.demand.totals.hypotheses import weigh_hypotheses
from brikopt.demand.totals.likeness import learn_likeness
from brikopt.demand.totals.mixtures import mixture_quantiles
from brikopt.demand.totals.regularity import Regularity, find_regular
from brikopt.demand.totals.urns import draw_luck, lean_on_regularity

FloatArray = npt.NDArray[np.float64]

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98)
LIKENESS_WEIGHT = 0.5  # of the crowd's similar moments; the rest is the series' own hypotheses


def forecast_totals(
    history: pd.DataFrame, horizons: Sequence[int], quantiles: Sequence[float] = QUANTILES
) -> pd.DataFrame:
    """Forecast what each series will use in total over the next periods.

    Parameters
    ----------
    history : DataFrame
        Columns ``series_id``, ``period`` and ``units`` (0 or more, whole or not), in any order of rows. Periods are
        dates, ISO texts, whole numbers or pandas Periods. Rows of one series and period are added up. A series starts
        at its first row (after it, where it enters later than others and with use: see `lay_out`); a later period
        without a row, up to the newest of all series, is a period without use. Maybe ``available`` (0 or 1): where it
        is 0 nothing could be had, the units are a lower bound, and the periods before tell what was wanted.
    horizons : sequence of int
        Periods ahead of the newest one, summed; each 1 or more.
    quantiles : sequence of float
        Chances between 0 and 1, both excluded.

    Returns
    -------
    DataFrame
        One row a series (as first seen in ``history``) and horizon (as given): ``series_id``, ``horizon``, ``mean``
        and ``q0.1`` … as named by ``quantiles``, in units. A higher chance never has a lower quantile.

    Raises
    ------
    BadSeries
        A ValueError: a missing column, a missing or negative number of units, an unreadable period, a horizon below
        1, or a quantile outside (0, 1).

    Notes
    -----
    Two forecasts, quantile by quantile their mean: a mixture of negative binomials around levels with longer and
    shorter memories, weighed by how each would have foreseen the past; and, where the call brings 20 series or more,
    what followed in similar moments of all of them. The series of a call therefore learn from each other. A series that
    varies less than by chance, such as a standing order, is forecast by its own repetitions as far as they would have
    foreseen its past better.

    Examples
    --------
    >>> weekly = pd.DataFrame({"series_id": "A", "period": range(1, 21), "units": [0, 3, 0, 1] * 5})
    >>> forecast_totals(weekly, horizons=[4], quantiles=[0.5, 0.9]).columns.tolist()
    ['series_id', 'horizon', 'mean', 'q0.5', 'q0.9']
    """
    ahead, chances = _checked_horizons(horizons), _checked_quantiles(quantiles)
    laid = lay_out(history)
    regulars = find_regular(laid)
    tables = [_one_horizon(laid, regulars, horizon, chances) for horizon in ahead] if len(laid.series_id) else []
    columns = ["mean", *(f"q{chance:g}" for chance in chances)]
    size = len(laid.series_id)
    values = np.stack(tables, axis=1) if tables else np.zeros((size, 0, len(columns)))
    out = pd.DataFrame(values[laid.shown].reshape(-1, len(columns)), columns=columns)
    out.insert(0, "series_id", laid.series_id[np.repeat(laid.shown, len(tables))])
    out.insert(1, "horizon", np.tile(np.array(ahead[: len(tables)], dtype=np.int64), size))
    return out


def _one_horizon(history: History, regulars: dict[int, Regularity], horizon: int, quantiles: FloatArray) -> FloatArray:
    """Mean and quantiles in units; shape (n, 1 + n_quantiles)."""
    rising, back = np.unique(quantiles, return_inverse=True)
    mixture = weigh_hypotheses(history, horizon)
    mean, found = (mixture.weight * mixture.mean).sum(axis=1), mixture_quantiles(mixture, rising)
    likeness = learn_likeness(history, horizon, rising)
    if likeness is not None:
        mean += LIKENESS_WEIGHT * (likeness.mean - mean)
        found += LIKENESS_WEIGHT * (likeness.quantiles - found)
    lean_on_regularity(regulars, mixture, draw_luck(horizon), rising, mean, found)
    # Means of rising numbers rise, but for the last bit.
    found = np.maximum.accumulate(found, axis=1)
    return history.step[:, None] * np.column_stack([mean, found[:, back]])


def _checked_horizons(horizons: Sequence[int]) -> list[int]:
    for horizon in horizons:
        if isinstance(horizon, bool) or int(horizon) != horizon or horizon < 1:
            raise BadSeries("horizons", f"{horizon!r} is no number of periods ahead.", "Use whole numbers from 1.")
    return [int(horizon) for horizon in horizons]


def _checked_quantiles(quantiles: Sequence[float]) -> FloatArray:
    for chance in quantiles:
        if not 0.0 < chance < 1.0:
            raise BadSeries("quantiles", f"{chance!r} is not between 0 and 1.", "Use chances such as 0.5 and 0.95.")
    return np.asarray(list(quantiles), dtype=np.float64)
