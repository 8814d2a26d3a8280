"""Whoever reads what somebody sent has little memory, little time, and nothing to tell."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from brikopt import cli
from service.refusals import ExtractsUnusable
from service.runs import checking
from service.runs.folders import JobFolder
from service.runs.worker_process import Worker
from service.settings import DATABASE_FILE, Settings
from tests.service.uploads import EXTRACTS

SECRETS = {"BRIKOPT_OIDC_CLIENT_SECRET": "s1", "BRIKOPT_METRICS_TOKEN": "s2", "DATABASE_URL": "s3", "OTHER_TOKEN": "s4"}


@pytest.fixture
def folder(tmp_path):
    """The folder of a run with small extracts."""
    folder = JobFolder(tmp_path / "run")
    folder.extracts.mkdir(parents=True)
    for name, content in EXTRACTS.items():
        (folder.extracts / name).write_bytes(content)
    return folder


def small(tmp_path, **settings) -> Settings:
    """Settings of a service on SQLite."""
    return Settings(data_dir=tmp_path, DATABASE_URL="").model_copy(update=settings)


def test_extracts_are_checked_within_the_usual_bounds(folder, tmp_path):
    """The report tells of the wards."""
    assert checking.check_extracts(folder, small(tmp_path), None, "en")["as_of"]


@pytest.mark.parametrize(("memory", "patience"), [(200, 100.0), (16384, 0.05)], ids=["memory", "time"])
def test_a_check_beyond_its_bounds_is_a_refusal(memory, patience, folder, tmp_path, monkeypatch):
    """Not a run that waits: what can't be checked isn't run on."""
    monkeypatch.setattr(checking, "_PATIENCE_SECONDS", patience)
    with pytest.raises(ExtractsUnusable):
        checking.check_extracts(folder, small(tmp_path, run_memory_mb=memory), None, "en")


def test_a_reader_learns_no_secret(folder, tmp_path, monkeypatch):
    """None of four in its environment; the usual ones of a program are there."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    order = {"lang": "en", "memory_mb": 16384, "do": "check", "cpu_seconds": 60, "as_of": None}
    folder.order.write_text(json.dumps(order))
    with folder.log.open("a") as log:
        worker = Worker(folder.path, small(tmp_path), log, with_database=False)
        try:
            told = Path(f"/proc/{worker.pid}/environ").read_bytes().decode()
        finally:
            worker.end(politely=False)
    assert "PATH=" in told
    assert not [name for name in SECRETS if name in told]


def test_what_the_service_keeps_is_for_its_own_user(call_on, tmp_path):
    """0700 and 0600, also where the folder lay open before."""
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    (data / "old.txt").write_text("x")
    assert call_on(data, "key", "add", "--name", "x", "--role", "reader", "--everywhere").exit_code == 0
    assert data.stat().st_mode & 0o777 == 0o700
    modes = {path.name: path.stat().st_mode & 0o777 for path in data.iterdir()}
    assert set(modes) >= {DATABASE_FILE, "old.txt", "audit.head"}
    assert set(modes.values()) == {0o600}


def test_a_missing_database_is_not_begun_anew(call_on, tmp_path):
    """A folder that had one: exit code 2 and what to do for each command, and no file is made."""
    assert call_on(tmp_path, "key", "add", "--name", "x", "--role", "reader", "--everywhere").exit_code == 0
    for file in tmp_path.glob(f"{DATABASE_FILE}*"):
        file.unlink()
    for command in (("serve",), ("key", "list"), ("audit", "verify")):
        ended = call_on(tmp_path, *command)
        assert (ended.exit_code, "restore" in ended.stderr) == (2, True), ended.output
        assert not (tmp_path / DATABASE_FILE).exists()


def test_an_older_program_on_a_newer_database_stops_with_advice(call_on, tmp_path):
    """Exit code 2, the revision, and what to do."""
    assert call_on(tmp_path, "key", "list").exit_code == 0
    with sqlite3.connect(tmp_path / DATABASE_FILE) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_later'")
    connection.close()
    ended = call_on(tmp_path, "key", "list")
    assert ended.exit_code == 2
    assert "9999_later" in ended.stderr


@pytest.fixture
def call_on(monkeypatch):
    """Call brikopt in this process, on the SQLite of a folder."""

    def call(data, *arguments):
        monkeypatch.setenv("BRIKOPT_DATA_DIR", str(data))
        monkeypatch.setenv("DATABASE_URL", "")
        return CliRunner().invoke(cli.app, [str(one) for one in arguments])

    return call
