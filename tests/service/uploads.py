"""Uploads as tests send them, and archives that nobody should take."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl

PATIENCE = 240  # seconds until a test gives up on a run: a worker starts and compiles first
WARDS = b"ward_id,ward_name,hospital,unit\nA1,Alfa,H,U\n"
EXTRACTS = {
    "wards.csv": WARDS,
    "cabinets.csv": b"cabinet_id,ward_id,kind\nS1,A1,brik\n",
    "items.csv": b"item_id,name,pack_size,unit_price_dkk\n000050,Kanyle,10,2\n",
    "positions.csv": b"cabinet_id,item_id,min_level,max_level,brik_qty,brik_count\nS1,000050,10,20,10,2\n",
    "orders.csv": b"order_id,ordered_at,cabinet_id,item_id,quantity,channel\n1,2025-01-06,S1,000050,10,brik\n",
}
Content = bytes | str


def zipped(files: Mapping[str, Content], **options: Any) -> bytes:
    """A zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def zipped_as(info: zipfile.ZipInfo, content: bytes) -> bytes:
    """A zip file with one entry that says of itself what it likes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(info, content)
    return out.getvalue()


def claiming(archive: bytes, size: int) -> bytes:
    """The same archive; its directory says that the first file has this size."""
    at = archive.index(b"PK\x01\x02") + 24
    return archive[:at] + struct.pack("<L", size) + archive[at + 4 :]


def workbook(rows: list[list[Any]]) -> bytes:
    """A workbook of one sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(book: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook with one of its parts changed, or added."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    return zipped({**parts, name: change(parts.get(name, b""))})


def folder_as_files(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def send(
    client: Any, key: str, files: Mapping[str, Content], fields: Mapping[str, str] | None = None, **headers: str
) -> Any:
    """Send files as a form does; in names of headers _ stands for -."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    parts = [("files", (name, content)) for name, content in files.items()]
    signed = {"Authorization": f"Bearer {key}", **named}
    return client.post("/api/v1/runs", files=parts, data=dict(fields or {}), headers=signed)


def followed(client: Any, key: str, run_id: str, until: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Look at a run until something holds of it."""
    end = time.monotonic() + PATIENCE
    while True:
        answer = client.get(f"/api/v1/runs/{run_id}", headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == 200, answer.text
        if until(answer.json()):
            return dict(answer.json())
        assert time.monotonic() < end, answer.text
        time.sleep(0.1)


def ended(run: Mapping[str, Any]) -> bool:
    """Whether a run is done or has failed."""
    return run["state"] in ("done", "failed")
