"""Moves of stock that one position will not use in time to a position that will."""
