"""Who is asking, and what they may: keys, roles, grants and how far they reach."""
