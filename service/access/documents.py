"""What the identity provider says of itself: kept for minutes, fetched once at a time, not asked while it is ill."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore, Lock
from typing import Any

from service.refusals import ProviderFailed

Document = Mapping[str, Any]
Fetch = Callable[[str], Document]
# A provider that changes its keys shows them in its document long before it signs with them.
_KEPT_SECONDS, _REST_SECONDS, _BETWEEN_SECONDS = 300.0, 30.0, 10.0
# Whoever waits holds one of the threads that everybody's answers come from.
_WAIT_SECONDS, _MOST_AT_ONCE = 1.0, 8


@dataclass(frozen=True, slots=True)
class _Kept:
    at: float
    document: Document


class Documents:
    """The provider's documents, for all requests of one service.

    Notes
    -----
    After a failure the provider isn't asked again for half a minute (a circuit breaker): strangers that ask for the way
    in can't hold the service up, however slow the provider is.
    """

    def __init__(self) -> None:
        self._fetching, self._places = Lock(), BoundedSemaphore(_MOST_AT_ONCE)
        self._kept: dict[str, _Kept] = {}
        self._failed: dict[str, float] = {}

    def get(self, url: str, fetch: Fetch, *, anew: bool = False) -> Document:
        """Return a document.

        Parameters
        ----------
        url : str
            One of the provider's few addresses.
        fetch : callable
            Gets it; ProviderFailed where it can't.
        anew : bool
            What is kept may be out of date: fetch it, unless that was done a moment ago.

        Raises
        ------
        ProviderFailed
            If it can't be fetched, couldn't a moment ago, or somebody is at it for too long.
        """
        kept = self._good(url, _BETWEEN_SECONDS if anew else _KEPT_SECONDS)
        if kept is not None:
            return kept
        self._refuse_ill(url)
        if not self._fetching.acquire(timeout=_WAIT_SECONDS):
            raise ProviderFailed
        try:
            kept = self._good(url, _BETWEEN_SECONDS)  # by somebody who was quicker
            if kept is not None:
                return kept
            self._refuse_ill(url)
            try:
                document = fetch(url)
            except ProviderFailed:
                self._failed[url] = time.monotonic()
                raise
            self._kept[url] = _Kept(time.monotonic(), document)
            self._failed.pop(url, None)
            return document
        finally:
            self._fetching.release()

    @contextmanager
    def place(self) -> Iterator[None]:
        """Let only few talk with the provider at once; ProviderFailed for the others."""
        if not self._places.acquire(timeout=_WAIT_SECONDS):
            raise ProviderFailed
        try:
            yield
        finally:
            self._places.release()

    def _good(self, url: str, seconds: float) -> Document | None:
        kept = self._kept.get(url)
        return kept.document if kept and time.monotonic() - kept.at < seconds else None

    def _refuse_ill(self, url: str) -> None:
        failed = self._failed.get(url)
        if failed is not None and time.monotonic() - failed < _REST_SECONDS:
            raise ProviderFailed
