"""The coming year of a ward, a hospital or the region under today's and other levels: what each costs and gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from brikopt import __version__
from brikopt.contract.intake import read_extracts
from brikopt.contract.rules import Language
from brikopt.errors import BadInput
from brikopt.expiry.straightening import MECHANISM
from brikopt.flows.changed_policy import changed_policy
from brikopt.flows.own_levels import PLACE
from brikopt.flows.progress import Progress
from brikopt.flows.replay import PATHS
from brikopt.flows.scope import Scope
from brikopt.flows.ward_plans import Asked, Compared, compare
from brikopt.policy import policy_for
from brikopt.reason import Reason
from brikopt.reports.publish import RUN_RECORD, checked_out, written_whole
from brikopt.reports.run_record import run_id_of, run_record, write_run_record
from brikopt.reports.sentences import Sentences, texts_of
from brikopt.reports.whatif_page import Comparison, comparison_lines, write_whatif_page

PAGE_FILE, LEVELS_FILE, FIGURES_FILE = "whatif.html", "whatif_levels.csv", "whatif.csv"


def whatif(
    data: Path,
    out: Path,
    scope: Scope,
    *,
    levels_file: Path | None,
    fill_rate: float | None,
    changes: Sequence[str],
    as_of: date | None,
    jobs: int,
    policy_file: Path | None,
    lang: Language,
    progress: Progress,
) -> list[str]:
    """Compare levels by living the coming year of one ward, or of a larger place, under each.

    Parameters
    ----------
    data : Path
        The folder of extracts.
    out : Path
        Gets ``whatif.html``, ``whatif.csv``, ``whatif_levels.csv`` and ``run.json``.
    scope : Scope
        The ward, the hospital, or the region.
    levels_file : Path, optional
        Levels to try, as in ``levels.csv``; positions that it doesn't name keep today's.
    fill_rate : float, optional
        A promise to try: levels are chosen for it.
    changes : sequence of str
        Other values of the policy to try, ``section.key=value``.
    as_of : date, optional
        Moment of decision; by default the day after the newest record.
    jobs : int
        Processes.
    policy_file : Path, optional
        A policy other than the one beside the extracts.
    lang : {"da", "en"}
        Language.
    progress : Progress
        Shows the steps.

    Returns
    -------
    list of str
        The figures side by side, a line each, and what to open.

    Raises
    ------
    BadInput
        Where a run would stop; if the ward is unknown or empty; or an option or a level can't be used.

    Notes
    -----
    Everything is priced with the policy as changed. The recommended levels are those of `brikopt run`, chosen by the
    policy as it is; the curve is that of the changed policy.
    """
    place = checked_out(out, data)
    decided = policy_for(data, policy_file)
    _refuse_both(levels_file, fill_rate, changes)
    asked = Asked(scope, levels_file, decided, changed_policy(decided, fill_rate, changes))
    with progress.step("read"):
        intake = read_extracts(data, as_of=as_of, lang=lang)
    tables = intake.extract.before(intake.as_of)
    compared = compare(tables, asked, jobs, progress)
    comparison = _comparison(compared, asked, _facts(asked, data, tables.as_of, lang), lang)
    run_id = run_id_of(tables, asked.priced)
    with written_whole(place) as work, progress.step("reports"):
        write_whatif_page(comparison, work / PAGE_FILE, lang)
        _write(_levels_table(compared), work / LEVELS_FILE)
        _write(_figures_table(comparison), work / FIGURES_FILE)
        record = run_record(
            intake, asked.priced, run_id=run_id, lang=lang, model_id=MECHANISM, seconds=progress.seconds
        )
        tried = {"ward_id": scope.ward_id, "hospital": scope.hospital, "changed": asked.changed}
        write_run_record(record | {"whatif": tried}, work / RUN_RECORD)
    opened = Sentences(lang).say(Reason("demo_open", {"path": str(place / PAGE_FILE)}))
    return [*comparison_lines(comparison, lang), opened]


def _refuse_both(levels_file: Path | None, fill_rate: float | None, changes: Sequence[str]) -> None:
    if levels_file is not None and (fill_rate is not None or changes):
        raise BadInput(
            f"--levels {levels_file}",
            "levels of your own and a changed policy can't be tried at once.",
            "Leave out --fill-rate and --set, or give the changed policy as a file with --policy.",
        )


def _comparison(compared: Compared, asked: Asked, facts: Mapping[str, str], lang: Language) -> Comparison:
    today = compared.plans["today"].to_numpy()
    differing = [int((levels.to_numpy() != today).any(axis=1).sum()) for levels in compared.plans.values()]
    return Comparison(
        place=_place(compared, asked.scope, lang),
        figures=compared.figures.assign(changed_positions=differing),
        curve=compared.curve,
        facts=facts,
        notes=_notes(compared, asked, lang),
    )


def _place(compared: Compared, scope: Scope, lang: Language) -> str:
    if scope.is_ward:
        return f"{compared.positions['ward_name'].iloc[0]} ({scope.ward_id})"
    return scope.hospital or str(texts_of(lang)["whatif"]["region"])


def _facts(asked: Asked, data: Path, as_of: date, lang: Language) -> dict[str, str]:
    words = texts_of(lang)["whatif"]
    facts = {words["extracts"]: data.name, words["as_of"]: as_of.isoformat(), words["version"]: __version__}
    if asked.changed:
        facts[words["changed"]] = "; ".join(f"{key} = {value}" for key, value in asked.changed.items())
    if asked.levels_file is not None:
        facts[words["own_file"]] = asked.levels_file.name
    return facts


def _notes(compared: Compared, asked: Asked, lang: Language) -> list[str]:
    notes = [Reason(code, {"futures": PATHS}) for code in _NOTES]
    if len(compared.positions) < compared.in_scope:
        drawn = {"sampled": len(compared.positions), "all": compared.in_scope}
        notes.append(Reason("whatif_sampled", drawn))
    if asked.changed:
        notes.append(Reason("whatif_changed", {}))
    if compared.own.rows is not None:
        named = {"named": len(compared.own.rows), "elsewhere": compared.own.elsewhere}
        notes.append(Reason("whatif_own", named))
    if overfull := compared.overfull():
        notes.append(Reason("whatif_overfull", {"cabinets": ", ".join(overfull)}))
    sentences = Sentences(lang)
    return [sentences.say(note) for note in notes]


_NOTES = ("whatif_futures", "whatif_fresh", "whatif_start", "whatif_waste", "whatif_promise", "whatif_curve")


def _levels_table(compared: Compared) -> pd.DataFrame:
    """One row a position: every plan's setting side by side."""
    parts = [levels.add_prefix(f"{name}_") for name, levels in compared.plans.items()]
    return pd.concat([compared.positions[[*PLACE, "name"]], *parts], axis=1)


def _figures_table(comparison: Comparison) -> pd.DataFrame:
    """One row a plan, then one a point of the curve."""
    rows = pd.concat([comparison.figures, comparison.curve.assign(plan="promise")], ignore_index=True)
    first = ["plan", "promise"]
    return rows[[*first, *(name for name in rows.columns if name not in first)]]


def _write(frame: pd.DataFrame, path: Path) -> None:
    frame.to_csv(path, index=False, float_format="%.4f", lineterminator="\n")
