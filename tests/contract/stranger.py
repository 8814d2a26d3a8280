"""A hospital's tables as a stranger sends them: other names, titles, totals, packs, sheets, and a Norwegian tongue."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from tests.worlds import Texts

# Norwegian headings, most of them neither Danish nor of the contract.
HEADINGS = {
    "wards": {"ward_id": "Avdelingskode", "ward_name": "Avdeling", "hospital": "Sykehus", "unit": "Klinikk"}
    | {"order_days": "Bestillingsdager", "delivery_days": "Leveringsdager", "sor_code": "SOR"}
    | {"nonbrik_relevant": "Gjelder uten brikker"},
    "cabinets": {"cabinet_id": "Skapnr", "ward_id": "Avdelingskode", "kind": "Skaptype", "capacity_litres": "Liter"},
    "items": {"item_id": "Artikkelnummer", "name": "Artikkelnavn", "pack_size": "Antall per pakning"}
    | {"unit_price_dkk": "Pris per stk", "unit_volume_litres": "Volum (liter)", "shelf_life_days": "Holdbarhet (dager)"}
    | {
        "critical": "Kritisk vare",
        "lead_time_days_mean": "Leveringstid (dager)",
        "lead_time_days_sd": "Leveringstid SD",
    }
    | {"category": "Varegruppe", "stocked": "Lagerført", "co2e_kg_per_unit": "CO2e kg per stk", "gtin": "GTIN"}
    | {"air_freight_share": "Andel flyfrakt", "substitute_group": "Erstatningsgruppe", "ecolabel": "Miljømerke"},
    "positions": {"cabinet_id": "Skapnr", "item_id": "Artikkelnummer", "min_level": "Minimum", "max_level": "Maksimum"}
    | {"brik_qty": "Antall per brikke", "brik_count": "Antall brikker", "active_from": "Aktiv fra"},
    "orders": {"order_id": "Ordrenummer", "ordered_at": "Bestilt dato", "cabinet_id": "Skapnr"}
    | {"item_id": "Artikkelnummer", "quantity": "Antall pakninger", "channel": "Bestillingsmåte"},
    "deliveries": {"delivered_at": "Levert dato", "cabinet_id": "Skapnr", "item_id": "Artikkelnummer"}
    | {"quantity": "Mengde", "order_id": "Ordrenummer", "lot": "Batchnummer", "expiry_date": "Utløpsdato"},
    "counts": {"counted_at": "Talt dato", "cabinet_id": "Skapnr", "item_id": "Artikkelnummer", "quantity": "Mengde"}
    | {"lot": "Batchnummer", "expiry_date": "Utløpsdato"},
    "discards": {"discarded_at": "Kassert dato", "cabinet_id": "Skapnr", "item_id": "Artikkelnummer"}
    | {"quantity": "Mengde", "reason": "Årsak", "lot": "Batchnummer", "expiry_date": "Utløpsdato"},
    "reviews": {"reviewed_at": "Gjennomgått dato", "ward_id": "Avdelingskode", "kind": "Skaptype"}
    | {"reviewer": "Gjennomgått av"},
    "shelf_dates": {"checked_at": "Sjekket dato", "cabinet_id": "Skapnr", "item_id": "Artikkelnummer"}
    | {"earliest_expiry": "Tidligste utløpsdato"},
    "level_changes": {"changed_at": "Endret dato", "cabinet_id": "Skapnr", "item_id": "Artikkelnummer"}
    | {"old_min_level": "Forrige minimum", "old_max_level": "Forrige maksimum"}
    | {"old_brik_qty": "Forrige antall per brikke", "old_brik_count": "Forrige antall brikker"},
    "protected": {"item_id": "Artikkelnummer", "ward_id": "Avdelingskode", "reason": "Begrunnelse"}
    | {"owner": "Ansvarlig", "until": "Til dato"},
    "uses": {"used_at": "Brukt dato", "cabinet_id": "Skapnr", "item_id": "Artikkelnummer", "quantity": "Mengde"}
    | {"lot": "Batchnummer", "expiry_date": "Utløpsdato", "complete": "Fullstendig"},
    "back_orders": {"item_id": "Artikkelnummer", "from": "Fra dato", "until": "Til dato"}
    | {"substitute_item_id": "Erstatningsartikkel", "supplier": "Leverandør"},
    "warehouse_stock": {"stock_at": "Lagerdato", "item_id": "Artikkelnummer", "quantity": "Mengde"},
    "activity": {"month": "Måned", "unit": "Klinikk", "activity": "Liggedøgn"},
}
WORDS = {
    "kind": {"brik": "Brikke", "non_brik": "Uten brikker"},
    "channel": {"brik": "Brikke", "manual": "Manuell", "urgent": "Haster"},
    "critical": {"1": "Ja", "0": "Nei"},
    "stocked": {"1": "Ja", "0": "Nei"},
}
FILES = {
    "items": "Artikler 2025-03-01.csv",
    "positions": "Skapinnhold.csv",
    "orders": "Bestillinger_2025-03-01.csv",
    "deliveries": "Leveranser_{part}.csv",  # in two parts
    "counts": "Varetelling.csv",
    "discards": "Kassert.csv",
    "reviews": "Gjennomgang.csv",
    "shelf_dates": "Sjekkede datoer.csv",
    "level_changes": "Nivåendringer.csv",
    "protected": "Beskyttede varer.csv",
    "uses": "Uttak.csv",
    "back_orders": "Restordre.csv",
    "warehouse_stock": "Sentrallager.csv",
    "activity": "Aktivitet.csv",
}
WORKBOOK = "Avdelinger og skap.xlsx"


def write_stranger(folder: Path, tables: Texts) -> Path:
    """Write the tables as that stranger does; orders are in packs, and broken rows stay broken."""
    folder.mkdir(parents=True)
    packs = dict(zip(tables["items"]["item_id"], tables["items"]["pack_size"], strict=True))
    with pd.ExcelWriter(folder / WORKBOOK, engine="xlsxwriter") as book:
        for table, sheet in (("wards", "Avdelinger"), ("cabinets", "Skap")):
            _strange(table, tables[table]).to_excel(book, sheet_name=sheet, index=False, startrow=2)
            book.sheets[sheet].write(0, 0, "Oversikt fra forsyning")
    for table, name in FILES.items():
        if table not in tables:
            continue
        frame = tables[table]
        if table == "orders":
            rows = zip(frame["item_id"], frame["quantity"], strict=True)
            frame = frame.assign(quantity=[_packs(units, packs.get(item, "")) for item, units in rows])
        strange = _strange(table, frame)
        if "{part}" in name:
            half = (len(strange) + 1) // 2
            _write(folder / name.format(part="2024"), strange[:half], table)
            _write(folder / name.format(part="2025"), strange[half:], table)
        else:
            _write(folder / name, strange, table)
    return folder


def _packs(units: str, size: str) -> str:
    if not (units.isdigit() and size.isdigit() and int(size)):
        return units
    assert int(units) % int(size) == 0, (units, size)
    return str(int(units) // int(size))


def _write(path: Path, frame: pd.DataFrame, table: str) -> None:
    """Semicolons and Windows-1252; orders have a title above and a total below."""
    text = frame.to_csv(index=False, sep=";", lineterminator="\r\n")
    if table == "orders":
        width = len(frame.columns) - 1
        text = f"Bestillinger{';' * width}\r\nSkrevet ut 01.03.2025{';' * width}\r\n\r\n{text}"
        text += f"Sum{';' * (width - 1)}{pd.to_numeric(frame['Antall pakninger'], errors='coerce').sum():.0f};\r\n"
    path.write_bytes(text.encode("cp1252"))


def _strange(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    columns = {}
    for name in frame.columns:
        words: Mapping[str, str] = WORDS.get(str(name), {})
        columns[HEADINGS[table].get(str(name), str(name))] = [_text(str(name), cell, words) for cell in frame[name]]
    return pd.DataFrame(columns, dtype="str")


def _text(name: str, text: str, words: Mapping[str, str]) -> str:
    if name in words or text in words:
        return words.get(text, text)
    if name.endswith("_at") or name in ("expiry_date", "earliest_expiry", "until", "active_from", "from", "month"):
        return ".".join(reversed(text.split("-"))) if text else ""
    if name in ("unit_price_dkk", "unit_volume_litres", "capacity_litres", "activity") or name.startswith(
        ("lead", "co2e", "air")
    ):
        return text.replace(".", ",")
    return text
