"""How far the review of the wards has come, and whether the targets will be reached."""
