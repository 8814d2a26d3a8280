"""What is odd in the extracts: told, and never where nothing is."""
