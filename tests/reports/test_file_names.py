"""File names for ids."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brikopt.reports.file_names import file_stem

CODES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200)


@pytest.mark.parametrize("code", ["0010007", "A1", "S10012", "afsnit_3-b", "1.2"])
def test_a_usual_id_stays_itself(code):
    """Letters, digits, _, - and full stops are safe on every disk."""
    assert file_stem(code) == code


@pytest.mark.parametrize(
    ("code", "stem"), [("../x", "%2E.%2Fx"), (".git", "%2Egit"), ("NUL.a", "%4EUL.a"), ("a b", "a%20b")]
)
def test_what_could_do_harm_is_spelled_out(code, stem):
    """No way out of the folder, no hidden file, no device, no space."""
    assert file_stem(code) == stem


@given(st.lists(CODES, unique=True, max_size=5))
def test_different_ids_have_different_safe_names(codes):
    """At most 120 of the signs that every disk takes, never hidden, and no two alike."""
    stems = [file_stem(code) for code in codes]
    assert len(set(stems)) == len(codes)
    assert all(re.fullmatch(r"[A-Za-z0-9_~%=-][A-Za-z0-9_.~%=-]{0,119}", stem) for stem in stems)


def test_long_ids_that_begin_alike_are_told_apart():
    """Two ids of 200 letters that differ in the last one."""
    one, other = file_stem("a" * 200), file_stem("a" * 199 + "b")
    assert (len(one), one != other, one[:103]) == (120, True, "a" * 103)


def test_an_empty_id_is_refused():
    """It would make a file named .html."""
    with pytest.raises(ValueError, match="empty"):
        file_stem("")
