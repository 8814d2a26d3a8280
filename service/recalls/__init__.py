"""Recalls: where a recalled item or lot may lie, and who has looked."""
