"""How far a command has come, and how long its steps took."""

import io

import pytest

from brikopt.flows.progress import ShownProgress, SilentProgress


class Terminal(io.StringIO):
    """Text that says it is shown on a terminal."""

    def isatty(self):
        """Answer yes, as a terminal does."""
        return True


def test_a_log_gets_one_line_a_step():
    """The step has its label; one without is shown by its name."""
    log = io.StringIO()
    progress = ShownProgress({"read": "Læser udtræk"}, log)
    for name in ("read", "stock"):
        with progress.step(name, total=2) as step:
            step.advance(2)
    assert [line.split(":")[0] for line in log.getvalue().splitlines()] == ["Læser udtræk", "stock"]


def test_a_terminal_gets_a_bar_that_fills(monkeypatch):
    """Three of four pieces are done when the step ends."""
    monkeypatch.setenv("TERM", "xterm")
    shown = Terminal()
    with ShownProgress({}, shown).step("stock", total=4) as step:
        step.advance()
        step.advance(2)
    assert "stock" in shown.getvalue()
    assert "3/4" in shown.getvalue()


@pytest.mark.parametrize("progress", [SilentProgress(), ShownProgress({}, io.StringIO())])
def test_a_step_that_comes_twice_has_its_times_added(progress):
    """Two visits are one entry in the run record, in the order of the first."""
    for name in ("read", "stock", "read"):
        with progress.step(name):
            pass
    assert list(progress.seconds) == ["read", "stock"]
    assert progress.seconds["read"] > 0


def test_a_failing_step_lets_the_failure_through():
    """The line of a finished step isn't written."""
    log = io.StringIO()
    with pytest.raises(ZeroDivisionError), ShownProgress({}, log).step("read"):
        raise ZeroDivisionError
    assert log.getvalue() == ""
