"""What is odd in the extracts but may be meant: told in data_quality.csv, never a reason to reject a row."""
