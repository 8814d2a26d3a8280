"""Tests of the step expiry."""
