"""Cabinets of which nothing has changed keep what the result before found; the lists are those of a full run."""

import csv
import gzip
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from brikopt.flows.cabinet import work_on_cabinet
from brikopt.flows.progress import SilentProgress
from brikopt.flows.run import run
from brikopt.flows.simulate import simulate
from brikopt.flows.unchanged import KEPT_FILE, read_kept

AS_OF = date(2025, 3, 1)
OF_THE_STOCK = ("stock.csv", "expiry_flags.csv", "dead_stock.csv", "supply_risk.csv", "lots.csv")


def result(data, out, previous=None):
    """Of one process."""
    options = {"jobs": 1, "backend": "loky", "policy_file": None, "lang": "da", "progress": SilentProgress()}
    run(data, out, as_of=AS_OF, previous=previous, **options)
    return out


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Path:
    """Extracts of a small region, and their result."""
    folder = tmp_path_factory.mktemp("unchanged")
    simulate(folder / "data", wards=3, positions=24, years=1, seed=4, dirty=0.0, jobs=1, progress=SilentProgress())
    result(folder / "data", folder / "first")
    return folder


def changed(world, name, change) -> Path:
    """The extracts with one table changed."""
    folder = world / name
    shutil.copytree(world / "data", folder / "data")
    path = folder / "data" / f"{name.split('_')[0]}.csv.gz"
    change(pd.read_csv(path, dtype=str, keep_default_na=False)).to_csv(path, index=False)
    return folder


def names(out) -> set[str]:
    """Digests of a result's cabinets."""
    return {line.split(" ")[0] for line in gzip.open(out / KEPT_FILE, "rt", encoding="utf-8")}


def one_more(rows):
    """The first row again, the day before the moment of decision."""
    day = next(name for name in rows.columns if name.endswith("_at"))
    return pd.concat([rows, rows.iloc[:1].assign(**{day: "2025-02-28"})])


CHANGES = {
    "counts_added": one_more,
    "deliveries_changed": lambda rows: rows.assign(quantity=[str(2 * int(rows["quantity"][0])), *rows["quantity"][1:]]),
    "positions_removed": lambda rows: rows.iloc[1:],
}


@pytest.mark.parametrize("name", CHANGES)
def test_only_changed_cabinets_are_worked_on_and_the_lists_are_those_of_a_full_run(world, name, monkeypatch):
    """A row added, changed, removed: lists of the stock are those of a run that knows of nothing before."""
    folder = changed(world, name, CHANGES[name])
    full = result(folder / "data", folder / "full")
    looked_at = names(full) - names(world / "first")
    assert 0 < len(looked_at) < len(names(full))
    worked_on = []

    def watched(job):
        worked_on.append(job.evidence.places[0].cabinet_id)
        return work_on_cabinet(job)

    monkeypatch.setattr("brikopt.flows.run.work_on_cabinet", watched)
    nightly = result(folder / "data", folder / "nightly", previous=world / "first")
    assert len(worked_on) == len(looked_at)
    for table in OF_THE_STOCK:
        assert (nightly / table).read_bytes() == (full / table).read_bytes(), table
    assert names(nightly) == names(full)
    assert levels(nightly, without=worked_on) == levels(full, without=worked_on)


def levels(out, without) -> list[list[str]]:
    """Rows of all cabinets but some."""
    with (out / "levels.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.reader(file) if row[0] not in without]


def test_a_file_that_is_not_whole_costs_time_and_nothing_else(world, tmp_path):
    """Cut off in the middle: nothing is kept, and nothing fails."""
    path = tmp_path / KEPT_FILE
    whole = (world / "first" / KEPT_FILE).read_bytes()
    path.write_bytes(whole)
    assert len(read_kept(path, list(names(world / "first")))) > 1
    path.write_bytes(whole[: len(whole) // 2])
    assert read_kept(path, list(names(world / "first"))) == {}
