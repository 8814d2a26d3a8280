"""Tests of brikopt.contract."""
