"""Totals of the periods to come, for anybody's series of units per period."""
