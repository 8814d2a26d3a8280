"""The self-test tells a good installation from one that computes wrongly."""

import re

from typer.testing import CliRunner

from brikopt import cli
from brikopt.flows import selftest


def test_it_says_that_all_is_right_and_how_fast_it_is():
    """Known answers worked out, and a time for a hospital that is no nonsense."""
    done = CliRunner().invoke(cli.app, ["selftest", "--lang", "en"])
    assert done.exit_code == 0
    assert f"{len(selftest.KNOWN)} published answers worked out: all right" in done.stdout
    (seconds,) = re.findall(r"will take about ([\d,.]+) seconds", done.stdout)
    assert 0.5 < float(seconds.replace(",", "")) < 1000


def test_a_wrong_answer_is_our_failure(monkeypatch):
    """An installation that is off by a thousandth of a krone a day isn't to be believed."""
    wrong = selftest.KNOWN[0]._replace(profit_per_day=selftest.KNOWN[0].profit_per_day + 0.001)
    monkeypatch.setattr(selftest, "KNOWN", (wrong,))
    done = CliRunner().invoke(cli.app, ["selftest"])
    assert done.exit_code == 3
    assert wrong.source in done.stderr
