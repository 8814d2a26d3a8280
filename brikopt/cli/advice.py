"""What a region asks for: run, demo, whatif, effect and recall."""

# ruff: noqa: PLC0415 - a command imports what it needs when it is called, so that --help answers at once

from __future__ import annotations

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
    MappingFile,
    ModelFolder,
    Out,
    PolicyFile,
    Previous,
    Scheduler,
    as_date,
)
from brikopt.errors import BadInput


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("run")(run_command)
    app.command("demo")(demo_command)
    app.command("whatif")(whatif_command)
    app.command("effect")(effect_command)
    app.command("recall")(recall_command)


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
            jobs=jobs or cores(),
            backend=backend,
            policy_file=policy,
            model_folder=model,
            mapping_file=mapping,
            previous=previous,
            lang=lang,
            progress=progress(lang),
        )
        show(findings.lines(lang))


def _name_scheduler(address: str, backend: str) -> None:
    from brikopt.cluster import name_scheduler

    if backend != "dask":
        raise BadInput(f"--scheduler {address}", "a scheduler belongs to a Dask cluster.", "Add --backend dask.")
    name_scheduler(address)


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

        show(demo(out, data, jobs=jobs or cores(), backend=backend, lang=lang, progress=progress(lang)))


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
    supplier_out: Annotated[
        list[str] | None,
        typer.Option(
            help="Nothing comes of this item, of this supplier's items, or of this substitute group; may be repeated."
        ),
    ] = None,
    weeks: Annotated[int, typer.Option(min=1, max=52, help="How long nothing comes.")] = 6,
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

        if supplier_out:
            from brikopt.flows.supply_out import supply_out

            where = Scope(ward, hospital)
            show(
                supply_out(
                    data, out, where, items=supplier_out, weeks=weeks, as_of=as_of, policy_file=policy, lang=lang
                )
            )
            return
        lines = whatif(
            data,
            out,
            Scope(ward, hospital),
            levels_file=levels,
            fill_rate=fill_rate,
            changes=change or (),
            as_of=as_of,
            jobs=jobs or cores(),
            policy_file=policy,
            lang=lang,
            progress=progress(lang),
        )
        show(lines)


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

        show(effect_of_reviews(data, out, as_of=as_of, policy_file=policy, lang=lang, progress=progress(lang)))


def recall_command(
    *,
    data: Data,
    out: Out,
    item: Annotated[str | None, typer.Option(help="The recalled item's number.")] = None,
    gtin: Annotated[str | None, typer.Option(help="The number in its bar code, in place of --item.")] = None,
    lot: Annotated[str | None, typer.Option(help="The recalled lot. [default: all of the item]")] = None,
    received: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="FROM TO", help="Only goods that came on these days, YYYY-MM-DD, both included."),
    ] = None,
    as_of: AsOf = None,
    policy: PolicyFile = None,
    lang: Lang = "da",
    debug: Debug = False,
) -> None:
    """List every shelf on which a recalled item or lot may lie, ward by ward, to tick off."""
    with exit_codes(debug):
        from brikopt.flows.recall import Recalled, recall

        days = (as_date(received[0]), as_date(received[1])) if received else None
        recalled = Recalled(item, gtin, lot, days)
        show(recall(data, out, recalled, as_of=as_of, policy_file=policy, lang=lang))
