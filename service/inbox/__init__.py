"""A folder in which extracts arrive by themselves: taken when whole, run, published, and put away with a report."""
