"""How fast a position is used, which nobody records."""
