"""Tests of the step levels."""
