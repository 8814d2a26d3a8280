"""The part of a region that somebody asks about: a ward, a hospital, or all of it; large parts by some cabinets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from brikopt.contract.extract import Tables
from brikopt.contract.positions import cabinet_rows
from brikopt.errors import BadInput

SAMPLED_POSITIONS = 240  # of a hospital or a region; chosen a cabinet at a time
SEED = 20_250_301

Span = tuple[int, int]  # first row of a cabinet and the row after its last


@dataclass(frozen=True, slots=True)
class Scope:
    """A ward, a hospital, or where neither is named the region.

    Parameters
    ----------
    ward_id, hospital : str, optional
        At most one of them.

    Raises
    ------
    BadInput
        If both are named.
    """

    ward_id: str | None = None
    hospital: str | None = None

    def __post_init__(self) -> None:
        if self.ward_id is not None and self.hospital is not None:
            raise BadInput("--ward, --hospital", "a ward and a hospital are named.", "Name one of them, or neither.")

    @property
    def is_ward(self) -> bool:
        """Whether it is one ward, of which every position is looked at."""
        return self.ward_id is not None

    def check(self, tables: Tables, positions: pd.DataFrame) -> None:
        """Raise BadInput where there is no such place, or nothing lies there."""
        names = {"ward": ("ward_id", self.ward_id), "hospital": ("hospital", self.hospital)}
        for kind, (column, name) in names.items():
            if name is None:
                continue
            if not (tables.wards[column] == name).any():
                raise BadInput(
                    f"--{kind} {name}", f"there is no such {kind}.", f"Name a {column} from the table wards."
                )
            if not (positions[column] == name).any():
                problem = f"the {kind} has no item in any cabinet."
                raise BadInput(f"--{kind} {name}", problem, f"Name a {kind} with positions.")

    def holds(self, positions: pd.DataFrame) -> pd.Series:
        """Whether each position lies there."""
        if self.ward_id is not None:
            return positions["ward_id"] == self.ward_id
        if self.hospital is not None:
            return positions["hospital"] == self.hospital
        return pd.Series(np.ones(len(positions), dtype=np.bool_), index=positions.index)

    def cabinets(self, positions: pd.DataFrame) -> list[Span]:
        """Cabinets to look at, in the order of the position table: all of a ward, some of what is larger.

        Parameters
        ----------
        positions : DataFrame
            The position table of the region.

        Returns
        -------
        list of (int, int)
            Rows of each cabinet. Drawn ones come from a fixed seed, so the same question gets the same answer.
        """
        mine = self.holds(positions).to_numpy()
        spans = [span for span in cabinet_rows(positions) if mine[span[0]]]
        if self.is_ward:
            return spans
        drawn: list[Span] = []
        for at in np.random.default_rng(SEED).permutation(len(spans)).tolist():
            if sum(last - first for first, last in drawn) >= SAMPLED_POSITIONS:
                break
            drawn.append(spans[at])
        return sorted(drawn)
