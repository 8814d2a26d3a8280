"""Tests of what a purchaser can change."""
