"""Runs: published ones and those on their way."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.db.base import Base, Moment


class Run(Base):
    """One run, from its request to its rows in the database.

    Attributes
    ----------
    id : str
        Names the run in this service.
    run_id : str or None
        Names its result, as its workbook's footer does; None until there is one.
    content : str or None
        SHA-256 of its lists: two results of one run_id may differ in language.
    state : str
        queued, running, done or failed.
    served_from : datetime or None
        When it was last put in front, for people.
    served_number : int or None
        Rises each time a run is put in front, by commit; the highest of all is the one served.
    kept : bool
        Whether all its rows are here.
    """

    __tablename__ = "runs"

    id: Mapped[str] = mapped_column(primary_key=True)
    run_id: Mapped[str | None]
    content: Mapped[str | None]
    state: Mapped[str]
    requested_at: Mapped[datetime] = mapped_column(Moment)
    requested_by: Mapped[str]
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    served_from: Mapped[datetime | None] = mapped_column(Moment)
    served_number: Mapped[int | None]
    progress: Mapped[float]
    problem: Mapped[str | None]
    as_of: Mapped[date | None]
    version: Mapped[str | None]
    kept: Mapped[bool]
    record: Mapped[Any] = mapped_column(JSON)

    __table_args__ = (Index("ix_runs_served_number", "served_number"),)


class Job(Base):
    """The work that makes a run, and who is at it.

    Attributes
    ----------
    run : str
        The run it makes.
    kind : str
        extracts: they are checked, run and published; result: a finished result is published.
    lang : str
        Language of its sentences.
    files : list of dict
        What was sent: name, bytes and SHA-256 of each file.
    step : str
        What is being done.
    holder : str or None
        Who is at it: machine, process and a random mark.
    beat_at : datetime or None
        The last sign of life.
    cancel_asked_at : datetime or None
        When somebody asked to stop it.
    report : dict
        What the check found: ``as_of``, and a row for each table; empty before it.
    flowed_back : dict
        What of the decisions made in the service became input.
    """

    __tablename__ = "jobs"

    run: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    kind: Mapped[str]
    lang: Mapped[str]
    files: Mapped[Any] = mapped_column(JSON)
    step: Mapped[str]
    holder: Mapped[str | None]
    beat_at: Mapped[datetime | None] = mapped_column(Moment)
    cancel_asked_at: Mapped[datetime | None] = mapped_column(Moment)
    report: Mapped[Any] = mapped_column(JSON)
    flowed_back: Mapped[Any] = mapped_column(JSON)
