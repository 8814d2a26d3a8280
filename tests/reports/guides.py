"""Guides of invented wards, to set, print and look at."""

from __future__ import annotations

from datetime import date

import pandas as pd

from brikopt.contract.outputs import TRIM_LIST
from brikopt.reports.guide import Edition, Guide
from brikopt.reports.sections import section_of
from brikopt.reports.sentences import Sentences
from brikopt.reports.ward_guides import GuideBasis, ward_guides

AS_OF = date(2025, 3, 1)
WHY = "Niveauet rækker til 14 måneder med et forbrug på ca. 2,8 stk. om måneden og binder penge på hylden."


def edition(lang="da", **changes):
    """An edition of run 96fb492f5eb3."""
    usual = {"run_id": "96fb492f5eb3", "version": "0.1.0", "as_of": AS_OF, "lang": lang}
    return Edition(**(usual | {"base_url": "http://localhost:8000", "blind_count": False} | changes))


def cabinets(*places):
    """Cabinets from pairs of ward and cabinet; the ward of all is called Røntgen, afsnit 1."""
    frame = pd.DataFrame(places, columns=["ward_id", "cabinet_id"], dtype="str")
    return frame.assign(ward_name="Røntgen, afsnit 1", hospital="Mølleby", unit="Kirurgi")


def position(item_id="000050", cabinet_id="S1", **changes):
    """An item that is ordered 40 at a time every third week, on a level that stays."""
    usual = {
        "cabinet_id": cabinet_id,
        "item_id": item_id,
        "name": "Sprøjte 10 ml",
        "earliest_expiry": pd.Timestamp("2025-05-01"),
        "expiry_known": True,
        "shelf_life_days": 540.0,
        "p_stale": 0.0,
        "min_level": 10,
        "max_level": 40,
        "new_min_level": 10,
        "new_max_level": 40,
        "reason": "Niveauet passer til et forbrug på ca. 40 stk. om måneden og dækker 98 % af behovet.",
        "habit_lines": 12,
        "habit_quantity": 40.0,
        "habit_gap_days": 21.0,
        "last_ordered": pd.Timestamp("2025-02-17"),
        "silent": False,
    }
    return usual | changes


COLUMNS = [*(column.name for column in TRIM_LIST.columns), "section"]


def thing(item_id="000050", cabinet_id="S1", *, action="trim", saving=24.0, rank=1, reason=WHY):
    """Something to do about an item."""
    row = dict.fromkeys(COLUMNS, "")
    place = {"ward_id": "A1", "cabinet_id": cabinet_id, "item_id": item_id, "section": section_of(action, 1.0, 0.95)}
    return row | place | {"action": action, "saving_dkk_per_year": saving, "rank": rank, "reason": reason}


def basis(positions, things=(), *, places=(("A1", "S1"),)):
    """Frames as a run hands them over."""
    frame = pd.DataFrame(list(positions), columns=list(position()))
    to_do = pd.DataFrame(list(things), columns=COLUMNS)
    return GuideBasis(cabinets(*places), frame, to_do)


def guide(positions, things=(), *, lang="da", places=(("A1", "S1"),), **changes) -> Guide:
    """The guide of the first ward."""
    return ward_guides(basis(positions, things, places=places), edition(lang, **changes), Sentences(lang).say)[0][0]


def large_guide(items=300, *, lang="da", name="Blærekateter CH {}, æøå ₂ – “steril”") -> Guide:
    """Many items in two cabinets, half of them with something to do."""
    keys = [(f"{number:06d}", "S1" if number % 3 else "S2") for number in range(items)]
    positions = [
        position(item, cabinet, name=name.format(number), new_max_level=30 if number % 2 else 40)
        for number, (item, cabinet) in enumerate(keys)
    ]
    things = [thing(*key, saving=3.0 * number, rank=items - number) for number, key in enumerate(keys) if number % 2]
    return guide(positions, things, lang=lang, places=(("A1", "S1"), ("A1", "S2")))
