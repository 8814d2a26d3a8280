"""Options that several commands have, and how they are read."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

# The years that a date in an extract may have.
_FIRST_YEAR, _LAST_YEAR = 1990, 2199


def as_date(text: str) -> date:
    """Read the date of an option; the years are those that an extract may have."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date; write it as YYYY-MM-DD.") from None
    if len(text) != len("YYYY-MM-DD") or not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise typer.BadParameter(f"{text!r}: write a date from {_FIRST_YEAR} to {_LAST_YEAR} as YYYY-MM-DD.")
    return day


Data = Annotated[Path, typer.Option(help="Folder with the extracts.")]
Out = Annotated[Path, typer.Option(help="Folder for the result: new, empty, or an earlier result of brikopt.")]
AsOf = Annotated[
    date | None,
    typer.Option(
        parser=as_date,
        metavar="YYYY-MM-DD",
        help="Moment of decision; nothing dated on or after it counts. [default: the day after the newest]",
    ),
]
Jobs = Annotated[int | None, typer.Option(min=1, help="Processes to work with. [default: one for each core]")]
Backend = Annotated[Literal["loky", "dask"], typer.Option(help="Where the processes run.")]
Scheduler = Annotated[
    str | None,
    typer.Option(help="Scheduler of an existing Dask cluster, such as tcp://host:8786; --out is on a disk it shares."),
]
PolicyFile = Annotated[
    Path | None,
    typer.Option("--policy", help="Policy file. [default: policy.toml beside the extracts, else the built-in one]"),
]
MappingFile = Annotated[
    Path | None,
    typer.Option(
        "--mapping", help="Mapping file, as brikopt map writes it. [default: mapping.toml beside the extracts]"
    ),
]
Previous = Annotated[
    Path | None,
    typer.Option(
        help="An earlier result: its advice is repeated as long as nothing is clearly better. [default: none]"
    ),
]
ModelFolder = Annotated[
    Path | None,
    typer.Option("--model", help="A model that brikopt train made. [default: the one that comes along]"),
]
Lang = Annotated[Literal["da", "en"], typer.Option(help="Language of sentences and headings.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of a failure of brikopt itself.")]
