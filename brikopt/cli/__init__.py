"""The command line: thin commands, their help, and the exit codes (contract, section 4)."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points
from typing import Annotated

import typer

from brikopt import __version__
from brikopt.cli import advice, evidence, extracts
from brikopt.cli.exits import exit_codes, show
from brikopt.cli.options import as_date

__all__ = ["app", "as_date", "exit_codes", "main", "show"]

app = typer.Typer(
    help="Keeps hospital supply cabinets in order: what will expire, new levels, what to do.",
    epilog="Exit codes: 0 done, 2 something in the input or the options, 3 a failure of brikopt itself.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain messages: nothing that a narrow terminal or a log would break in two
)


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    if version:
        typer.echo(f"brikopt {__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command line; the console script ``brikopt`` starts here."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that can't show an ø gets a sign in its place, not a failure after the work is done.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app()


for _group in (advice, extracts, evidence):
    _group.register(app)
# What stands on top of this package, such as the service, adds its commands by name: nothing here imports it.
for _point in entry_points(group="brikopt.commands"):
    _point.load()(app)
