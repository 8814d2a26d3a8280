"""brikopt keeps hospital supply cabinets in order."""

__version__ = "0.1.0"
