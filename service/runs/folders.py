"""Where the files of a requested run lie."""

from __future__ import annotations

import shutil
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from service.settings import Settings

_RUNS = "runs"
# An upload that is still coming in has a folder and no run yet.
_YOUNG_SECONDS = 6 * 3600.0


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
    def flowed_back(self) -> Path:
        """Every change that decisions made to the extracts."""
        return self.path / "flowed_back.json"

    @property
    def log(self) -> Path:
        """What the worker said."""
        return self.path / "log.txt"

    def clear(self) -> None:
        """Keep only what may be asked for later: the extracts themselves are the region's, and nobody needs a copy."""
        for path in (self.extracts, self.input, self.result):
            shutil.rmtree(path, ignore_errors=True)
        self.order.unlink(missing_ok=True)

    def remove(self) -> None:
        """Leave nothing."""
        shutil.rmtree(self.path, ignore_errors=True)


def clear_folders(settings: Settings, under_way: Collection[str], known: Collection[str]) -> None:
    """Take away what killed processes left: extracts of runs that have ended, and folders that no run belongs to.

    Parameters
    ----------
    settings : Settings
    under_way : collection of str
        Runs that wait or are worked on: theirs stay.
    known : collection of str
        All runs.
    """
    for path in (settings.data_dir.resolve() / _RUNS).glob("*"):
        folder = JobFolder(path)
        if path.name in known:
            if path.name not in under_way:
                folder.clear()
        elif time.time() - path.stat().st_mtime > _YOUNG_SECONDS:
            folder.remove()
