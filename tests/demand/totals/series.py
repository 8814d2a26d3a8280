"""Series of units per period whose laws are known."""

import numpy as np
import pandas as pd


def as_frame(units):
    """Rows of a matrix as series 0, 1, 2 …, columns as periods."""
    size, periods = units.shape
    return pd.DataFrame(
        {
            "series_id": np.repeat(np.arange(size), periods),
            "period": np.tile(np.arange(periods), size),
            "units": units.ravel(),
        }
    )


def lumpy(size, periods, seed, drift=0.0):
    """Batches of 1 to 5 units at Poisson times; log rates differ by 1 between series and may drift by period."""
    rng = np.random.default_rng(seed)
    rate = np.exp(rng.normal(-1.0, 1.0, size=(size, 1)) + np.cumsum(drift * rng.normal(size=(size, periods)), axis=1))
    batches = rng.poisson(rate)
    return np.where(batches > 0, rng.binomial(4 * np.maximum(batches, 1), 0.5) + batches, 0)
