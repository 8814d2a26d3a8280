"""What lies on the shelf now, and how a shelf ages."""
