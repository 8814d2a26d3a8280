"""One shelf with its lines and goods of a year and a half, to be written otherwise than it is meant."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from brikopt.contract.extract import Tables
from brikopt.contract.intake import Intake, read_extracts
from brikopt.contract.quality.oddities import Oddity

Rows = dict[str, list[list[object]]]

LINES = 78
FIRST = date(2023, 1, 2)  # a Monday


def shelf(
    units: int = 20,
    *,
    pack: int = 10,
    levels: tuple[int, int] = (20, 60),
    cards: tuple[int, int] | None = None,
    price: object = 10,
    numbered: bool = True,
) -> Rows:
    """Ordered every Monday, delivered on Wednesday; without cards, or with some of so many units."""
    days = [FIRST + timedelta(days=7 * week) for week in range(LINES)]
    return {
        "wards": [["ward_id", "ward_name", "hospital", "unit"], ["W1", "Ward", "H", "U"]],
        "cabinets": [["cabinet_id", "ward_id", "kind"], ["C1", "W1", "brik" if cards else "non_brik"]],
        "items": [
            ["item_id", "name", "pack_size", "unit_price_dkk", "lead_time_days_mean"],
            ["I1", "X", pack, price, 2],
        ],
        "positions": [
            ["cabinet_id", "item_id", "min_level", "max_level", "brik_qty", "brik_count"],
            ["C1", "I1", *levels, *(cards or ("", ""))],
        ],
        "orders": [["order_id", "ordered_at", "cabinet_id", "item_id", "quantity"]]
        + [[f"O{n}", day, "C1", "I1", units] for n, day in enumerate(days)],
        "deliveries": [["delivered_at", "cabinet_id", "item_id", "quantity", "order_id"]]
        + [[day + timedelta(days=2), "C1", "I1", units, f"O{n}" if numbered else ""] for n, day in enumerate(days)],
    }


def counts(units: list[int], *, days_apart: int = 40) -> list[list[object]]:
    """So many units were counted, one count after another."""
    rows: list[list[object]] = [["counted_at", "cabinet_id", "item_id", "quantity"]]
    return rows + [[FIRST + timedelta(days=days_apart * n), "C1", "I1", some] for n, some in enumerate(units)]


def requantified(rows: Rows, table: str, change: Callable[[int, int], int]) -> Rows:
    """Write the quantity of each row of a table anew, by its number and units."""
    place = rows[table][0].index("quantity")
    body = [[*row[:place], change(n, int(str(row[place]))), *row[place + 1 :]] for n, row in enumerate(rows[table][1:])]
    return rows | {table: [rows[table][0], *body]}


def read(folder: Path, rows: Rows, mapping: str = "") -> Intake:
    """Write the tables as files, and read them."""
    for name, table in rows.items():
        with (folder / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows(table)
    if mapping:
        (folder / "mapping.toml").write_text(mapping)
    return read_extracts(folder, lang="en")


def tables(intake: Intake) -> Tables:
    """The good rows."""
    return intake.extract.before(intake.as_of)


def told(intake: Intake) -> dict[str, Oddity]:
    """What is odd, by its code and table."""
    return {f"{one.code} {one.table}": one for one in intake.oddities if not one.code.startswith("few_")}
