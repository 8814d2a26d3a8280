"""Options of the test suite."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `make notebooks` keep the executed notebooks."""
    parser.addoption("--notebook-output", type=Path, default=None, help="Folder that gets the executed notebooks.")


@pytest.fixture
def notebook_output(request: pytest.FixtureRequest) -> Path | None:
    """Folder for the executed notebooks, if somebody wants them."""
    folder: Path | None = request.config.getoption("--notebook-output")
    return folder
