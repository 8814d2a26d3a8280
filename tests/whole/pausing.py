"""Runs brikopt up to a chosen call, says so, and waits there to be killed.

``python -m tests.whole.pausing before brikopt.flows.run.write_workbook run --data …``
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from brikopt.cli import main

REACHED = "reached\n"
PATIENCE = 100  # seconds that it waits at most


def paused(call: Callable[..., Any], when: str) -> Callable[..., Any]:
    """Let a call wait before it does its work, or after."""

    def waits(*values: object, **named: object) -> Any:
        result = call(*values, **named) if when == "after" else None
        sys.stdout.write(REACHED)
        sys.stdout.flush()
        time.sleep(PATIENCE)
        return result

    return waits


if __name__ == "__main__":
    when, place, *arguments = sys.argv[1:]
    module_name, name = place.rsplit(".", 1)
    module = import_module(module_name)
    setattr(module, name, paused(getattr(module, name), when))
    sys.argv = ["brikopt", *arguments]
    main()
