"""A region runs to its end: a lane of its own, `make test-region`."""
