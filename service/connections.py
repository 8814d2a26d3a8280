"""Connections that say nothing, or say it too slowly, are closed: each of them takes a file of the process."""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

# From the first byte, or the beginning of a connection, to the end of the head; and between two pieces of a body.
HEAD_SECONDS, PIECE_SECONDS = 15.0, 30.0


class BoundedConnection(H11Protocol):
    """uvicorn's connection with limits in time, as a class of its own because uvicorn makes them."""

    head_seconds, piece_seconds = HEAD_SECONDS, PIECE_SECONDS
    _limit: asyncio.TimerHandle | None = None
    _in_head = False

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - as asyncio calls it
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """Take a piece, and wait for what must follow it."""
        super().data_received(data)
        state = self.conn.their_state
        if state is h11.IDLE:
            if not self._in_head:
                self._wait_for_head()
        elif state is h11.SEND_BODY:
            self._in_head = False
            self._wait(self.piece_seconds)
        else:
            self._end_wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._end_wait()
        super().connection_lost(exc)

    def _wait_for_head(self) -> None:
        # Not renewed by what comes: a byte now and then isn't a head.
        self._in_head = True
        self._wait(self.head_seconds)

    def _wait(self, seconds: float) -> None:
        if self._limit is not None:
            self._limit.cancel()
        self._limit = self.loop.call_later(seconds, self._give_up)

    def _end_wait(self) -> None:
        self._in_head = False
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None

    def _give_up(self) -> None:
        self._limit = None
        if self.flow is not None and self.flow.read_paused:
            self._wait(self.piece_seconds)  # It is us who don't read.
        elif self.transport is not None:
            self.transport.abort()
