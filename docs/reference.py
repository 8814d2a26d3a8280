"""Reference pages, made from the code when the documentation is built, so that they can't say anything else."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib.metadata import metadata, requires
from typing import Any

import typer
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from packaging.requirements import Requirement
from pydantic import BaseModel
from typer.core import TyperCommand, TyperGroup, TyperOption

from brikopt.cli import app
from brikopt.contract.outputs import OUTPUTS
from brikopt.contract.tables import INPUTS, InputColumn
from brikopt.policy import Policy
from service.app import create_app
from service.settings import Settings

OPEN_END = 1e9  # a bound from here on is no bound that somebody would meet


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages; MkDocs calls this once it has found those that are written by hand."""
    pages = {
        "inputs": inputs(),
        "outputs": outputs(),
        "commands": commands(),
        "policy": policy(),
        "settings": settings(),
        "api": api(),
        "library": LIBRARY,
        "dependencies": dependencies(),
    }
    for name, text in pages.items():
        files.append(File.generated(config, f"reference/{name}.md", content=text))
    return files


def _table(heads: list[str], rows: Iterator[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |" for line in lines
    )


def inputs() -> str:
    """Every input table with its columns, Danish names, kinds and rules."""
    parts = [
        "# Input tables",
        "One file a table (`NAME.csv`, `.csv.gz`, `.xlsx`, `.parquet`). ★ = must be there with every cell filled. "
        "What rows mean is in [the contract](../data/contract.md); "
        "`brikopt schema` writes the same as Frictionless schemas.",
    ]
    for table in INPUTS:
        rows = (
            [
                f"`{column.name}`{' ★' if column.required else ''}",
                ", ".join(f"`{alias}`" for alias in column.aliases),
                column.kind.value,
                column.default and f"`{column.default}`",
                _rule(column),
            ]
            for column in table.columns
        )
        key = f" Key: {', '.join(f'`{name}`' for name in table.key)}." if table.key else " No key."
        parts += [f"## {table.name}", ("Must be there." if table.required else "Optional.") + key]
        parts.append(_table(["column", "also called", "holds", "if empty", "rule"], rows))
    return "\n\n".join(parts) + "\n"


def _rule(column: InputColumn) -> str:
    if column.words:
        return "one of " + ", ".join(f"`{word}`" for word in column.words)
    if column.refers_to:
        return f"an id of `{column.refers_to}`"
    if column.kind.value not in {"whole", "number"}:
        return ""
    low = f"from {column.low:g}" if column.low > -OPEN_END else ""
    return f"{low} to {column.high:g}".strip() if column.high < OPEN_END else low


def outputs() -> str:
    """Every output table with its columns, in their order."""
    parts = [
        "# Output tables",
        "CSV, UTF-8, comma. What each column means is in [the contract](../data/contract.md).",
    ]
    for table in OUTPUTS:
        rows = ([f"`{column.name}`", column.kind.value] for column in table.columns)
        parts += [f"## {table.name}.csv", _table(["column", "written as"], rows)]
    return "\n\n".join(parts) + "\n"


def commands() -> str:
    """Every command with its options, as --help has them."""
    group = typer.main.get_command(app)
    parts = [
        "# Commands",
        "Exit codes: 0 done, 2 something in the input or the options, 3 a failure of brikopt itself.",
    ]
    for name, command in _commands(group, "brikopt"):
        parts += [f"## {name}", inspect.cleandoc(command.help or "")]
        options = [parameter for parameter in command.params if parameter.opts and parameter.name != "help"]
        if options:
            parts.append(_table(["option", "what it says"], (_option(one) for one in options)))
    return "\n\n".join(parts) + "\n"


def _commands(group: TyperGroup, path: str) -> Iterator[tuple[str, TyperCommand]]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from _commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def _option(parameter: TyperOption) -> list[str]:
    names = ", ".join(f"`{name}`" for name in [*parameter.opts, *parameter.secondary_opts])
    return [names + (" ★" if parameter.required else ""), getattr(parameter, "help", "") or ""]


def policy() -> str:
    """Every key of policy.toml with its default and its bounds."""
    parts = [
        "# Policy",
        "`policy.toml` beside the extracts, or `--policy FILE`. Keys that it leaves out have these values; unknown "
        "keys, wrong types and values out of bounds stop the command, and the message names the key.",
    ]
    for name, field in Policy.model_fields.items():
        section = field.annotation
        if inspect.isclass(section) and issubclass(section, BaseModel):
            about = inspect.getdoc(section) or ""
            rows = _keys(section)
        else:
            about, rows = "Several periods may be listed, each as `[[targets]]`.", _keys(type(Policy().targets[0]))
        parts += [f"## [{name}]", about, _table(["key", "default", "bounds"], rows)]
    return "\n\n".join(parts) + "\n"


def _keys(section: type[BaseModel]) -> Iterator[list[str]]:
    for name, field in section.model_fields.items():
        bounds = ", ".join(str(rule) for rule in field.metadata if "Validator" not in str(rule))
        default = "" if field.is_required() else f"`{field.get_default(call_default_factory=True)}`"
        yield [f"`{field.alias or name}`", default, bounds and f"`{bounds}`"]


def settings() -> str:
    """Every setting of the service: variable of the environment and default."""
    rows = (
        [
            f"`{field.validation_alias or 'BRIKOPT_' + name.upper()}`",
            f"`{field.default}`" if field.default not in ("", None) else "",
            field.description or _attribute(name),
        ]
        for name, field in Settings.model_fields.items()
    )
    return (
        "# Settings of the service\n\nVariables of the environment of `brikopt serve` and the commands beside it.\n\n"
        + _table(["variable", "default", "what it says"], rows)
        + "\n"
    )


def _attribute(name: str) -> str:
    """What the docstrings of the settings say of one of them."""
    for part in Settings.__mro__:
        lines = inspect.cleandoc(part.__doc__ or "").splitlines()
        for at, line in enumerate(lines):
            if line.startswith(f"{name} :") or line.startswith(f"{name},") or f", {name}" in line.split(" : ")[0]:
                told = []
                for more in lines[at + 1 :]:
                    if not more.startswith("    "):
                        break
                    told.append(more.strip())
                return " ".join(told).replace("``", "`")
    return ""


def api() -> str:
    """Every route with its parameters, from the OpenAPI that the service serves."""
    described = create_app(Settings()).openapi()
    parts = [
        "# API",
        "JSON under `/api/v1`; the machine-readable description is at `/api/v1/openapi.json`. Every error is a problem "
        "(RFC 9457, `application/problem+json`). Lists answer `{items, page, page_size, total}`.",
    ]
    rows = (
        [f"`{method.upper()} {path}`", told.get("summary", ""), _parameters(told)]
        for path, methods in described["paths"].items()
        for method, told in methods.items()
    )
    parts.append(_table(["route", "what it does", "parameters"], rows))
    return "\n\n".join(parts) + "\n"


def _parameters(told: dict[str, Any]) -> str:
    return ", ".join(f"`{one['name']}`" for one in told.get("parameters", ()) if one["in"] in {"query", "path"})


def dependencies() -> str:
    """Every package that brikopt needs to run, with its licence as it declares it."""
    needed = {Requirement(one).name for one in requires("brikopt") or () if "extra ==" not in one}
    rows = ([f"`{name}`", metadata(name)["Summary"] or "", _licence(name)] for name in sorted(needed, key=str.lower))
    return (
        "# Dependencies\n\nWhat brikopt needs to run, directly; versions and hashes of these and of what they need are "
        "in `requirements.lock`, and in the bill of materials of a release.\n\n"
        + _table(["package", "what it is", "licence"], rows)
        + "\n"
    )


def _licence(name: str) -> str:
    told = metadata(name)
    named = [one.rpartition(" :: ")[2] for one in told.get_all("Classifier") or () if one.startswith("License ::")]
    return told["License-Expression"] or ", ".join(named) or (told["License"] or "").split("\n")[0]


LIBRARY = """# Library

One position and one series at a time, for people who bring their own data.

## Levels of one position

::: brikopt.levels.Position
::: brikopt.levels.Costs
::: brikopt.levels.Brik
::: brikopt.levels.MinMax
::: brikopt.levels.OrderUpTo
::: brikopt.levels.evaluate
::: brikopt.levels.optimise
::: brikopt.levels.Performance

## Totals of a series

::: brikopt.demand.forecast_totals
"""
