"""Where the files of a requested run lie."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from service.settings import Settings

_RUNS, _UPLOADS = "runs", "uploads"


@dataclass(frozen=True, slots=True)
class JobFolder:
    """The folder of one requested run.

    Attributes
    ----------
    path : Path
        Named as the run.
    """

    path: Path

    @classmethod
    def of(cls, settings: Settings, run_id: str) -> JobFolder:
        """Name the folder of a run."""
        return cls(settings.data_dir.resolve() / _RUNS / run_id)

    @property
    def extracts(self) -> Path:
        """What was sent, unpacked."""
        return self.path / "extracts"

    @property
    def input(self) -> Path:
        """What the run reads: the extracts, and what flowed back."""
        return self.path / "input"

    @property
    def result(self) -> Path:
        """What the run writes, until it is published."""
        return self.path / "result"

    @property
    def order(self) -> Path:
        """What the worker is told."""
        return self.path / "order.json"

    @property
    def rejected(self) -> Path:
        """The rows that the check refused."""
        return self.path / "rejected_rows.csv"

    @property
    def log(self) -> Path:
        """What the worker said."""
        return self.path / "log.txt"

    def clear(self, *, failed: bool) -> None:
        """Keep only what may be asked for later: not even a failed run's extracts, which nobody will use."""
        gone = (self.result, self.order, self.extracts, *((self.input,) if failed else ()))
        for path in gone:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def upload_folder(settings: Settings) -> Path:
    """Where uploads arrive, before they are complete."""
    return settings.data_dir.resolve() / _UPLOADS
