"""The command line: commands, messages and exit codes."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from brikopt import __version__, cli
from brikopt.cli import exits
from brikopt.errors import BadInput, BrikoptError

COMMANDS = ("run", "check", "simulate", "demo")


def call(*arguments):
    """Call brikopt in this process."""
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def fail_with(error, monkeypatch):
    """Let checking end in an error."""

    def fail(*_, **__):
        raise error

    monkeypatch.setattr("brikopt.flows.check.check", fail)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command):
    """It names the command and its options."""
    shown = call(command, "--help")
    assert shown.exit_code == 0
    assert f" {command} [OPTIONS]" in shown.stdout
    assert "--out" in shown.stdout


def test_the_version_is_shown():
    """As the package has it."""
    assert call("--version").stdout == f"brikopt {__version__}\n"


def test_the_users_input_ends_with_2_and_one_message(monkeypatch):
    """Where, what and what now, on standard error, without a traceback."""
    fail_with(BadInput("orders.csv, line 3", "'x' is no number.", "Correct it."), monkeypatch)
    ended = call("check", "--data", "somewhere")
    assert ended.exit_code == 2
    assert ended.stderr == "brikopt: orders.csv, line 3: 'x' is no number. Correct it.\n"
    assert ended.stdout == ""


@pytest.mark.parametrize("error", [ZeroDivisionError("division by zero"), BrikoptError("no solution"), MemoryError()])
def test_our_own_failure_ends_with_3_and_keeps_the_traceback_in_a_file(error, monkeypatch, tmp_path):
    """The user sees a short message, and the file where the rest is."""
    monkeypatch.setattr(exits.tempfile, "tempdir", str(tmp_path))
    fail_with(error, monkeypatch)
    ended = call("check", "--data", "somewhere")
    (kept,) = tmp_path.iterdir()
    assert ended.exit_code == 3
    assert "Traceback" not in ended.stderr
    assert str(kept) in ended.stderr
    assert "Traceback" in kept.read_text(encoding="utf-8")


def test_debug_shows_the_traceback(monkeypatch):
    """For whoever looks into it."""
    fail_with(ZeroDivisionError("division by zero"), monkeypatch)
    ended = call("check", "--data", "somewhere", "--debug")
    assert ended.exit_code == 3
    assert "ZeroDivisionError: division by zero" in ended.stderr


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--as-of", "2025-02-30"], "--as-of"),
        (["--as-of", "01-03-2025"], "--as-of"),
        (["--as-of", "20250301"], "--as-of"),
        (["--as-of", "1789-07-14"], "--as-of"),
        (["--jobs", "0"], "--jobs"),
        (["--jobs", "many"], "--jobs"),
        (["--backend", "threads"], "--backend"),
        (["--lang", "sv"], "--lang"),
        (["--no-such-option"], "--no-such-option"),
    ],
)
def test_a_bad_option_ends_with_2_and_is_named(options, named, tmp_path):
    """Nothing is read or written."""
    ended = call("run", "--data", tmp_path / "data", "--out", tmp_path / "out", *options)
    assert ended.exit_code == 2
    assert named in ended.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("missing", ["--data", "--out"])
def test_a_missing_option_ends_with_2_and_is_named(missing, tmp_path):
    """A run needs both folders."""
    given = "--out" if missing == "--data" else "--data"
    ended = call("run", given, tmp_path)
    assert ended.exit_code == 2
    assert missing in ended.stderr


def test_an_absent_data_folder_ends_with_2(tmp_path):
    """The message names the folder, and no result is made."""
    ended = call("check", "--data", tmp_path / "absent", "--out", tmp_path / "out")
    assert ended.exit_code == 2
    assert "absent" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_help_loads_nothing_heavy():
    """Whoever asks for help doesn't wait for tables and solvers."""
    code = "import sys, brikopt.cli; print([m for m in ('pandas', 'numpy', 'ortools') if m in sys.modules])"
    ended = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert ended.stdout == "[]\n"


def test_the_package_can_be_run():
    """``python -m brikopt`` is the same command."""
    ended = subprocess.run([sys.executable, "-m", "brikopt", "--version"], check=True, capture_output=True, text=True)
    assert ended.stdout == f"brikopt {__version__}\n"


def test_lines_that_nobody_reads_to_the_end_are_no_failure():
    """As with ``brikopt check … | head -1``."""
    code = "from brikopt.cli import show; show(['line'] * 100000)"
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", code], **pipes) as process:
        assert process.stdout.readline() == b"line\n"
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0
