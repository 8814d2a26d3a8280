"""How fast a position is used, which nobody records; and totals to come of series that somebody does record."""

from __future__ import annotations

from brikopt.demand.totals.forecast import forecast_totals

__all__ = ["forecast_totals"]
