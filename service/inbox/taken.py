"""One arrival that was taken: its folder's name holds the id of its run, so that a restart finds the two together."""

from __future__ import annotations

import json
import secrets
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.inbox.arrivals import TAKEN
from service.refusals import WrongType
from service.runs.uploads import Sent

_TRIES = ".tries"
_ID_BYTES = 8


@dataclass(frozen=True, slots=True)
class Taken:
    """An arrival in ``INBOX/taken/NAME-RUN``.

    Attributes
    ----------
    folder : Path
    """

    folder: Path

    @property
    def run_id(self) -> str:
        """Id of the run made of it."""
        return self.folder.name.rpartition("-")[2]

    @property
    def name(self) -> str:
        """Its name as it arrived."""
        return self.folder.name.rpartition("-")[0]

    @property
    def arrival(self) -> Path:
        """What arrived."""
        return self.folder / self.name

    @property
    def report(self) -> Path:
        """What is said of it, beside it under a name that the arrival itself can't have."""
        return self.folder / f"{self.name}.report.json"

    def sent(self, open_files: ExitStack) -> list[Sent]:
        """Open its files; WrongType where one is a link or a folder."""
        whole = self.arrival.is_dir() and not self.arrival.is_symlink()
        paths = sorted(self.arrival.iterdir()) if whole else [self.arrival]
        for path in paths:
            if path.is_symlink() or not path.is_file():
                raise WrongType(file=path.name)
        return [Sent(path.name, open_files.enter_context(path.open("rb"))) for path in paths]

    def under_a_new_run(self) -> Taken:
        """Give it another run, because the work on this one was lost, and count that."""
        tries = self.folder / _TRIES
        tries.write_text("\n".join(self.lost() | {self.run_id}), "utf-8")
        return Taken(self.folder.rename(self.folder.with_name(f"{self.name}-{_new_id()}")))

    def lost(self) -> set[str]:
        """Name the earlier runs on it that were lost."""
        tries = self.folder / _TRIES
        return set(tries.read_text("utf-8").split()) if tries.exists() else set()

    def put_away(self, to: str, report: dict[str, Any]) -> Path:
        """Move it to done or refused, with its report beside it; the report comes first, so both are there or none."""
        self.report.write_text(json.dumps(report, ensure_ascii=False, indent=2, default=str), "utf-8")
        (self.folder / _TRIES).unlink(missing_ok=True)
        return self.folder.rename(self.folder.parents[1] / to / self.folder.name)


def take(arrival: Path) -> Taken:
    """Take an arrival out of the inbox, in one step.

    Raises
    ------
    OSError
        If it can't be moved, such as when somebody took it away again.
    """
    folder = arrival.parent / TAKEN / f"{arrival.name}-{_new_id()}"
    folder.mkdir(parents=True)
    try:
        arrival.rename(folder / arrival.name)
    except OSError:
        folder.rmdir()
        raise
    return Taken(folder)


def all_taken(inbox: Path) -> list[Taken]:
    """List what was taken and not put away yet; a folder that got nothing, as its taker was killed, is let go."""
    found = []
    for folder in sorted((inbox / TAKEN).iterdir()):
        one = Taken(folder)
        if one.arrival.exists() or one.arrival.is_symlink():
            found.append(one)
        else:
            with suppress(OSError):  # somebody put something else there
                folder.rmdir()
    return found


def _new_id() -> str:
    return secrets.token_hex(_ID_BYTES)
