"""Codes that a hand scanner or a camera reads off a box."""
