"""How far a run has come: which part of the whole each step is, and how a worker tells it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TextIO

from brikopt.flows.progress import Step

# Where each step begins on the way from 0 to 1: rough shares of the time that a large region takes. A step that isn't
# named here happens within the one before.
_BEGINS = {
    "check": 0.0,
    "flow_back": 0.05,
    "read": 0.07,
    "evidence": 0.12,
    "cabinets": 0.2,
    "transfers": 0.8,
    "purchasing": 0.83,
    "review_plan": 0.86,
    "guides": 0.88,
    "reports": 0.9,
    "publish": 0.94,
}
_SECONDS_BETWEEN = 0.5


def share_of(step: str, done: int = 0, total: int | None = None) -> float | None:
    """Return how much of the whole is done.

    Parameters
    ----------
    step : str
        The step under way.
    done, total : int
        Its finished pieces of work, and all of them where that is known.

    Returns
    -------
    float or None
        0 to 1; None for a step that isn't known.

    Examples
    --------
    >>> share_of("cabinets", 50, 100)
    0.5
    """
    begins = list(_BEGINS.values())
    if step not in _BEGINS:
        return None
    begin = _BEGINS[step]
    end = min((one for one in begins if one > begin), default=1.0)
    return round(begin + (end - begin) * (done / total if total else 0.0), 3)


class ToldProgress:
    """Tells progress as lines of JSON, and finished steps as lines for people.

    Parameters
    ----------
    labels : mapping of str to str
        What to call the steps.
    machine, people : text stream
        Where the two kinds of lines go.
    """

    def __init__(self, labels: Mapping[str, str], machine: TextIO, people: TextIO) -> None:
        self.seconds: dict[str, float] = {}
        self._labels, self._machine, self._people = labels, machine, people

    @contextmanager
    def step(self, name: str, total: int | None = None) -> Iterator[Step]:
        """Tell of a step while it lasts."""
        begun = time.perf_counter()
        told = _Told(self, name, total)
        told.tell()
        yield told
        taken = time.perf_counter() - begun
        self.seconds[name] = self.seconds.get(name, 0.0) + taken
        self._people.write(f"{self._labels.get(name, name)}: {taken:.1f} s\n")
        self._people.flush()

    def tell(self, **facts: Any) -> None:  # noqa: ANN401 - whatever JSON can say
        """Tell a machine something."""
        self._machine.write(f"{json.dumps(facts, ensure_ascii=True, default=str)}\n")
        self._machine.flush()


class _Told:
    def __init__(self, progress: ToldProgress, name: str, total: int | None) -> None:
        self._progress, self._name, self._total = progress, name, total
        self._done, self._next = 0, 0.0

    def tell(self) -> None:
        share = share_of(self._name, self._done, self._total)
        if share is not None:
            self._progress.tell(step=self._name, share=share)

    def advance(self, amount: int = 1) -> None:
        """Count finished pieces, and tell of them now and then."""
        self._done += amount
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _SECONDS_BETWEEN
            self.tell()
