"""What needs somebody today: a few sentences by role, each with a place to go to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brikopt.coverage.progress import REGION
from service.access.tables import GrantRow, PersonRow
from service.clock import danish_day, now
from service.reviews.tables import Review
from service.runs.tables import Job, Run
from service.web.figures import LIKELY, Figures
from service.web.pages import OLD_DAYS
from service.web.words import Speech

_LATELY = timedelta(days=7)
_MOST_UNITS = 5


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that needs somebody.

    Attributes
    ----------
    title, more : str
        What, with its number, and why or how.
    path : str
        Where to go.
    urgent : bool
        May reach a patient, or is late.
    """

    title: str
    more: str
    path: str
    urgent: bool = False


def age_of(run: Run, today: date) -> int:
    """Return how many days have passed since a run's moment of decision."""
    return max((today - run.as_of).days, 0) if run.as_of else 0


def for_logistics(total: Figures, waiting: int | None, say: Speech) -> Iterator[Task]:
    """What lies at the cabinets: out of date, probably short, moves that wait, goods that expire."""
    words = say.texts["today"]

    def task(name: str, count: int, path: str, *, urgent: bool = False, **facts: str) -> Task:
        said = words[name]
        title = said["one"] if count == 1 and "one" in said else said["title"]
        return Task(title.format(count=say.count(count)), said["more"].format(**facts), path, urgent)

    least = f"min_probability={LIKELY:g}"
    if total.out_of_date:
        yield task("out_of_date", total.out_of_date, "/for-gammelt", urgent=True)
    if total.risks:
        yield task("risks", total.risks, f"/forsyningsrisiko?{least}", urgent=True)
    if waiting:
        yield task("moves", waiting, "/flytninger")
    if total.expiring:
        yield task("expiring", total.expiring, f"/udloeb?{least}", dkk=say.kroner(total.expiring_dkk))
    if total.broken:
        yield task("broken", total.broken, "/niveauer?sort=fill_rate", mended=say.count(total.mended))
    if total.things:
        yield task("todo", total.things, "/afsnit", saves=say.saves(total.saving_dkk))


def for_purchasing(open_ones: Sequence[Mapping[str, Any]], say: Speech) -> Iterator[Task]:
    """The dearest findings that wait for an answer, and urgent orders."""
    words = say.texts["today"]
    if not open_ones:
        return
    yield Task(
        words["findings"]["title"].format(count=say.count(len(open_ones))), words["findings"]["more"], "/indkoeb"
    )
    for row in sorted(open_ones, key=lambda row: -(row["saving_dkk_per_year"] or 0.0))[:3]:
        title = words["finding"].format(
            name=row["name"] or row["item_id"], finding=say.value("finding", row["finding"])
        )
        path = f"/indkoeb?{urlencode({'text': row['item_id'], 'finding': row['finding']})}"
        yield Task(title, row["detail"] or say.saves(row["saving_dkk_per_year"]), path)
    urgent = sum(row["finding"] == "urgent_orders" for row in open_ones)
    if urgent:
        said = words["urgent_orders"]
        yield Task(said["title"].format(count=say.count(urgent)), said["more"], "/indkoeb?finding=urgent_orders", True)


def for_programme(session: Session, coverage: Sequence[Mapping[str, Any]], say: Speech) -> Iterator[Task]:
    """How the region stands, who lags, and what came to since last week."""
    words = say.texts["today"]
    own = [row for row in coverage if row["unit"] == REGION] or list(coverage)
    for row in own:
        kind = say.texts["kinds"][row["kind"]]
        title = words["standing"].format(kind=kind, share=say.percent(row["share"]), target=say.percent(row["target"]))
        yield Task(title, row["said"], "/daekning", bool(row["gap_wards"]) and bool(row["passed"]))
    lagging = sorted(
        (row for row in coverage if row["unit"] != REGION and row["gap_wards"]), key=lambda row: -row["gap_wards"]
    )
    if lagging:
        said = words["lagging"]
        named = ", ".join(
            said["unit"].format(
                unit=row["unit"], kind=say.texts["kinds_inside"][row["kind"]], gap=say.count(row["gap_wards"])
            )
            for row in lagging[:_MOST_UNITS]
        )
        yield Task(
            said["title"].format(count=say.count(len({row["unit"] for row in lagging}))), named, "/daekning#bars"
        )
    since = danish_day(now()) - _LATELY
    lately = session.scalar(
        select(func.count()).select_from(Review).where(Review.undone_at.is_(None), Review.reviewed_on >= since)
    )
    said = words["lately"]
    yield Task(said["title"].format(count=say.count(lately or 0)), said["more"].format(day=say.day(since)), "/daekning")


def for_admin(session: Session, run: Run, say: Speech) -> Iterator[Task]:
    """How old the numbers are, whether they can be trusted, what failed, and who came in vain."""
    words = say.texts["today"]
    age = age_of(run, danish_day(now()))
    said = words["run"]
    yield Task(
        said["title"].format(day=say.day(run.as_of), age=say.count(age)),
        said["old" if age > OLD_DAYS else "more"].format(run_id=run.run_id),
        f"/koersler/{run.id}",
        age > OLD_DAYS,
    )
    job = session.get(Job, run.id)
    if job is not None and job.report:
        odd = sum(one["severity"] == "high" for one in job.report.get("odd", []))
        said = words["quality"]
        title = said["title"].format(count=say.count(job.report["rejected"]))
        yield Task(title, said["more"].format(odd=say.count(odd)), f"/koersler/{run.id}#report", bool(odd))
    failed = session.scalars(
        select(Run).where(Run.state == "failed", Run.requested_at >= (run.served_from or run.requested_at))
    ).all()
    if failed:
        said = words["failed"]
        yield Task(said["title"].format(count=say.count(len(failed))), said["more"], f"/koersler/{failed[-1].id}", True)
    with_grants = select(GrantRow.principal)
    waiting = session.scalar(select(func.count()).select_from(PersonRow).where(PersonRow.principal.not_in(with_grants)))
    if waiting:
        said = words["no_grants"]
        yield Task(said["title"].format(count=say.count(waiting)), said["more"], "/brugere?uden=1")
