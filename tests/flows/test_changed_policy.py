"""Values of the policy changed by options."""

import pytest

from brikopt.errors import BadInput
from brikopt.flows.changed_policy import changed_policy
from brikopt.policy import Policy


def test_without_options_the_policy_stays_as_it_is():
    """Nothing changed is equal, so that no plan is worked out twice."""
    assert changed_policy(Policy(), None, []) == Policy()


def test_a_promise_never_lowers_that_of_critical_goods():
    """0.97 for ordinary goods leaves 0.99 for critical ones; 0.995 lifts both."""
    ordinary, both = (changed_policy(Policy(), rate, []).levels for rate in (0.97, 0.995))
    assert (ordinary.min_fill_rate, ordinary.min_fill_rate_critical) == (0.97, 0.99)
    assert (both.min_fill_rate, both.min_fill_rate_critical) == (0.995, 0.995)


def test_values_are_read_as_a_policy_file_has_them():
    """A number, a whole number where a number belongs, days, and a list that is put in order."""
    changes = [
        "cost.shortage_per_unit = 12.5",
        "cost.order_line=25",
        "expiry.horizon_days=90",
        "levels.brik_counts=[3,2]",
    ]
    policy = changed_policy(Policy(), None, changes)
    assert (policy.cost.shortage_per_unit, policy.cost.order_line) == (12.5, 25.0)
    assert (policy.expiry.horizon_days, policy.levels.brik_counts) == (90, (2, 3))


def test_the_last_word_on_a_key_counts():
    """As on any command line."""
    assert changed_policy(Policy(), None, ["cost.order_line=25", "cost.order_line=30"]).cost.order_line == 30


@pytest.mark.parametrize(
    "change",
    [
        "cost.order_lines=25",
        "price.order_line=25",
        "targets.brik=0.5",
        "order_line=25",
        "cost.order_line",
        "cost.order_line=",
        "cost.order_line=many",
        "cost.order_line=-1",
        "cost.order_line=nan",
        "cost.order_line='25'",
        "levels.min_fill_rate=1.1",
        "levels.brik_counts=[]",
        "expiry.horizon_days=1.5",
    ],
)
def test_a_change_that_cannot_be_made_is_named(change):
    """Unknown keys, values of a wrong kind, and values out of bounds stop; the message holds the option as given."""
    with pytest.raises(BadInput) as stopped:
        changed_policy(Policy(), None, [change])
    assert stopped.value.where == f"--set {change}"


def test_a_promise_that_is_no_number_is_named():
    """The command line itself catches the others."""
    with pytest.raises(BadInput, match="--fill-rate nan"):
        changed_policy(Policy(), float("nan"), [])
