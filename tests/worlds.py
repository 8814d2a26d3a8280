"""Small hospitals written by hand, and the files they come in."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from brikopt.contract.tables import INPUTS, InputTable, Kind

Texts = dict[str, pd.DataFrame]


def _table(header: str, *rows: str) -> pd.DataFrame:
    return pd.DataFrame([row.split("|") for row in rows], columns=header.split("|"), dtype="str")


def tiny_hospital() -> Texts:
    """Two wards, three cabinets, four items and five positions, every cell as text in the plain format.

    Cabinet S1 has cards; S2 and S3 have none. 2025-03-01 is the day after its newest row.
    """
    return {
        "wards": _table(
            "ward_id|ward_name|hospital|unit|order_days|delivery_days|nonbrik_relevant|sor_code",
            "A1|Røntgen, afsnit 1|Mølleby|Kirurgi|1,4|2,5|1|6369117916512",
            "A2|Kirurgi|Mølleby|Kirurgi|1,2,3,4,5|1,2,3,4,5||",
        ),
        "cabinets": _table(
            "cabinet_id|ward_id|kind|capacity_litres",
            "S1|A1|brik|120.5",
            "S2|A1|non_brik|",
            "S3|A2|non_brik|90",
        ),
        "items": _table(
            "item_id|name|pack_size|unit_price_dkk|unit_volume_litres|shelf_life_days|critical|lead_time_days_mean",
            "000050|Sprøjte 10 ml|10|4.58|0.038|180|0|3",
            "1706363|Kanyle G 24|50|0.25|0.002||0|1",
            "3383066|Handske, steril|5|4.39|0.052|540|1|2.5",
            "8786254|Kateter CH 34|5|1234.5|0.061|730|0|",
        ),
        "positions": _table(
            "cabinet_id|item_id|min_level|max_level|brik_qty|brik_count|active_from",
            "S1|000050|20|40|20|2|",
            "S1|3383066|0|5|5|1|",
            "S2|000050|5|20|||",
            "S2|1706363|50|100|||2024-06-01",
            "S3|8786254|0|5|||",
        ),
        "orders": _table(
            "order_id|ordered_at|cabinet_id|item_id|quantity|channel",
            "B1|2025-01-02|S1|000050|20|brik",
            "B1|2025-01-02|S1|3383066|5|",
            "B2|2025-01-16|S2|000050|20|",
            "B3|2025-02-03|S2|000050|10|manual",
            "B4|2025-02-27|S3|8786254|5|urgent",
        ),
        "deliveries": _table(
            "delivered_at|cabinet_id|item_id|quantity|order_id|lot|expiry_date",
            "2025-01-07|S1|000050|20|B1|L1|2025-05-31",
            "2025-01-07|S1|3383066|5|B1||",
            "2025-01-21|S2|000050|20|B2||",
            "2025-02-07|S2|000050|10||L2|2025-06-30",
            "2025-02-13|S2|1706363|50|||",
        ),
        "counts": _table(
            "counted_at|cabinet_id|item_id|quantity|lot|expiry_date",
            "2024-12-30|S1|000050|35||",
            "2024-12-30|S2|000050|0||",
            "2025-02-20|S3|8786254|3|L9|2025-04-30",
            "2025-02-20|S3|8786254|1|L8|2025-03-31",
            "2025-02-20|S2|1706363|1200||",
        ),
        "discards": _table(
            "discarded_at|cabinet_id|item_id|quantity|reason|lot|expiry_date",
            "2024-12-30|S1|000050|2|expired||2024-12-01",
            "2025-01-30|S2|000050|1|damaged||",
            "2025-02-28|S3|8786254|1|||",
        ),
        "reviews": _table(
            "reviewed_at|ward_id|kind|reviewer", "2024-11-05|A1|brik|gruppe 1", "2025-01-14|A2|non_brik|"
        ),
        "shelf_dates": _table("checked_at|cabinet_id|item_id|earliest_expiry", "2025-02-10|S2|000050|2025-06-30"),
        "level_changes": _table(
            "changed_at|cabinet_id|item_id|old_min_level|old_max_level|old_brik_qty|old_brik_count",
            "2024-01-02|S2|000050|5|30||",
        ),
        "protected": _table("item_id|ward_id|reason|owner|until", "3383066||Genoplivning|Anæstesi|2026-12-31"),
        "uses": _table("used_at|cabinet_id|item_id|quantity|lot|expiry_date|complete", "2025-02-01|S1|000050|0|||0"),
        "back_orders": _table(
            "item_id|from|until|substitute_item_id|supplier", "1706363|2025-01-10|2025-01-20|000050|Nordmed"
        ),
        "warehouse_stock": _table("stock_at|item_id|quantity", "2025-01-10|1706363|4010"),
        "activity": _table("month|unit|activity", "2025-01-31|Kirurgi|1234.5"),
    }


def write_extracts(
    folder: Path, tables: Mapping[str, pd.DataFrame], *, danish: bool = False, suffix: str = ".csv"
) -> Path:
    """Write tables of text as the files that brikopt reads.

    Parameters
    ----------
    folder : Path
        Gets one file a table; made if need be.
    tables : mapping of str to DataFrame of str
        In the plain format, as `tiny_hospital` gives them.
    danish : bool
        Danish headings, semicolons, decimal commas, thousands points, DD-MM-YYYY and Windows-1252.
    suffix : {".csv", ".csv.gz", ".xlsx", ".parquet"}
        Kind of file.

    Returns
    -------
    Path
        The folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for table in INPUTS:
        if table.name in tables:
            frame = _danish(table, tables[table.name]) if danish else tables[table.name]
            _write(folder / f"{table.name}{suffix}", frame, danish=danish)
    return folder


def _write(path: Path, frame: pd.DataFrame, *, danish: bool) -> None:
    if path.suffix == ".xlsx":
        frame.to_excel(path, index=False, engine="xlsxwriter")
    elif path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        text = frame.to_csv(index=False, sep=";" if danish else ",", lineterminator="\r\n" if danish else "\n")
        data = text.encode("cp1252" if danish else "utf-8")
        path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)


def _danish(table: InputTable, frame: pd.DataFrame) -> pd.DataFrame:
    columns = {}
    for name in frame:
        column = {column.name: column for column in table.columns}.get(str(name))
        heading = column.aliases[-1] if column and column.aliases else str(name)
        kind = column.kind if column else Kind.TEXT
        columns[heading] = [_danish_text(text, kind) for text in frame[name]]
    return pd.DataFrame(columns, dtype="str")


def _danish_text(text: str, kind: Kind) -> str:
    if kind is Kind.DATE and text:
        year, month, day = text.split("-")
        return f"{day}-{month}-{year}"
    if kind in (Kind.WHOLE, Kind.NUMBER) and text:
        whole, _, part = text.partition(".")
        return f"{int(whole):,}".replace(",", ".") + ("," + part if part else "")
    return text
