"""The web service that stands on top of brikopt."""
