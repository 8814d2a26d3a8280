"""The examples in the docstrings of the service."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest

MODULES = ("clock", "access.grants", "answers.sheets", "answers.tags", "flowback.settled_levels", "transfers.ends")


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_say_what_the_code_does(name):
    """At least 1 in each, and 0 fail."""
    found = doctest.testmod(import_module(f"service.{name}"))
    assert (found.attempted > 0, found.failed) == (True, 0)
