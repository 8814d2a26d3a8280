"""Extracts with the faults that people who do this job have reported, written shelf by shelf. As of a Thursday."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

AS_OF = date(2024, 6, 27)
MONDAY = 3  # days back to the last Monday, whose goods came yesterday
HEADS = {
    "wards": "ward_id ward_name hospital unit order_days delivery_days valid_from valid_to",
    "cabinets": "cabinet_id ward_id kind capacity_litres",
    "items": "item_id name pack_size unit_price_dkk shelf_life_days lead_time_days_mean unit_volume_litres",
    "positions": "cabinet_id item_id min_level max_level brik_qty brik_count",
    "orders": "order_id ordered_at cabinet_id item_id quantity",
    "deliveries": "delivered_at cabinet_id item_id quantity order_id lot expiry_date",
    "counts": "counted_at cabinet_id item_id quantity lot expiry_date",
    "level_changes": "changed_at cabinet_id item_id old_min_level old_max_level old_brik_qty old_brik_count",
}


def day(back: int) -> str:
    """Write a day so many days before the day of decision."""
    return (AS_OF - timedelta(days=back)).isoformat()


def every(days: int, units: int, *, until: int = MONDAY, since: int = 545) -> list[tuple[int, int]]:
    """Order so many units again and again: days back, and units."""
    return [(back, units) for back in range(until, since, days)][::-1]


@dataclass(frozen=True, slots=True)
class Extracts:
    """Rows by table, without their headings."""

    rows: dict[str, list[tuple[object, ...]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, table: str, *rows: tuple[object, ...]) -> None:
        """Append rows; cells left out at the end are empty."""
        self.rows[table] += rows

    def ward(
        self, ward: str, days: str = "1,2,3,4,5", back: str = "1,2,3,4,5", opens: str = "", shuts: str = ""
    ) -> None:
        """Open a ward with one cabinet of each kind: `N` and `B` before its name."""
        self.add("wards", (ward, f"Ward {ward}", "H1", "U1", days, back, opens, shuts))
        self.add("cabinets", (f"N{ward}", ward, "non_brik"), (f"B{ward}", ward, "brik"))

    def shelf(
        self,
        item: str,
        lines: Iterable[tuple[int, int]] = (),
        *,
        cabinet: str = "N1",
        levels: tuple[object, object] = (20, 60),
        cards: tuple[int, int] | tuple[()] = (),
        pack: int = 1,
        price: object = 10,
        life: object = "",
        lead: object = 2,
        litres: object = "",
        after: int | None = 2,
        ordered: Callable[[str], str] = str,
        noted: Callable[[str], str] = str,
        came: Callable[[int], tuple[object, ...]] = lambda _: (),
    ) -> None:
        """Put an item up, with its lines.

        Parameters
        ----------
        item : str
            New, or one that other cabinets have too.
        lines : iterable of tuple of int
            Days back and units of each line.
        cabinet, levels, cards, pack, price, life, lead, litres
            As in the tables; with cards, (units, cards) say the levels.
        after : int, optional
            Days from a line until its goods came; None where they never did.
        ordered, noted : callable
            How the number of a line is written there, and with its goods.
        came : callable
            Lot and expiry date of goods, by the days back on which they came.
        """
        if item not in {row[0] for row in self.rows["items"]}:
            self.add("items", (item, item, pack, price, life, lead, litres))
        if cards:
            levels = ((cards[1] - 1) * cards[0], cards[1] * cards[0])
        self.add("positions", (cabinet, item, *levels, *cards))
        for at, (back, units) in enumerate(lines):
            number = f"{item}-{cabinet}-{at}"
            self.add("orders", (ordered(number), day(back), cabinet, item, units))
            if after is not None:
                arrived = back - after
                self.add("deliveries", (day(arrived), cabinet, item, units, noted(number), *came(arrived)))

    def write(self, folder: Path, above: Mapping[str, str] | None = None) -> Path:
        """Write a file a table, with what stands above the headings of some; return the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for table, head in HEADS.items():
            if self.rows[table]:
                names = head.split()
                with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
                    file.write((above or {}).get(table, ""))
                    csv.writer(file, lineterminator="\n").writerows(
                        [names, *([*row, *[""] * (len(names) - len(row))] for row in self.rows[table])]
                    )
        return folder
