"""Inner loops that make no arrays are compiled without counting references."""

import numpy as np
import pytest
from numba.core.errors import NumbaError

from brikopt.compiled import lean, own_arrays


def doubled(numbers, into):
    """Twice each number."""
    for at in range(len(numbers)):
        into[at] = 2.0 * numbers[at]


def a_new_one(numbers):
    """An array that did not exist before."""
    return numbers.copy()


def summed_copy(numbers):
    """The sum, by way of an array of its own."""
    return numbers.copy().sum()


def test_a_lean_function_works_on_the_arrays_it_gets():
    """Twice 1, 2 and 3."""
    into = np.zeros(3)
    lean(doubled)(np.array([1.0, 2.0, 3.0]), into)
    assert into.tolist() == [2.0, 4.0, 6.0]


def test_a_lean_function_that_makes_an_array_is_refused():
    """It would lose it: nobody counts who needs it."""
    with pytest.raises(NumbaError):
        lean(a_new_one)(np.ones(2))


def test_what_a_lean_function_calls_may_have_arrays_of_its_own():
    """Two ones are two; they are copied in a function that counts."""
    inner = own_arrays(summed_copy)

    def outer(numbers):
        return inner(numbers)

    assert lean(outer)(np.ones(2)) == 2.0
