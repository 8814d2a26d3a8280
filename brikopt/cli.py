"""The command line: thin commands, their help, and the exit codes (contract, section 4)."""

# ruff: noqa: PLC0415 - a command imports what it needs when it is called, so that --help answers at once

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from brikopt import __version__
from brikopt.errors import BadInput, BrikoptError

if TYPE_CHECKING:
    from brikopt.flows.progress import Progress

USER_INPUT, OUR_FAILURE, INTERRUPTED = 2, 3, 130
# The years that a date in an extract may have.
_FIRST_YEAR, _LAST_YEAR = 1990, 2199

app = typer.Typer(
    help="Keeps hospital supply cabinets in order: what will expire, new levels, what to do.",
    epilog="Exit codes: 0 done, 2 something in the input or the options, 3 a failure of brikopt itself.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain messages: nothing that a narrow terminal or a log would break in two
)


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


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    if version:
        typer.echo(f"brikopt {__version__}")
        raise typer.Exit


@app.command("run")
def run_command(
    *,
    data: Data,
    out: Out,
    as_of: AsOf = None,
    jobs: Jobs = None,
    backend: Backend = "loky",
    scheduler: Scheduler = None,
    policy: PolicyFile = None,
    mapping: MappingFile = None,
    model: ModelFolder = None,
    previous: Previous = None,
    lang: Lang = "da",
    debug: Debug = False,
) -> None:
    """Do the main job: read the extracts, and write what will expire, new levels and what to do.

    Everything is written to a new folder beside --out and put in its place at the end.
    """
    with exit_codes(debug):
        from brikopt.flows.run import run

        if scheduler:
            _name_scheduler(scheduler, backend)
        findings = run(
            data,
            out,
            as_of=as_of,
            jobs=jobs or _cores(),
            backend=backend,
            policy_file=policy,
            model_folder=model,
            mapping_file=mapping,
            previous=previous,
            lang=lang,
            progress=_progress(lang),
        )
        show(findings.lines(lang))


def _name_scheduler(address: str, backend: str) -> None:
    from brikopt.cluster import name_scheduler

    if backend != "dask":
        raise BadInput(f"--scheduler {address}", "a scheduler belongs to a Dask cluster.", "Add --backend dask.")
    name_scheduler(address)


@app.command("check")
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
            data, out, as_of=as_of, policy_file=policy, mapping_file=mapping, lang=lang, progress=_progress(lang)
        )
        show(lines)


@app.command("map")
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


@app.command("schema")
def schema_command(
    *,
    out: Annotated[Path, typer.Option(help="Folder for the schemas.")],
    debug: Debug = False,
) -> None:
    """Write the input tables as Frictionless Table Schemas: whoever writes an extract can test it with them."""
    with exit_codes(debug):
        from brikopt.flows.schema import write_schemas

        show(write_schemas(out))


@app.command("simulate")
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
            jobs=jobs or _cores(),
            progress=_progress(lang),
        )


@app.command("backtest")
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
            jobs=jobs or _cores(),
            backend=backend,
            policy_file=policy,
            model_folder=model,
            lang=lang,
            progress=_progress(lang),
        )
        show(lines)


@app.command("train")
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
            jobs=jobs or _cores(),
            backend=backend,
            policy_file=policy,
            lang=lang,
            progress=_progress(lang),
        )
        show(lines)


@app.command("whatif")
def whatif_command(
    *,
    data: Data,
    out: Out,
    ward: Annotated[str | None, typer.Option(help="The ward_id whose coming year is lived through.")] = None,
    hospital: Annotated[
        str | None, typer.Option(help="A hospital in place of a ward; without either, the region. By some cabinets.")
    ] = None,
    levels: Annotated[
        Path | None,
        typer.Option(help="Levels to try, as in levels.csv; what it doesn't name keeps today's."),
    ] = None,
    fill_rate: Annotated[
        float | None, typer.Option(min=0, max=1, help="A promise to try, as a share: 0.97. Levels are chosen for it.")
    ] = None,
    change: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="SECTION.KEY=VALUE",
            help="Another value of the policy to try: cost.order_line=25; may be given more than once.",
        ),
    ] = None,
    as_of: AsOf = None,
    jobs: Jobs = None,
    policy: PolicyFile = None,
    lang: Lang = "da",
    debug: Debug = False,
) -> None:
    """Live the coming year of a ward, a hospital or the region under today's and other levels, side by side."""
    with exit_codes(debug):
        from brikopt.flows.scope import Scope
        from brikopt.flows.whatif import whatif

        lines = whatif(
            data,
            out,
            Scope(ward, hospital),
            levels_file=levels,
            fill_rate=fill_rate,
            changes=change or (),
            as_of=as_of,
            jobs=jobs or _cores(),
            policy_file=policy,
            lang=lang,
            progress=_progress(lang),
        )
        show(lines)


validate_app = typer.Typer(help="Hold advice against itself.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(validate_app, name="validate")


@validate_app.callback()
def _validate() -> None:
    """Hold advice against itself."""


@validate_app.command("stability")
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
            data, out, as_of=as_of, jobs=jobs or _cores(), policy_file=policy, lang=lang, progress=_progress(lang)
        )
        show(lines)


@app.command("effect")
def effect_command(
    *,
    data: Data,
    out: Out,
    as_of: AsOf = None,
    policy: PolicyFile = None,
    lang: Lang = "da",
    debug: Debug = False,
) -> None:
    """Say what the reviews changed: before and after, against similar wards not reviewed yet, a page a unit."""
    with exit_codes(debug):
        from brikopt.flows.effect import effect_of_reviews

        show(effect_of_reviews(data, out, as_of=as_of, policy_file=policy, lang=lang, progress=_progress(lang)))


@app.command("demo")
def demo_command(
    *,
    out: Annotated[Path, typer.Option(help="Folder for the simulated extracts and the result.")] = Path("demo"),
    data: Annotated[Path | None, typer.Option(help="Folder with extracts. [default: simulate a small region]")] = None,
    jobs: Jobs = None,
    backend: Backend = "loky",
    lang: Lang = "da",
    debug: Debug = False,
) -> None:
    """Do the main job on a simulated region, or on --data, and say what to open."""
    with exit_codes(debug):
        from brikopt.flows.demo import demo

        show(demo(out, data, jobs=jobs or _cores(), backend=backend, lang=lang, progress=_progress(lang)))


def main() -> None:
    """Run the command line; the console script ``brikopt`` starts here."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that can't show an ø gets a sign in its place, not a failure after the work is done.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app()


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


def _progress(lang: Literal["da", "en"]) -> Progress:
    from brikopt.flows.progress import ShownProgress
    from brikopt.reports.sentences import texts_of

    return ShownProgress(texts_of(lang)["steps"])


def _ask(lines: Sequence[str], question: str, choices: Sequence[str], best: int | None) -> int:
    """Ask for one of some choices by its number."""
    show([*lines, "", question, *(f"  {number} {choice}" for number, choice in enumerate(choices, start=1))])
    while True:
        number = typer.prompt("", prompt_suffix="> ", type=int, default=None if best is None else best + 1)
        if 1 <= number <= len(choices):
            return int(number) - 1


def _cores() -> int:
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


# What stands on top of this package, such as the service, adds its commands by name: nothing here imports it.
for _point in entry_points(group="brikopt.commands"):
    _point.load()(app)
