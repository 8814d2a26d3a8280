"""One position against answers that others have published or computed."""
