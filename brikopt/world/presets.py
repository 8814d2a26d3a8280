"""Regions of ready-made sizes, from one hospital to all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from brikopt.world.settings import WorldSettings

# About 115 positions a cabinet, one or two cabinets a ward. Large places use more and keep their levels closer to
# it: ten order lines a position and year, as many as a region writes.
_HOSPITAL = WorldSettings(wards=60, positions=11_500, hospitals_per_unit=1, pace=3.0, cover_days=40.0)

PRESETS: Mapping[str, WorldSettings] = MappingProxyType(
    {
        "hospital": _HOSPITAL,
        "unit": replace(_HOSPITAL, wards=240, positions=46_000, hospitals_per_unit=3),
        "region": replace(_HOSPITAL, units=5, wards=1_200, positions=230_000, hospitals_per_unit=3),
    }
)
