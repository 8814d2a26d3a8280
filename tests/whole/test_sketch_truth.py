"""Formulas spare most settings the futures, and lose little by it."""

from tests.whole.sketch_truth import cases_of, spared_in


def test_formulas_find_what_is_worth_living_through():
    """Of two regions, as one dear position decides a small one: under half of what as many taken evenly would lose."""
    found = spared_in(cases_of("usual", 61, 120) + cases_of("usual", 62, 120))
    assert found.lived < 0.5 * found.listed
    assert found.lost < 0.5 * found.lost_evenly
