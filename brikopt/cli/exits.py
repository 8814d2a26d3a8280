"""How a command ends and what it shows: exit codes, messages, progress (contract, section 4)."""

# ruff: noqa: PLC0415 - a command imports what it needs when it is called, so that --help answers at once

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

import typer

from brikopt.errors import BadInput, BrikoptError

if TYPE_CHECKING:
    from brikopt.flows.progress import Progress

USER_INPUT, OUR_FAILURE, INTERRUPTED = 2, 3, 130


@contextmanager
def exit_codes(debug: bool) -> Iterator[None]:
    """Turn what goes wrong into a message on standard error and an exit code."""
    try:
        yield
    except BadInput as error:
        typer.echo(f"brikopt: {error}", err=True)
        raise typer.Exit(USER_INPUT) from None
    except KeyboardInterrupt:
        typer.echo("brikopt: interrupted; an earlier result is untouched.", err=True)
        raise typer.Exit(INTERRUPTED) from None
    except Exception as error:
        typer.echo(_failure(error, debug), err=True)
        raise typer.Exit(OUR_FAILURE) from None


def _failure(error: Exception, debug: bool) -> str:
    """Say that brikopt failed, and where to see how."""
    what = str(error) if isinstance(error, BrikoptError) else f"{type(error).__name__}: {error}"
    message = f"brikopt failed, and not because of your input; an earlier result is untouched. {what[:500]}"
    told = "".join(traceback.format_exception(error))
    if debug:
        return f"{message}\n{told}"
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", prefix="brikopt-failure-", suffix=".txt", delete=False
        ) as file:
            file.write(told)
    except OSError:
        return f"{message}\nRun the command again with --debug to see where."
    return f"{message}\nWhere it happened is written in {file.name}; --debug shows it at once."


def progress(lang: Literal["da", "en"]) -> Progress:
    """Show the steps of long work, in one of the languages."""
    from brikopt.flows.progress import ShownProgress
    from brikopt.reports.sentences import texts_of

    return ShownProgress(texts_of(lang)["steps"])


def cores() -> int:
    """Count the cores that this process may use."""
    import joblib

    # Knows of limits set for a container, unlike os.cpu_count.
    return int(joblib.cpu_count())


def show(lines: Sequence[str]) -> None:
    """Print lines, to whoever still reads."""
    try:
        typer.echo("\n".join(lines))
    except BrokenPipeError:
        # Whoever reads has seen enough, as `head` does. Python would complain once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
