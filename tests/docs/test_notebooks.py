"""Every notebook runs afresh, says what it is about, and defines nothing of its own."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


def _read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def test_there_are_notebooks():
    """The folder is found: the first notebook is about the cabinet."""
    assert NOTEBOOKS[0].name == "01_the_cabinet.ipynb"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_its_claims_hold(path, notebook_output):
    """Every cell runs, asserts included; the executed copy is kept where somebody asked for it."""
    notebook = _read(path)
    try:
        NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(path.parent)}}).execute()
    finally:
        if notebook_output is not None:
            notebook_output.mkdir(parents=True, exist_ok=True)
            nbformat.write(notebook, notebook_output / path.name)
    assert any("assert " in cell.source for cell in notebook.cells if cell.cell_type == "code")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_opens_with_its_question_its_data_and_its_date(path):
    """The first cell is text and names all three."""
    first = _read(path).cells[0]
    assert first.cell_type == "markdown"
    assert all(word in first.source for word in ("**Question.**", "**Data.**", "**As of**"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_imports_brikopt_and_defines_no_formula(path):
    """There is an import of brikopt, and no function, class or lambda."""
    cells = [cell.source for cell in _read(path).cells if cell.cell_type == "code"]
    nodes = [node for source in cells for node in ast.walk(ast.parse(source))]
    assert any(isinstance(n, ast.ImportFrom) and (n.module or "").startswith("brikopt") for n in nodes)
    assert not [n for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef | ast.Lambda)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs(path):
    """Figures are made by `make notebooks`, not kept in git."""
    cells = [cell for cell in _read(path).cells if cell.cell_type == "code"]
    assert not [cell for cell in cells if cell.outputs or cell.execution_count is not None]
