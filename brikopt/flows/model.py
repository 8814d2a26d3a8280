"""The trained model that a command works with."""

from __future__ import annotations

from pathlib import Path

from brikopt.expiry.straightening import KIND, UNTOUCHED, Straightening, straightening_of
from brikopt.trained import load, shipped


def model_in(folder: Path | None) -> Straightening:
    """Load the model in a folder; by default the one that comes with brikopt, or none where there is none.

    Parameters
    ----------
    folder : Path, optional
        A folder that ``brikopt train`` made.

    Returns
    -------
    Straightening

    Raises
    ------
    BadInput
        If it is not exactly as it was written.
    """
    place = folder or shipped(KIND)
    return straightening_of(load(place, KIND)) if place else UNTOUCHED
