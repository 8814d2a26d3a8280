"""How far the review has come, on any day."""
