"""The service's commands, as a user calls them."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from brikopt import cli


@pytest.fixture
def call(settings, monkeypatch):
    """Call brikopt in this process, on a database with a published run."""
    monkeypatch.setenv("BRIKOPT_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    return lambda *arguments: CliRunner().invoke(cli.app, [str(one) for one in arguments])


def add(call, *options) -> str:
    """Make a key, and take it from the last line."""
    ended = call("key", "add", *options)
    assert ended.exit_code == 0, ended.output
    return ended.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    "command",
    [
        ("serve",),
        ("publish",),
        ("key", "add"),
        ("key", "list"),
        ("audit", "verify"),
        ("backup",),
        ("restore",),
        ("account", "add"),
    ],
)
def test_every_command_takes_the_data_folder(command):
    """It stands in the help."""
    shown = CliRunner().invoke(cli.app, [*command, "--help"])
    assert shown.exit_code == 0
    assert "--data-dir" in shown.stdout


def test_a_key_is_shown_once_works_and_is_refused_when_revoked(call, site):
    """200, then 401; the list never shows it."""
    key = add(call, "--name", "scanner", "--role", "reader", "--everywhere")
    assert site.get(key, "/me").json()["name"] == "scanner"
    assert key.split("_", 2)[2] not in call("key", "list").stdout
    assert call("key", "revoke", "scanner").exit_code == 0
    assert site.get(key, "/me").status_code == 401


@pytest.mark.parametrize(("expires", "status"), [("2199-12-31", 200), ("2025-01-01", 401)])
def test_a_key_is_good_until_its_last_day(expires, status, call, site):
    """Far ahead, and long past."""
    key = add(call, "--name", "brief", "--role", "reader", "--everywhere", "--expires", expires)
    assert site.get(key, "/me").status_code == status


def test_limits_on_the_command_line_hold(call, site):
    """A key of one ward sees 1 of 6."""
    ward = site.wards[2]
    key = add(call, "--name", "narrow", "--role", "logistics", "--ward", ward["ward_id"])
    assert [one["ward_id"] for one in site.get(key, "/wards").json()["items"]] == [ward["ward_id"]]


def test_a_name_in_use_is_refused_and_free_again_after_revoking(call):
    """Exit codes 0, 2, 0, 0."""
    ends = [
        call("key", "add", "--name", "one", "--role", "reader", "--everywhere").exit_code,
        call("key", "add", "--name", "one", "--role", "reader", "--everywhere").exit_code,
        call("key", "revoke", "one").exit_code,
        call("key", "add", "--name", "one", "--role", "reader", "--everywhere").exit_code,
    ]
    assert ends == [0, 2, 0, 0]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (
            ("key", "add", "--name", "x", "--role", "king"),
            "programme, specialist, handover, admin, reader",
        ),
        (("key", "revoke", "nobody"), "no key in use"),
        (("publish", "--run", "nowhere"), "run.json"),
    ],
)
def test_a_wrong_option_ends_with_2_and_says_what_to_do(command, said, call):
    """On standard error, without a traceback."""
    ended = call(*command)
    assert ended.exit_code == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_publishing_again_by_command_is_harmless(call, result):
    """Exit code 0 twice."""
    assert [call("publish", "--run", result).exit_code for _ in range(2)] == [0, 0]


def test_verifying_finds_a_change_that_went_around_the_guards(call, site):
    """Exit code 0; with the guard taken away and one word changed, 3, and the entry's number."""
    add(call, "--name", "x", "--role", "reader", "--everywhere")
    assert call("audit", "verify").exit_code == 0
    sqlite = site.database.engine.dialect.name == "sqlite"
    guard = "DROP TRIGGER audit_no_update" if sqlite else "DROP TRIGGER audit_only_grows ON audit"
    with site.database.writing() as session:
        session.execute(text(guard))
        session.execute(text("UPDATE audit SET who = 'somebody else' WHERE number = 2"))
    ended = call("audit", "verify")
    assert ended.exit_code == 3
    assert "entry 2" in ended.stderr
