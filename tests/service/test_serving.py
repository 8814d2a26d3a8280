"""`brikopt serve` as a process: it starts on an empty folder, answers, and ends when it is told."""

from __future__ import annotations

import signal
import socket

import httpx

from tests.whole.results import start, waited_for


def test_a_service_starts_answers_and_ends_cleanly(tmp_path):
    """Where to open stands on its output; alive at once, not ready without a run; a stop ends it within its time."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = start("serve", "--data-dir", tmp_path / "data", "--port", port, cwd=tmp_path)
    address = f"http://127.0.0.1:{port}"

    def alive() -> bool:
        try:
            return httpx.get(f"{address}/health/live").status_code == 200
        except httpx.TransportError:
            return False

    try:
        assert waited_for(alive, process), process.stderr.read()
        assert httpx.get(f"{address}/health/ready").status_code == 503
    finally:
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=60)
    assert f"{address}/" in said
    assert process.returncode in (0, -signal.SIGTERM)
