"""Settling on a setting: what was advised stands until something is clearly better."""

import numpy as np

from brikopt.levels.settled import Offered, kept_for, settled_on

WORTHWHILE = 100.0  # DKK in two years


def offered(saving, error=10.0, *, fine=None, safe=None, mends=None, **changes):
    """Today's setting, and others that save so much; the first of the others is preferred."""
    size = 1 + len(saving)
    usual = {"order": [1], "advised": None, "removal": None}
    return Offered(
        saving=np.array([0.0, *saving]),
        error=np.array([0.0] + [error] * len(saving)),
        fine=np.ones(size, dtype=bool) if fine is None else np.array([True, *fine]),
        safe=np.ones(size, dtype=bool) if safe is None else np.array([True, *safe]),
        mends=np.zeros(size, dtype=bool) if mends is None else np.array([False, *mends]),
        **usual | changes,
    )


def settled(one):
    """The row chosen where today's may stay."""
    return settled_on(one, WORTHWHILE, may_keep=True)


def test_a_saving_within_its_own_error_changes_nothing():
    """120 kr. are worth it where the error is 10, and aren't where it is 100: one and a half errors are 150."""
    assert settled(offered([120.0], error=10.0)) == 1
    assert settled(offered([120.0], error=100.0)) == 0


def test_a_setting_that_mends_a_broken_promise_needs_less_certainty():
    """120 kr. where the error is 100: nothing is changed for kroner, but a promise broken today is kept again."""
    assert settled(offered([120.0], error=100.0, mends=[True])) == 1
    assert settled(offered([120.0], error=300.0, mends=[True])) == 0


def test_what_mends_a_promise_comes_before_what_saves_a_little_more():
    """160 kr. with the promise kept before 300 with it broken; but not 140, less than half of it."""
    assert settled(offered([300.0, 160.0], order=[1, 2], mends=[False, True])) == 2
    assert settled(offered([300.0, 140.0], order=[1, 2], mends=[False, True])) == 1


def test_what_was_advised_is_advised_again_as_long_as_nothing_is_clearly_better():
    """Advised: saves 30. Another saves 120: nearer than 100 and three errors of each, so the first is repeated."""
    assert settled(offered([120.0, 30.0], advised=2)) == 2
    assert settled(offered([220.0, 30.0], advised=2)) == 1


def test_what_was_advised_and_now_costs_more_than_today_is_dropped():
    """It would have to save something still."""
    assert settled(offered([20.0, -5.0], advised=2)) == 0


def test_it_takes_news_to_change_what_an_earlier_result_left():
    """Three times 100 and three errors of 10: 320 kr. aren't enough, 340 are."""
    assert settled(offered([320.0], advised=0)) == 0
    assert settled(offered([340.0], advised=0)) == 1


def test_a_setting_that_breaks_a_promise_is_never_chosen():
    """Nor one that keeps it only by chance; the next one is taken."""
    assert settled(offered([900.0, 300.0], fine=[False, True], order=[1, 2])) == 2
    assert settled(offered([900.0, 300.0], safe=[False, True], order=[1, 2])) == 2
    assert kept_for(offered([900.0], fine=[False]), WORTHWHILE, best=1) == "promise"


def test_what_is_dead_is_removed_where_that_costs_nothing():
    """However little it saves; where it costs, it stays, and the reason is that it may be wanted."""
    assert settled(offered([0.5], order=[], removal=1)) == 1
    assert settled(offered([-0.5], order=[], removal=1)) == 0
    assert kept_for(offered([-0.5], removal=1), WORTHWHILE, best=0) == "wanted"
