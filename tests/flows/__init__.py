"""Tests of brikopt.flows."""
