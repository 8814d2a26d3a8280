"""What is released: the same bytes from the same sources, and a wheel that works far from the checkout."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    """Wheel and source archive."""
    return built(tmp_path_factory.mktemp("release"))


def built(folder: Path) -> dict[str, Path]:
    """Build both without the network; by their endings."""
    for target in ("wheel", "sdist"):
        subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(folder)],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
    return {path.suffix: path for path in folder.iterdir()}


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_two_builds_are_the_same_bytes(release, tmp_path):
    """Whoever doubts a download can build it again and compare."""
    again = built(tmp_path)
    assert {ending: digest(path) for ending, path in again.items()} == {
        ending: digest(path) for ending, path in release.items()
    }


def test_everything_that_is_not_code_travels_along(release):
    """Models, sentences, templates, styles; no test, no cache, nobody's data."""
    with zipfile.ZipFile(release[".whl"]) as archive:
        names = archive.namelist()
    for needed in ("brikopt/reports/texts/da.toml", "service/web/templates/", "service/web/static/", "brikopt/models/"):
        assert any(name.startswith(needed) for name in names), needed
    assert [name for name in names if name.startswith("tests/") or "__pycache__" in name or name.endswith(".nbi")] == []
    with tarfile.open(release[".gz"]) as archive:
        sources = archive.getnames()
    assert any(name.endswith("/requirements.lock") for name in sources)
    assert [name for name in sources if "/.venv/" in name or "/brikopt-data/" in name] == []


def test_the_wheel_works_far_from_the_checkout(release, tmp_path):
    """Unpacked elsewhere, it runs with its own files: here the schemas of the extracts."""
    with zipfile.ZipFile(release[".whl"]) as archive:
        archive.extractall(tmp_path / "installed")  # noqa: S202 - made above
    told = subprocess.run(
        [sys.executable, "-m", "brikopt", "schema", "--out", "schemas"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "installed")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (tmp_path / "schemas" / "datapackage.json").is_file()
    assert "orders.schema.json" in told.stdout
