"""The trimmed levels: card size and number of cards, or min and max."""
