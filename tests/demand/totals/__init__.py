"""Tests of the step demand."""
