"""A simulated region: its cabinets are lived through day by day, and the truth is kept apart."""
