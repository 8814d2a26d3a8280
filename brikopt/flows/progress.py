"""Show how far a command has come, and remember how long each step took."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bars


class Step(Protocol):
    """One step of a command."""

    def advance(self, amount: int = 1) -> None:
        """Say that so many more pieces of work are done."""


class Progress(Protocol):
    """Follows a command through its steps.

    Attributes
    ----------
    seconds : mapping of str to float
        How long each finished step took; a step that came twice has its sum.
    """

    @property
    def seconds(self) -> Mapping[str, float]:
        """Return the time taken by each finished step."""

    def step(self, name: str, total: int | None = None) -> AbstractContextManager[Step]:
        """Enter a step; ``total`` is the number of its pieces of work, where it is known."""


class SilentProgress:
    """Only takes the time."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str, total: int | None = None) -> Iterator[Step]:  # noqa: ARG002 - part of Progress
        """Take the time of a step."""
        with _timed(self.seconds, name):
            yield _Unshown()


class ShownProgress:
    """Shows a bar a step on a terminal, and one line a finished step anywhere else.

    Parameters
    ----------
    labels : mapping of str to str
        What to call the steps; one without a label is shown by its name.
    stream : text stream, optional
        Where to show it; standard error by default, so that the findings can be piped.
    """

    def __init__(self, labels: Mapping[str, str], stream: TextIO | None = None) -> None:
        self.seconds: dict[str, float] = {}
        self._labels = labels
        self._console = Console(file=stream or sys.stderr)

    @contextmanager
    def step(self, name: str, total: int | None = None) -> Iterator[Step]:
        """Show a step while it lasts."""
        label = self._labels.get(name, name)
        with _timed(self.seconds, name):
            if not self._console.is_terminal:
                yield _Unshown()
            else:
                with _bars(self._console) as bars:
                    yield _Bar(bars, label, total)
        if not self._console.is_terminal:
            self._console.file.write(f"{label}: {self.seconds[name]:.1f} s\n")


class _Unshown:
    def advance(self, amount: int = 1) -> None:
        """Take note of nothing."""


class _Bar:
    def __init__(self, bars: Bars, label: str, total: int | None) -> None:
        self._bars, self._total = bars, total
        self._task = bars.add_task(label, total=total)

    def advance(self, amount: int = 1) -> None:
        self._bars.advance(self._task, amount)


@contextmanager
def _timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    seconds[name] = seconds.get(name, 0.0) + time.perf_counter() - started


def _bars(console: Console) -> Bars:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    return Bars(*columns, console=console)
