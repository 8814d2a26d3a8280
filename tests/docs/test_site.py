"""The documentation builds without a warning, its reference has everything, and its links lead somewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer

from brikopt.cli import app
from brikopt.contract.outputs import OUTPUTS
from brikopt.contract.tables import INPUTS
from brikopt.policy import Policy
from service.settings import Settings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The built pages."""
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    return folder


def text_of(page: Path) -> str:
    """A page without its marks."""
    return re.sub(r"<[^>]+>", "", page.read_text(encoding="utf-8"))


def test_nothing_is_fetched_from_elsewhere(site):
    """A page opens from a folder, without the network: scripts, styles, fonts and pictures come along."""
    pages = [page.read_text(encoding="utf-8") for page in site.rglob("*.html")]
    assert len(pages) > 25
    fetched = [one for page in pages for one in re.findall(r'<(?:script|img|source)[^>]*src="(https?:[^"]+)"', page)]
    fetched += [
        one for page in pages for one in re.findall(r'<link[^>]*rel="stylesheet"[^>]*href="(https?:[^"]+)"', page)
    ]
    assert fetched == []


def test_the_reference_names_every_column_command_key_setting_and_route(site):
    """It is made from the code, so nothing can be missing but by a fault of the one who makes it."""
    inputs, outputs, commands, policy, settings, api = (
        text_of(site / "reference" / f"{name}.html")
        for name in ("inputs", "outputs", "commands", "policy", "settings", "api")
    )
    assert [column.name for table in INPUTS for column in table.columns if column.name not in inputs] == []
    assert [column.name for table in OUTPUTS for column in table.columns if column.name not in outputs] == []
    assert [name for name in typer.main.get_command(app).commands if f"brikopt {name}" not in commands] == []
    keys = [key for section in Policy().as_dict().values() if isinstance(section, dict) for key in section]
    assert [key for key in keys if key not in policy] == []
    names = [field.validation_alias or f"BRIKOPT_{name.upper()}" for name, field in Settings.model_fields.items()]
    assert [name for name in names if str(name) not in settings] == []
    assert "POST /api/v1/reviews" in api


def test_every_file_that_the_glossary_names_is_there():
    """A newcomer who looks a word up finds where it lives."""
    rows = [line for line in (DOCS / "glossary.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    named = {path for row in rows[2:] for path in re.findall(r"`([\w/]+(?:\.py)?)`", row.split("|")[-2])}
    files = [path for path in named if "/" in path or path.endswith(".py")]
    assert len(files) > 10
    for path in files:
        assert any((base / name).exists() for base in (ROOT, ROOT / "brikopt") for name in (path, f"{path}.py")), path


def test_the_drawn_floors_are_those_of_the_import_contract():
    """The whiteboard in the architecture page names every layer, from the top down."""
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ][0]
    drawing = (DOCS / "architecture.md").read_text(encoding="utf-8").split("```")[1]
    floors = [set(re.findall(r"[a-z_]+", line.split("  " * 8)[0])) for line in drawing.splitlines()]
    layers = [re.split(r" [|:] ", layer) for layer in contract["layers"] if layer != "__main__"]
    at = [max(floor for floor, words in enumerate(floors) if name in words) for layer in layers for name in layer]
    assert at == sorted(at)
