"""The policy file: its defaults, and every way in which it can be wrong."""

from datetime import date

import pytest

from brikopt.errors import BadInput
from brikopt.policy import Policy, policy_for, read_policy


@pytest.fixture
def policy_file(tmp_path):
    """Write a policy file and return its path."""

    def write(text):
        path = tmp_path / "policy.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_the_default_has_the_values_of_the_contract():
    """An order line costs 18 DKK, the horizon is 180 days, and 90 % is due on 28 February 2025."""
    policy = read_policy(None)
    assert policy.cost.order_line == 18.0
    assert policy.cost.holding_rate_per_year == 0.20
    assert policy.levels.brik_counts == (1, 2, 3, 4)
    assert policy.levels.fill_price_per_unit_critical == 1000.0
    assert (policy.expiry.horizon_days, policy.expiry.check_interval_days) == (180, 30)
    assert [(t.brik, t.non_brik, t.deadline) for t in policy.targets] == [(0.9, 0.5, date(2025, 2, 28))]


def test_missing_keys_take_the_default(policy_file):
    """Only the order line is given, so the disposal still costs 0.50 DKK."""
    policy = read_policy(policy_file("[cost]\norder_line = 25"))
    assert (policy.cost.order_line, policy.cost.disposal_per_unit) == (25.0, 0.5)


def test_an_empty_file_is_the_default(policy_file):
    """No section at all leaves every value as built in, also with a byte order mark."""
    assert read_policy(policy_file(b"\xef\xbb\xbf# nothing yet")) == Policy()


def test_card_counts_are_sorted_and_unique(policy_file):
    """3, 1, 1 are the counts 1 and 3."""
    assert read_policy(policy_file("[levels]\nbrik_counts = [3, 1, 1]")).levels.brik_counts == (1, 3)


def test_several_periods_come_in_order_of_their_deadlines(policy_file):
    """The period that ends in 2025 comes before the one of 2026, which is written first."""
    text = "[[targets]]\nbrik = 1.0\ndeadline = 2026-02-28\n[[targets]]\nbrik = 0.8\ndeadline = 2025-02-28\n"
    assert [target.brik for target in read_policy(policy_file(text)).targets] == [0.8, 1.0]


def test_a_hospital_can_have_hours_of_its_own(policy_file):
    """Mølleby has 24 hours a week for reviews; the others the 16 that are built in."""
    reviews = read_policy(policy_file("[reviews]\nhospital_hours = { 'Mølleby' = 24 }")).reviews
    assert (reviews.hospital_hours, reviews.hours_per_week) == ({"Mølleby": 24.0}, 16.0)


def test_goods_moved_in_unbroken_packs_are_listed(policy_file):
    """An item and a category, in the order of the file."""
    text = "[transfers]\nunbroken_packs = ['000050', 'Sterilt']"
    assert read_policy(policy_file(text)).transfers.unbroken_packs == ("000050", "Sterilt")


