"""Read and check a folder of extracts, and say what was found."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from brikopt.contract.intake import Intake, TableRecord, read_extracts
from brikopt.contract.outputs import REJECTED_ROWS
from brikopt.contract.rules import Language
from brikopt.flows.progress import Progress
from brikopt.flows.quality import told_quality, worst_in_words, write_quality
from brikopt.policy import Policy, policy_for
from brikopt.reason import Reason
from brikopt.reports.publish import RUN_RECORD, checked_out, written_whole
from brikopt.reports.run_record import run_id_of, run_record, write_run_record
from brikopt.reports.sentences import Sentences
from brikopt.reports.tables import write_table


def check(
    data: Path,
    out: Path | None = None,
    *,
    as_of: date | None = None,
    policy_file: Path | None = None,
    mapping_file: Path | None = None,
    lang: Language = "da",
    progress: Progress,
) -> list[str]:
    """Validate the extracts as a run would.

    Parameters
    ----------
    data : Path
        The folder of extracts.
    out : Path, optional
        Where ``rejected_rows.csv``, ``data_quality.csv`` and its page, and ``run.json`` go.
    as_of : date, optional
        Moment of decision; by default the day after the newest record.
    policy_file : Path, optional
        A policy other than the one beside the extracts.
    mapping_file : Path, optional
        A mapping other than the one beside the extracts.
    lang : {"da", "en"}
        Language of the lines.
    progress : Progress
        Shows the steps.

    Returns
    -------
    list of str
        What was found, a line a table.

    Raises
    ------
    BadInput
        Where a run would stop.
    """
    place = checked_out(out, data) if out is not None else None
    policy = policy_for(data, policy_file)
    with progress.step("read"):
        factor = policy.extracts.max_quantity_factor
        intake = read_extracts(data, as_of=as_of, lang=lang, mapping_file=mapping_file, max_quantity_factor=factor)
    if place is not None:
        _write(intake, policy, place, lang, progress)
    return _lines(intake, Sentences(lang), place)


def _write(intake: Intake, policy: Policy, place: Path, lang: Language, progress: Progress) -> None:
    run_id = run_id_of(intake.extract.before(intake.as_of), policy)
    record = run_record(intake, policy, run_id=run_id, lang=lang, model_id=None, seconds=progress.seconds)
    with written_whole(place) as work:
        write_table(intake.rejected, REJECTED_ROWS, work / "rejected_rows.csv")
        write_quality(intake, work, lang)
        write_run_record(record, work / RUN_RECORD)


def _lines(intake: Intake, sentences: Sentences, place: Path | None) -> list[str]:
    rejected = sum(record.rejected for record in intake.tables)
    lines = [sentences.say(told_quality(intake)), *worst_in_words(intake, sentences)]
    lines += [sentences.say(reason) for record in intake.tables for reason in _found(record)]
    lines.append(sentences.say(Reason("checked_as_of", {"as_of": intake.as_of})))
    lines.append(sentences.say(Reason("checked_rejected" if rejected else "checked_ok", {"rejected": rejected})))
    if place is not None:
        lines.append(sentences.say(Reason("checked_see", {"path": str(place / "rejected_rows.csv")})))
    return lines


def _found(record: TableRecord) -> list[Reason]:
    """Name what one table held."""
    if not record.file:
        return [Reason("checked_missing", {"table": record.name})]
    table, columns = record.file, ", ".join(record.unknown_columns)
    counts = {"rows": record.rows, "good": record.good, "rejected": record.rejected}
    found = [Reason("checked_table", {"table": table, **counts})]
    if record.set_aside:
        found.append(Reason("checked_set_aside", {"table": table, "set_aside": record.set_aside}))
    if columns:
        found.append(Reason("checked_unknown", {"table": table, "columns": columns}))
    return found
