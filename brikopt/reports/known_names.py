"""The names of items and wards beside their ids, on the sheets that people read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from brikopt.contract.extract import Tables
from brikopt.contract.outputs import Column, Kind, Output

# Column with an id -> the column that names it, and by what the name is found.
_NAMED = {
    "item_id": ("name", "items"),
    "cabinet_id": ("ward_name", "cabinets"),
    "from_cabinet_id": ("from_ward", "cabinets"),
    "to_cabinet_id": ("to_ward", "cabinets"),
    "ward_id": ("ward_name", "wards"),
}


@dataclass(frozen=True, slots=True)
class KnownNames:
    """Names by id: of items, of wards, and of the ward in which a cabinet stands."""

    items: Mapping[str, str]
    wards: Mapping[str, str]
    cabinets: Mapping[str, str]

    @classmethod
    def of(cls, tables: Tables) -> KnownNames:
        """Look them up in the master data."""
        wards = dict(zip(tables.wards["ward_id"], tables.wards["ward_name"], strict=True))
        cabinets = zip(tables.cabinets["cabinet_id"], tables.cabinets["ward_id"], strict=True)
        return cls(
            items=dict(zip(tables.items["item_id"], tables.items["name"], strict=True)),
            wards=wards,
            cabinets={cabinet: wards.get(ward, ward) for cabinet, ward in cabinets},
        )

    def beside(self, output: Output, frame: pd.DataFrame) -> tuple[Output, pd.DataFrame]:
        """Put the name after each id that has none.

        Parameters
        ----------
        output : Output
            A list.
        frame : DataFrame
            Its rows.

        Returns
        -------
        tuple of Output and DataFrame
            With the columns that name; what is named once isn't named again.
        """
        columns: list[Column] = []
        named = {column.name for column in output.columns}
        for column in output.columns:
            columns.append(column)
            name, source = _NAMED.get(column.name, ("", ""))
            if not name or name in named:
                continue
            known: Mapping[str, str] = getattr(self, source)
            columns.append(Column(name, Kind.TEXT))
            named.add(name)
            frame = frame.assign(**{name: frame[column.name].map(known).fillna("").astype("str")})
        return Output(output.name, tuple(columns)), frame