def test_zero_and_one_are_allowed(policy_file):
    """A price of 0 and a rate of exactly 1 are at the edge of what is allowed."""
    policy = read_policy(policy_file("[cost]\norder_line = 0\n[levels]\nmin_fill_rate = 1\n"))
    assert (policy.cost.order_line, policy.levels.min_fill_rate) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("[cost]\norder_lin = 1", "[cost] order_lin", "order_line"),
        ("[costs]\norder_line = 1", "[costs]", "cost"),
        ("cost = 3", "[cost]", "section"),
        ("[cost]\norder_line = -0.5", "[cost] order_line", "-0.5 is below 0"),
        ("[cost]\norder_line = nan", "[cost] order_line", "nan"),
        ("[cost]\nshortage_per_unit = inf", "[cost] shortage_per_unit", "inf"),
        ("[cost]\norder_line = true", "[cost] order_line", "true"),
        ("[cost]\norder_line = '18'", "[cost] order_line", "'18'"),
        ("[cost]\nholding_rate_per_year = 1.01", "[cost] holding_rate_per_year", "1.01 is above 1"),
        ("[levels]\nmin_fill_rate = 95", "[levels] min_fill_rate", "95 is above 1"),
        ("[levels]\nmin_fill_rate_critical = 1.5", "[levels] min_fill_rate_critical", "1.5"),
        ("[levels]\nbrik_counts = []", "[levels] brik_counts", "empty"),
        ("[levels]\nbrik_counts = [0, 1]", "[levels] brik_counts", "0 is below 1"),
        ("[levels]\nbrik_counts = [2, true]", "[levels] brik_counts", "true"),
        ("[levels]\nbrik_counts = 2", "[levels] brik_counts", "list"),
        ("[expiry]\nhorizon_days = 0", "[expiry] horizon_days", "0 is below 1"),
        ("[expiry]\nhorizon_days = 90.5", "[expiry] horizon_days", "90.5 is not a whole number"),
        ("[expiry]\ncheck_interval_days = 0", "[expiry] check_interval_days", "0"),
        ("[reviews]\nhours_per_week = -1", "[reviews] hours_per_week", "-1 is below 0"),
        ("[reviews]\nhours = 3", "[reviews] hours", "hours_per_week"),
        ("[reviews]\nhospital_hours = 3", "[reviews] hospital_hours", "names"),
        ("[reviews]\nhospital_hours = { \"Mølleby\" = 'two' }", "[reviews] hospital_hours", "'two'"),
        ("[transfers]\nunbroken_packs = '000050'", "[transfers] unbroken_packs", "list"),
        ("[transfers]\nunbroken_packs = [50]", "[transfers] unbroken_packs", "quotes"),
        ("[targets]\nbrik = 1.1", "[targets] brik", "1.1 is above 1"),
        ("[targets]\nnon_brik = -1", "[targets] non_brik", "-1"),
        ("[targets]\ndeadline = '2025-02-28'", "[targets] deadline", "not a date"),
        ("[targets]\ndeadline = 2025-02-28T00:00:00", "[targets] deadline", "not a date"),
        (
            "[[targets]]\n[[targets]]\nbrik = 2\ndeadline = 2026-01-01",
            "[[targets]] no. 2 brik",
            "2 is above 1",
        ),
        ("targets = []", "[targets]", "empty"),
        ("[[targets]]\n[[targets]]\n", "[targets]", "same deadline"),
    ],
)
def test_a_wrong_value_names_its_key(policy_file, text, where, what):
    """The message starts with the file and the key, and shows the value or what is known."""
    with pytest.raises(BadInput) as stop:
        read_policy(policy_file(text))
    assert stop.value.where == f"policy.toml, {where}"
    assert what in f"{stop.value.problem} {stop.value.advice}"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[cost]\norder_line = = 3", 2),
        ("[cost]\norder_line = 1\norder_line = 2\n", 3),
        (b"[cost]\n# K\xf8kken", 2),
        ("a = " + "[" * 5000, 1),
        ("[cost]\norder_line = " + "9" * 5000, 2),
    ],
)
def test_what_is_no_toml_names_its_line(policy_file, text, line):
    """A slip of the pen, a key written twice, Windows-1252, endless brackets, endless digits."""
    with pytest.raises(BadInput) as stop:
        read_policy(policy_file(text))
    assert stop.value.where == f"policy.toml, line {line}"


def test_all_wrong_keys_are_named_at_once(policy_file):
    """Two mistakes in two sections are both in the message."""
    with pytest.raises(BadInput, match=r"\[cost\] order_line.*\[expiry\] horizon_days"):
        read_policy(policy_file("[cost]\norder_line = -1\n[expiry]\nhorizon_days = 0\n"))


def test_the_option_comes_before_the_file_beside_the_extracts(policy_file, tmp_path):
    """The extracts have 20 DKK an order line, the named file 30, the default 18."""
    policy_file("[cost]\norder_line = 20")
    named = tmp_path / "other.toml"
    named.write_text("[cost]\norder_line = 30")
    assert policy_for(tmp_path, named).cost.order_line == 30.0
    assert policy_for(tmp_path).cost.order_line == 20.0
    assert policy_for(tmp_path / "elsewhere").cost.order_line == 18.0


def test_a_named_file_has_to_exist(tmp_path):
    """A policy that the user names is never replaced by the default in silence."""
    with pytest.raises(BadInput, match="--policy"):
        policy_for(tmp_path, tmp_path / "absent.toml")


def test_the_policy_can_be_recorded():
    """Dates become text, so that the run record can hold the whole policy."""
    assert Policy().as_dict()["targets"] == [{"brik": 0.9, "non_brik": 0.5, "deadline": "2025-02-28", "units": {}}]
