"""Real numbers (of a workbook or a parquet file) written as text in the plain format."""

from __future__ import annotations

import numpy as np


def native_text(value: object) -> str:
    """Write a value without exponent, thousands separators or needless decimals.

    Parameters
    ----------
    value : object
        A number, truth value or anything else that can be written.

    Returns
    -------
    str
        ``"50"`` for 50.0, ``"1"`` for True, ``""`` for nothing and for not-a-number.

    Examples
    --------
    >>> native_text(50.0), native_text(2164729130054.0), native_text(0.038), native_text(True)
    ('50', '2164729130054', '0.038', '1')
    """
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    if isinstance(value, bool | np.bool_):
        return str(int(value))
    if isinstance(value, float | np.floating):
        if np.isnan(value):
            return ""
        return np.format_float_positional(value, trim="-") if np.isfinite(value) else str(value)
    return str(value)
