"""Nothing is said of use in a time of which nothing is known."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd

from brikopt.flows.shifted import seen_from


def test_use_is_seen_from_the_first_record_or_from_when_a_position_is_known_to_have_been_there():
    """Extracts begin on day 900. Records from day 900; from 950; from 950, there since day 100; none at all."""
    evidence = SimpleNamespace(
        ledger=SimpleNamespace(day=np.array([900, 960, 950, 970, 950, 980]), start=np.array([0, 2, 4, 6, 6])),
        first_day=np.full(4, 635),
        positions=pd.DataFrame({"active_from": pd.to_datetime([None, None, "1970-04-11", None])}),
        as_of=1000,
    )
    assert seen_from(evidence).tolist() == [900, 950, 900, 1000]
