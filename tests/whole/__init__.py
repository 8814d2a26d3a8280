"""Tests of whole runs: extracts in, lists out."""
