"""Tests of brikopt.world."""
