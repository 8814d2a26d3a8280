"""Extracts before they are used: check, map, schema and simulate."""

# ruff: noqa: PLC0415 - a command imports what it needs when it is called, so that --help answers at once

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from brikopt.cli.exits import USER_INPUT, cores, exit_codes, progress, show
from brikopt.cli.options import (
    AsOf,
    Data,
    Debug,
    Jobs,
    Lang,
    MappingFile,
    PolicyFile,
)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("check")(check_command)
    app.command("map")(map_command)
    app.command("schema")(schema_command)
    app.command("simulate")(simulate_command)


def check_command(
    *,
    data: Data,
    out: Annotated[
        Path | None, typer.Option(help="Folder for rejected_rows.csv and run.json. [default: write nothing]")
    ] = None,
    as_of: AsOf = None,
    policy: PolicyFile = None,
    mapping: MappingFile = None,
    lang: Lang = "da",
    debug: Debug = False,
) -> None:
    """Only read and check the extracts, and say which rows can't be used."""
    with exit_codes(debug):
        from brikopt.flows.check import check

        lines = check(
            data, out, as_of=as_of, policy_file=policy, mapping_file=mapping, lang=lang, progress=progress(lang)
        )
        show(lines)


def map_command(
    *,
    data: Data,
    out: Annotated[
        Path | None, typer.Option(help="The mapping to write. [default: mapping.toml beside the extracts]")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Ask nothing: take what is certain; where something is open, write a draft.")
    ] = False,
    lang: Lang = "da",
    debug: Debug = False,
) -> None:
    """Match extracts of other names, sheets and units with the contract, and keep the answer as mapping.toml."""
    with exit_codes(debug):
        from brikopt.flows.map import map_extracts

        mapped = map_extracts(data, out, ask=None if yes or not sys.stdin.isatty() else _ask, lang=lang)
        show(mapped.lines)
    if not mapped.complete:
        raise typer.Exit(USER_INPUT)


def schema_command(
    *,
    out: Annotated[Path, typer.Option(help="Folder for the schemas.")],
    debug: Debug = False,
) -> None:
    """Write the input tables as Frictionless Table Schemas: whoever writes an extract can test it with them."""
    with exit_codes(debug):
        from brikopt.flows.schema import write_schemas

        show(write_schemas(out))


def simulate_command(
    *,
    out: Annotated[Path, typer.Option(help="Folder for the extracts; what really happened goes beside it.")],
    preset: Annotated[
        Literal["hospital", "unit", "region"] | None,
        typer.Option(help="A ready-made size; a region has 230,000 positions. [default: a small region]"),
    ] = None,
    units: Annotated[int | None, typer.Option(min=1, help="Units in the region. [default: the preset's, or 1]")] = None,
    wards: Annotated[
        int | None, typer.Option(min=1, help="Wards in the region. [default: the preset's, or 12]")
    ] = None,
    positions: Annotated[
        int | None, typer.Option(min=1, help="Positions in the region. [default: the preset's, or 1500]")
    ] = None,
    items: Annotated[
        int | None, typer.Option(min=1, help="Items in all. [default: as many as a region of the size uses]")
    ] = None,
    years: Annotated[int | None, typer.Option(min=1, help="Years of history. [default: 3]")] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same region.")] = 0,
    habits: Annotated[
        Literal["usual", "sparse", "bursty", "tidy"],
        typer.Option(help="What people do: sparse writes little down, bursty uses in bursts, tidy makes no mistakes."),
    ] = "usual",
    dirty: Annotated[
        float, typer.Option(min=0, max=0.19, help="Broken rows for each good one; 0 for clean extracts.")
    ] = 0.003,
    extra_days: Annotated[int, typer.Option(min=0, help="Days that go on after the history.")] = 0,
    danish: Annotated[
        bool, typer.Option("--danish", help="Semicolons, decimal commas and Danish column names.")
    ] = False,
    jobs: Jobs = None,
    lang: Lang = "da",
    debug: Debug = False,
) -> None:
    """Make the extracts of a region that doesn't exist, to try things out on."""
    with exit_codes(debug):
        from brikopt.flows.simulate import simulate

        simulate(
            out,
            preset=preset,
            units=units,
            wards=wards,
            positions=positions,
            items=items,
            years=years,
            seed=seed,
            habits=habits,
            dirty=dirty,
            extra_days=extra_days,
            danish=danish,
            jobs=jobs or cores(),
            progress=progress(lang),
        )


def _ask(lines: Sequence[str], question: str, choices: Sequence[str], best: int | None) -> int:
    """Ask for one of some choices by its number."""
    show([*lines, "", question, *(f"  {number} {choice}" for number, choice in enumerate(choices, start=1))])
    while True:
        number = typer.prompt("", prompt_suffix="> ", type=int, default=None if best is None else best + 1)
        if 1 <= number <= len(choices):
            return int(number) - 1
