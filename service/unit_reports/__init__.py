"""The status of a unit in one period of the agreement, as one page to hand on."""
