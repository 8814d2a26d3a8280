"""The lists of the served run: trim list, expiry, supply risk, levels, purchasing, review plan."""
