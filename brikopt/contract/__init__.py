"""The data contract: the only code that knows column names and the quirks of files."""
