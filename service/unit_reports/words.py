"""A report in words: a plain conclusion first, then what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from brikopt.coverage.progress import REGION
from service.runs.tables import Run
from service.unit_reports.figures import UnitReport
from service.web.coverage_pages import lacking_apart, standing_words
from service.web.words import Speech

_MOST_LEFT = 40


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, sentences, and a table with a heading row where there is one."""

    heading: str
    lines: Sequence[str]
    table: Sequence[Sequence[str]] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """A report as people read it."""

    title: str
    lead: Sequence[str]
    parts: Sequence[Part]
    made: str


def told(report: UnitReport, run: Run, say: Speech) -> Told:
    """Put a report into words.

    Parameters
    ----------
    report : UnitReport
    run : Run
        Where its figures come from.
    say : Speech
        The language.

    Returns
    -------
    Told
    """
    words = say.texts["report"]
    name = say.texts["words"]["whole_region"] if report.unit == REGION else report.unit
    begins = say.day(report.begins) if report.begins else words["from_the_start"]
    title = words["title"].format(unit=name, begins=begins, ends=say.day(report.deadline))
    return Told(title, _lead(report, say), list(_parts(report, say)), _made(run, say))


def _lead(report: UnitReport, say: Speech) -> list[str]:
    words, kinds = say.texts["report"], say.texts["kinds"]
    lead = [f"{kinds[row['kind']]}: {standing_words(row, report.as_of, say)}" for row in report.coverage]
    if report.followed or report.changed or report.rejected:
        lead.append(words["sum"].format(saves=say.saves(report.saving_dkk), kg=say.amount(report.saving_co2e_kg)))
    else:
        lead.append(words["nothing_done"])
    return lead


def _parts(report: UnitReport, say: Speech) -> list[Part]:
    words = say.texts["report"]
    done = words["done"].format(
        reviews=say.count(report.reviews),
        visits=say.count(report.visits),
        wards=say.count(report.wards),
        followed=say.count(report.followed),
        changed=say.count(report.changed),
        rejected=say.count(report.rejected),
        thrown=say.count(report.thrown_units),
    )
    reasons = [[words["reason"], words["times"]]] + [[why or "–", say.count(times)] for why, times in report.reasons]
    left = [[say.heading("week"), say.texts["columns"]["ward_name"], say.heading("kind")]] + [
        [say.week(week), f"{ward.ward_name} ({ward.ward_id})", say.texts["kinds"][kind]]
        for ward, kind, week in report.left[:_MOST_LEFT]
    ]
    return [
        Part(words["coverage"], list(lacking_apart(report.coverage, say)), _coverage(report, say)),
        Part(words["decided"], [done], reasons if report.reasons else ()),
        Part(words["worth"], [words["worth_line"], words["effect_line"]]),
        Part(words["next"], [] if report.left else [words["next_none"]], left if report.left else ()),
    ]


def _coverage(report: UnitReport, say: Speech) -> list[list[str]]:
    names = ("kind", "wards_in_scope", "wards_reviewed", "share", "target", "deadline", "gap_wards")
    rows = [
        [
            say.texts["kinds"][row["kind"]],
            say.count(row["wards_in_scope"]),
            say.count(row["wards_reviewed"]),
            say.percent(row["share"]),
            say.percent(row["target"]),
            say.day(row["deadline"]),
            say.count(row["gap_wards"]),
        ]
        for row in report.coverage
    ]
    return [[say.heading(name) for name in names], *rows]


def _made(run: Run, say: Speech) -> str:
    return str(say.texts["words"]["run"].format(run_id=run.run_id, as_of=say.day(run.as_of)))
