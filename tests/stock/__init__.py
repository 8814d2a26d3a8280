"""Tests of the step stock."""
