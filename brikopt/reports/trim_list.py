"""The list that somebody takes to the cabinet: what to do there, in the order of what matters."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd

from brikopt.policy import Lists
from brikopt.reports.sections import SECTIONS
from brikopt.reports.things import Found, Say, Thing, things_to_do


def trim_list(found: Found, bounds: Lists, say: Say) -> pd.DataFrame:
    """Gather and rank what there is to do.

    Parameters
    ----------
    found : Found
        What the steps found.
    bounds : Lists
        From where on something is worth a line.
    say : callable
        Puts a reason into words.

    Returns
    -------
    DataFrame
        Columns of ``trim_list.csv`` and ``section``. Within each ward the sections come one after the other: goods out
        of date, goods that will expire, promises broken today (critical goods first), then what saves most kroner for
        a minute of work, and last the shelves worth a count (contract, section 5).
    """
    things = [asdict(thing) for thing in things_to_do(found, bounds, say)]
    columns = list(Thing.__dataclass_fields__)
    listed = pd.DataFrame(things, columns=columns).rename(columns={"before": "from", "after": "to"})
    places = found.positions[["unit", "hospital", "ward_id", "cabinet_id", "item_id", "name"]]
    listed = listed.join(places.iloc[listed["row"].astype("int64")].reset_index(drop=True))
    order = {section: place for place, section in enumerate(SECTIONS)}
    ranked = listed.assign(
        _section=listed["section"].map(order), _ahead=-listed["ahead"], _worth=-listed["worth"]
    ).sort_values(
        ["unit", "hospital", "ward_id", "_section", "_ahead", "_worth", "cabinet_id", "item_id", "action", "to"],
        ignore_index=True,
    )
    ranked["rank"] = ranked.groupby("ward_id", sort=False).cumcount() + 1
    return ranked.drop(columns=["_section", "_ahead", "_worth", "ahead", "worth", "row"])
