"""Tests of brikopt.reports."""
