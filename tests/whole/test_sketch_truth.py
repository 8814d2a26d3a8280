"""Formulas spare most settings the futures, and lose little by it."""

from tests.whole.sketch_truth import cases_of, spared_in


def test_formulas_find_what_is_worth_living_through():
    """Sixty positions: under half as much is lost as by as many settings taken evenly from the list."""
    found = spared_in(cases_of("usual", 61, 60))
    assert found.lived < 0.5 * found.listed
    assert found.lost < 0.5 * found.lost_evenly
