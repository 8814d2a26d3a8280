"""Finished runs: how they come into the database, and which one is served."""
