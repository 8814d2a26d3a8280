"""What holds brikopt to account: backtest, train, selftest and validate."""

# ruff: noqa: PLC0415 - a command imports what it needs when it is called, so that --help answers at once

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from brikopt.cli.exits import cores, exit_codes, progress, show
from brikopt.cli.options import (
    AsOf,
    Backend,
    Data,
    Debug,
    Jobs,
    Lang,
    ModelFolder,
    Out,
    PolicyFile,
    as_date,
)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("backtest")(backtest_command)
    app.command("train")(train_command)
    app.command("selftest")(selftest_command)
    validate = typer.Typer(help="Hold advice against itself.", no_args_is_help=True, rich_markup_mode=None)
    validate.callback()(_validate)
    validate.command("stability")(stability_command)
    app.add_typer(validate, name="validate")


def backtest_command(
    *,
    data: Data,
    out: Out,
    cut: Annotated[
        list[date] | None,
        typer.Option(
            parser=as_date, metavar="YYYY-MM-DD", help="Past day to forecast from; may be given more than once."
        ),
    ] = None,
    jobs: Jobs = None,
    backend: Backend = "loky",
    policy: PolicyFile = None,
    model: ModelFolder = None,
    lang: Lang = "da",
    debug: Debug = False,
) -> None:
    """Forecast from past days, and compare with what the extracts say happened then."""
    with exit_codes(debug):
        from brikopt.flows.backtest import backtest

        lines = backtest(
            data,
            out,
            cut or (),
            jobs=jobs or cores(),
            backend=backend,
            policy_file=policy,
            model_folder=model,
            lang=lang,
            progress=progress(lang),
        )
        show(lines)


def train_command(
    *,
    data: Annotated[
        Path | None, typer.Option(help="Folder with the extracts. [default: learn from simulated regions]")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder of models; the new one gets a folder of its own in it.")] = Path(
        "models"
    ),
    jobs: Jobs = None,
    backend: Backend = "loky",
    policy: PolicyFile = None,
    lang: Lang = "da",
    debug: Debug = False,
) -> None:
    """Learn from past days what the chances of expiry mean; use the model with --model of run and backtest."""
    with exit_codes(debug):
        from brikopt.flows.train import train

        lines = train(
            data,
            out,
            jobs=jobs or cores(),
            backend=backend,
            policy_file=policy,
            lang=lang,
            progress=progress(lang),
        )
        show(lines)


def selftest_command(*, lang: Lang = "da", debug: Debug = False) -> None:
    """Say within seconds whether this installation works, and how fast the machine is."""
    with exit_codes(debug):
        from brikopt.flows.selftest import selftest

        show(selftest(lang))


def _validate() -> None:
    """Hold advice against itself."""


def stability_command(
    *,
    data: Data,
    out: Annotated[Path | None, typer.Option(help="A file for the figures, as JSON. [default: none]")] = None,
    as_of: AsOf = None,
    jobs: Jobs = None,
    policy: PolicyFile = None,
    lang: Lang = "da",
    debug: Debug = False,
) -> None:
    """Ask for levels again: with all new ones in force, with one order line fewer, and three days later."""
    with exit_codes(debug):
        from brikopt.flows.stability import stability

        lines = stability(
            data, out, as_of=as_of, jobs=jobs or cores(), policy_file=policy, lang=lang, progress=progress(lang)
        )
        show(lines)
