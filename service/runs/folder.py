"""Read a finished run from the folder that brikopt wrote."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from brikopt.contract.outputs import CABINET_LEVELS, DATA_QUALITY, LOTS, OUTPUTS, REJECTED_ROWS, SHELVES, Kind, Output
from brikopt.errors import BadInput
from brikopt.reports.file_names import file_stem
from brikopt.reports.masters import MASTERS_FILE
from brikopt.reports.publish import PRODUCT, RUN_RECORD

# What a run says of its input and of each cabinet's room is for those who make the run.
LISTS = (
    *(output for output in OUTPUTS if output not in (REJECTED_ROWS, DATA_QUALITY, CABINET_LEVELS)),
    SHELVES,
    LOTS,
)
_SINCE = (SHELVES, LOTS)  # lists that results of earlier versions lack
_GUIDES = "guide"
_GUIDE_FORMS = ("html", "pdf")
_AGAIN = "Make the result again with `brikopt run` of this version, and publish that."


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A finished run on disk.

    Attributes
    ----------
    path : Path
        The folder.
    record : mapping
        What ``run.json`` says.
    masters : mapping
        What ``masters.json`` says.
    """

    path: Path
    record: Mapping[str, Any]
    masters: Mapping[str, list[dict[str, Any]]]

    @property
    def run_id(self) -> str:
        """The result's name."""
        return str(self.record["run_id"])

    @property
    def as_of(self) -> date:
        """Moment of decision."""
        return date.fromisoformat(self.record["as_of"])

    def content(self) -> str:
        """Return the SHA-256 of all lists, masters and guides."""
        digest = hashlib.sha256()
        for path in sorted(
            [*self.path.glob("*.csv"), self.path / MASTERS_FILE, *(path for _, _, path in self._guides())]
        ):
            digest.update(f"{path.relative_to(self.path)}\n".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()

    def rows(self, output: Output) -> Iterator[dict[str, Any]]:
        """Read one list, a row at a time.

        Yields
        ------
        dict
            Values by column: whole units and flags as int, other numbers as float, dates and texts as text, None
            where the cell is blank.

        Raises
        ------
        BadInput
            If the list is missing or isn't as brikopt writes it.
        """
        path = self.path / f"{output.name}.csv"
        if output in _SINCE and not path.exists():
            return
        if not path.exists():
            raise BadInput(str(path), "the list is missing.", _AGAIN)
        with path.open(encoding="utf-8", newline="") as file:
            lines = csv.reader(file, strict=True)
            names = [column.name for column in output.columns]
            if next(lines, None) != names:
                raise BadInput(str(path), f"the columns are not {', '.join(names)}.", _AGAIN)
            readers = [_READERS.get(column.kind, str) for column in output.columns]
            for line in lines:
                cells = zip(names, readers, line, strict=True)
                yield {name: reader(cell) if cell else None for name, reader, cell in cells}

    def guides(self) -> Iterator[tuple[str, str, bytes]]:
        """Read the printed guides: ward, form (html or pdf), content."""
        for ward_id, form, path in self._guides():
            yield ward_id, form, path.read_bytes()

    def _guides(self) -> Iterator[tuple[str, str, Path]]:
        for ward in self.masters["wards"]:
            for form in _GUIDE_FORMS:
                path = self.path / _GUIDES / f"{file_stem(ward['ward_id'])}.{form}"
                if path.is_file():
                    yield ward["ward_id"], form, path


def open_run(path: Path) -> RunFolder:
    """Check that a folder holds a finished run, and open it.

    Parameters
    ----------
    path : Path
        As ``brikopt run --out`` wrote it.

    Returns
    -------
    RunFolder

    Raises
    ------
    BadInput
        If it holds something else, or a result of a version that wrote no masters.
    """
    record = _json(path / RUN_RECORD)
    if record.get("product") != PRODUCT or "run_id" not in record:
        raise BadInput(f"--run {path}", "the folder holds no result of brikopt.", "Name what `brikopt run` wrote.")
    # `brikopt check` leaves a record as well, and no lists.
    if not (path / f"{LISTS[0].name}.csv").exists():
        raise BadInput(f"--run {path}", "the folder holds no lists.", "Name what `brikopt run` wrote.")
    return RunFolder(path, record, _json(path / MASTERS_FILE))


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        problem = f"{path.name} can't be read ({error.strerror or error})."
        raise BadInput(f"--run {path.parent}", problem, _AGAIN) from None
    except (ValueError, RecursionError):
        raise BadInput(str(path), "this is not JSON.", _AGAIN) from None
    return content if isinstance(content, dict) else {}


_READERS = {Kind.UNITS: int, Kind.FLAG: int, Kind.DKK: float, Kind.NUMBER: float, Kind.RATE: float}
