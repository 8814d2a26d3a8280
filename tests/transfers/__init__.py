"""Tests of moves between positions."""
