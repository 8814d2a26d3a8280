"""A worker as a process of its own: started, heard, and ended together with its helpers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from service.settings import Settings

_POLITE_SECONDS = 10.0


@dataclass
class Heard:
    """What a worker told so far.

    Attributes
    ----------
    step, share : str, float
        What it is doing, and how much of the whole is done.
    facts : dict
        What else it found out.
    """

    step: str = "check"
    share: float = 0.0
    facts: dict[str, Any] = field(default_factory=dict)

    def listen(self, lines: IO[str]) -> None:
        """Take in what is told, until the worker says no more."""
        for line in lines:
            try:
                told = json.loads(line)
            except ValueError:
                continue  # a library's word, not ours
            if isinstance(told, dict):
                self.step = told.pop("step", self.step)
                self.share = max(self.share, told.pop("share", self.share))
                self.facts = {**self.facts, **told}


class Worker:
    """A running worker.

    Parameters
    ----------
    folder : Path
        The folder of its run; order.json there says what to do.
    settings : Settings
        What it must know of the service.
    log : text file
        Gets what it says to people.
    with_database : bool
        Whether it publishes what it makes; who only checks what somebody sent learns of no database and no key.
    """

    def __init__(self, folder: Path, settings: Settings, log: IO[str], *, with_database: bool) -> None:
        self.heard = Heard()
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "service.runs.work", str(folder)],
            # The end of this pipe tells the worker that nobody would hear of it any more.
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=_environment(settings, with_database=with_database),
            start_new_session=True,
        )
        self._listener = threading.Thread(target=self.heard.listen, args=(self._process.stdout,), daemon=True)
        self._listener.start()

    @property
    def pid(self) -> int:
        """Id of its process."""
        return self._process.pid

    def wait(self, seconds: float) -> int | None:
        """Wait for its end, and return its exit code; None if it is still at work."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def end(self, *, politely: bool = True) -> int:
        """Stop it and its helpers, politely, then for certain; return its exit code."""
        if politely and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self.wait(_POLITE_SECONDS)
        with suppress(ProcessLookupError):  # nobody is left of its group
            os.killpg(self._process.pid, signal.SIGKILL)
        code = self._process.wait()
        self._listener.join(_POLITE_SECONDS)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        return code


# What a program of ours needs of the environment; all else, secrets among it, is none of a file reader's business.
_NEEDED = ("PATH", "HOME", "LANG", "TZ", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
_NEEDED_KINDS = ("LC_", "PYTHON", "NUMBA_", "OMP_", "MKL_", "OPENBLAS_", "LOKY_", "JOBLIB_", "MPL", "COVERAGE_")


def _environment(settings: Settings, *, with_database: bool) -> Mapping[str, str]:
    """What the worker must know of the environment and the settings, however they came here."""
    kept = {name: value for name, value in os.environ.items() if name in _NEEDED or name.startswith(_NEEDED_KINDS)}
    if not with_database:
        return kept
    return {
        **kept,
        "BRIKOPT_DATA_DIR": str(settings.data_dir.resolve()),
        "DATABASE_URL": settings.database_url,
        "BRIKOPT_AUDIT_KEY": settings.audit_key.get_secret_value(),
        "BRIKOPT_KEEP_RUNS": str(settings.keep_runs),
        "BRIKOPT_KEEP_ANSWERS_DAYS": str(settings.keep_answers_days),
        "BRIKOPT_PATIENCE_SECONDS": str(settings.patience_seconds),
    }
