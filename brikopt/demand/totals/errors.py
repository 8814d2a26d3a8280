"""What stops a forecast of plain series."""

from __future__ import annotations

from brikopt.errors import BadInput


class BadSeries(BadInput, ValueError):
    """A history, a horizon or a quantile that no forecast can be made of; it is a `ValueError` too."""
