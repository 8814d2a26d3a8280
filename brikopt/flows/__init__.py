"""One file a command: here the steps meet."""
