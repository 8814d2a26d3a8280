"""Moves of goods between cabinets, and what became of them."""
