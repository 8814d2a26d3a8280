"""What is kept in memory so that it need not be made or asked for again: answers while nothing changes, and pages."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Generic, TypeVar

Thing = TypeVar("Thing")
_MOST_BYTES, _MOST_THINGS = 64 * 2**20, 500


@dataclass(frozen=True, slots=True)
class Place:
    """Where something lies."""

    unit: str
    hospital: str
    ward_id: str


@dataclass(frozen=True, slots=True)
class Made:
    """An answer's body as it was sent before, its ETag, and where what it shows lies, if it lies somewhere."""

    body: bytes
    etag: str
    place: Place | None = None


@dataclass(slots=True)
class Pages:
    """Answers made from a published run, which never changes; the ones asked for last stay."""

    most_bytes: int = _MOST_BYTES
    _made: OrderedDict[tuple[object, ...], Made] = field(default_factory=OrderedDict)
    _bytes: int = 0
    _lock: Lock = field(default_factory=Lock)

    def get(self, key: tuple[object, ...]) -> Made | None:
        """Return the answer made for this key before, if it is still there."""
        with self._lock:
            made = self._made.get(key)
            if made is not None:
                self._made.move_to_end(key)
            return made

    def keep(self, key: tuple[object, ...], made: Made) -> None:
        """Keep an answer, and let go those not asked for longest."""
        with self._lock:
            if key in self._made:
                return
            self._made[key] = made
            self._bytes += len(made.body)
            while self._bytes > self.most_bytes:
                _, old = self._made.popitem(last=False)
                self._bytes -= len(old.body)


@dataclass(slots=True)
class WhileUnchanged(Generic[Thing]):
    """Things read from the database, good until anybody changes anything in it."""

    most: int = _MOST_THINGS
    _state: object = None
    _things: dict[object, Thing] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def get(self, state: object, key: object) -> Thing | None:
        """Return what was read in this state; a state of None is one that nobody knows."""
        with self._lock:
            return self._things.get(key) if state is not None and state == self._state else None

    def keep(self, state: object, key: object, thing: Thing) -> None:
        """Keep what was read; the state is the one from before it was read."""
        if state is None:
            return
        with self._lock:
            if state != self._state or len(self._things) >= self.most:
                self._state, self._things = state, {}
            self._things[key] = thing


@dataclass(slots=True)
class OfRuns:
    """What was worked out of published runs, which never change; that of the last few stays."""

    most: int = 20
    _things: OrderedDict[object, Any] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def get_or(self, key: object, make: Callable[[], Thing]) -> Thing:
        """Return what is kept for this key, or work it out and keep it."""
        with self._lock:
            if key in self._things:
                found: Thing = self._things[key]
                return found
        made = make()
        with self._lock:
            self._things[key] = made
            while len(self._things) > self.most:
                self._things.popitem(last=False)
        return made
