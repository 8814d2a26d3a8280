"""Lines on paper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfbase.pdfmetrics import stringWidth

from brikopt.reports.paper_cells import BODY, broken, register_fonts

register_fonts()
WORDS = st.lists(st.text(st.characters(min_codepoint=33, max_codepoint=0x17F), min_size=1, max_size=60), max_size=30)


@given(WORDS, st.floats(20, 200))
def test_lines_hold_every_sign_and_no_line_is_too_wide(words, width):
    """Joined again, the lines are the text; each is at most as wide as the cell."""
    text = " ".join(words)
    lines = broken(text, BODY, width, most=10_000)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(stringWidth(line, BODY.font, BODY.size) <= width + 1e-6 for line in lines)


@pytest.mark.parametrize("most", [1, 3])
def test_what_is_too_long_ends_in_an_ellipsis(most):
    """A hundred words in a cell of one or three lines."""
    lines = broken("ord " * 100, BODY, 50.0, most)
    assert len(lines) == most
    assert lines[-1].endswith("…")


def test_no_text_is_no_line():
    """White space alone takes no room."""
    assert broken(" \n ", BODY, 50.0, 3) == []
