"""Where a recalled item or lot may lie: recorded there, given away by its date, or nobody knows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Basis = Literal["item", "recorded", "date", "unrecorded"]
LEAST = 0.01  # chance from which a shelf is told; where the lot was recorded, it is told at any chance
Row = Mapping[str, Any]  # of lots.csv


@dataclass(frozen=True, slots=True)
class Found:
    """One shelf to look at.

    Parameters
    ----------
    cabinet_id, item_id : str
        The shelf.
    lot : str
        Recorded there; empty where nobody recorded it.
    expiry : str
        Its date, YYYY-MM-DD; empty where it isn't known.
    basis : {"item", "recorded", "date", "unrecorded"}
        Any lot counts; the lot was recorded there; goods of its date lie there; goods of unrecorded lots lie there.
    p_there : float
        Chance that some lie there.
    units : float
        Units expected.
    """

    cabinet_id: str
    item_id: str
    lot: str
    expiry: str
    basis: Basis
    p_there: float
    units: float


_ORDER: dict[Basis, int] = {"item": 0, "recorded": 0, "date": 1, "unrecorded": 2}


def shelves_to_look_at(rows: Iterable[Row], lot: str | None = None) -> list[Found]:
    """List every shelf on which a recalled item, or one of its lots, may lie.

    Parameters
    ----------
    rows : iterable of mapping
        Those of ``lots.csv`` of the recalled items.
    lot : str, optional
        The recalled lot; without one the whole item is recalled.

    Returns
    -------
    list of Found
        Recorded ones first, then by falling units, cabinet and item.

    Notes
    -----
    What lies on a shelf beyond its recorded lots is of the recalled lot as often as recorded deliveries of the item
    in all wards are. Where nobody recorded the lot anywhere, every shelf of the item may hold it.
    """
    of_shelf: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        of_shelf[row["cabinet_id"], row["item_id"]].append(row)
    if lot is None or not any(_is_lot(row, lot) for here in of_shelf.values() for row in here):
        basis: Basis = "item" if lot is None else "unrecorded"
        found = [
            Found(*place, "", "", basis, float(row["p_there"]), float(row["units"]))
            for place, here in of_shelf.items()
            for row in here
            if row["what"] == "all" and row["p_there"] >= LEAST
        ]
        return _ordered(found)
    share, dates = _share_and_dates(of_shelf, lot)
    return _ordered(
        [one for place, here in of_shelf.items() if (one := _of_shelf(place, here, lot, share, dates)) is not None]
    )


def _is_lot(row: Row, lot: str) -> bool:
    return row["what"] == "lot" and plain_lot(row["lot"] or "") == plain_lot(lot)


def plain_lot(lot: str) -> str:
    """Return a lot's number as it is compared: without blanks, capitals or leading zeros.

    Examples
    --------
    >>> plain_lot(" 00ab12 ")
    'AB12'
    """
    return lot.replace(" ", "").upper().lstrip("0")


def _share_and_dates(
    of_shelf: Mapping[tuple[str, str], Sequence[Row]], lot: str
) -> tuple[dict[str, float], dict[str, set[str]]]:
    """The lot's share of recorded deliveries, and its dates, by item."""
    received: dict[str, float] = defaultdict(float)
    of_lot: dict[str, float] = defaultdict(float)
    dates: dict[str, set[str]] = defaultdict(set)
    for (_, item), here in of_shelf.items():
        for row in here:
            if row["what"] == "lot":
                received[item] += float(row["received"] or 0)
                if _is_lot(row, lot):
                    of_lot[item] += float(row["received"] or 0)
                    dates[item].update(filter(None, [row["expiry"]]))
    return {item: of_lot[item] / total if total else 0.0 for item, total in received.items()}, dates


def _of_shelf(
    place: tuple[str, str],
    here: Sequence[Row],
    lot: str,
    share: Mapping[str, float],
    dates: Mapping[str, set[str]],
) -> Found | None:
    recorded = [row for row in here if _is_lot(row, lot)]
    if recorded:
        best = max(recorded, key=lambda row: float(row["p_there"]))
        units = sum(float(row["units"]) for row in recorded)
        return Found(*place, best["lot"], best["expiry"] or "", "recorded", float(best["p_there"]), units)
    of_date = [row for row in here if row["what"] == "date" and row["expiry"] in dates.get(place[1], ())]
    if of_date:
        best = max(of_date, key=lambda row: float(row["p_there"]))
        units = sum(float(row["units"]) for row in of_date)
        return Found(*place, "", best["expiry"], "date", float(best["p_there"]), units)
    every = next((row for row in here if row["what"] == "all"), None)
    if every is None:
        return None
    named = sum(float(row["units"]) for row in here if row["what"] == "lot")
    unknown = max(float(every["units"]) - named, 0.0)
    chance = min(float(every["p_there"]), unknown) * share.get(place[1], 0.0)
    return Found(*place, "", "", "unrecorded", chance, unknown * share.get(place[1], 0.0)) if chance >= LEAST else None


def _ordered(found: Iterable[Found]) -> list[Found]:
    return sorted(found, key=lambda one: (_ORDER[one.basis], -one.units, one.cabinet_id, one.item_id))
